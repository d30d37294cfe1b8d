import uuid

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import dispatch.models.arrivals
import dispatch.models.clocks


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("grid", "0001_initial"),
        ("whistle", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ArrivalCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival_codes",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        default=dispatch.models.arrivals.new_nonce,
                        editable=False,
                        max_length=16,
                        unique=True,
                        verbose_name="nonce",
                    ),
                ),
                (
                    "shown_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="shown by",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.post",
                        verbose_name="post",
                    ),
                ),
                ("shown_at", models.DateTimeField(verbose_name="shown at")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "arrival code",
                "verbose_name_plural": "arrival codes",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["whistle", "-id"], name="dispatch_arrival_by_whistle")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("whistle", "shown_by"),
                        name="dispatch_arrival_code_one_per_officer",
                        violation_error_message="An officer shows one arrival code of a whistle at a time.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preferences",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="preferences",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("zh-hans", "Simplified Chinese"), ("en", "English")],
                        help_text="Of what is sent out; empty: the system's.",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="quiet from")),
                (
                    "quiet_until",
                    models.TimeField(
                        blank=True,
                        help_text="What is no emergency waits till then. The hours may lie over midnight.",
                        null=True,
                        verbose_name="quiet until",
                    ),
                ),
            ],
            options={
                "verbose_name": "preferences for messages",
                "verbose_name_plural": "preferences for messages",
                "ordering": ["person_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_preferences_quiet_hours_end",
                        violation_error_message="Quiet hours have a beginning and another end, or there are none.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channels",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("address", models.TextField(verbose_name="address")),
                ("schema", models.CharField(max_length=30, verbose_name="kind")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("added_at", models.DateTimeField(verbose_name="added at")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="removed at")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="last used at")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="failures")),
                ("retry_at", models.DateTimeField(blank=True, null=True, verbose_name="next try")),
            ],
            options={
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
                "ordering": ["person_id", "id"],
                "indexes": [
                    models.Index(fields=["person", "id"], name="dispatch_channel_by_person"),
                    models.Index(
                        condition=models.Q(("active", True), ("removed_at", None)),
                        fields=["person"],
                        name="dispatch_channel_in_use",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_at", None), models.Q(("active", False), ("address", "")), _connector="OR"
                        ),
                        name="dispatch_channel_removed_holds_no_secret",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        help_text="For the clocks of a whistle and its orders.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clock_rules",
                        to="whistle.whistletype",
                        verbose_name="type",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        help_text="For the clocks of leads and letters, in place of a type.",
                        limit_choices_to={"level": 6},
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("general", "general"), ("larger", "larger"), ("major", "major")],
                        help_text="Empty: any level.",
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("triage", "triage"),
                            ("sign_after", "signatures after filing"),
                            ("acknowledge", "acknowledge"),
                            ("report", "report on site"),
                            ("resolve", "resolve"),
                            ("verify", "verify"),
                            ("score", "score"),
                            ("answer", "answer a request"),
                            ("lead", "answer a lead"),
                            ("reply", "reply to a letter"),
                        ],
                        max_length=12,
                        verbose_name="clock",
                    ),
                ),
                (
                    "limit",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="limit",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("minutes", "minutes"),
                            ("hours", "hours"),
                            ("working_hours", "working hours"),
                            ("working_days", "working days"),
                        ],
                        max_length=14,
                        verbose_name="unit",
                    ),
                ),
                (
                    "reminders",
                    models.JSONField(
                        blank=True,
                        default=dispatch.models.clocks.default_reminders,
                        help_text="Shares of the time in percent.",
                        verbose_name="reminders",
                    ),
                ),
                (
                    "extensions",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="How often more time may be granted. Only for the clock to resolve.",
                        validators=[django.core.validators.MaxValueValidator(9)],
                        verbose_name="extensions",
                    ),
                ),
                (
                    "suspensions",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How often it may be suspended. Only for the clock to resolve.",
                        validators=[django.core.validators.MaxValueValidator(9)],
                        verbose_name="suspensions",
                    ),
                ),
                (
                    "since",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
            ],
            options={
                "verbose_name": "rule of a clock",
                "verbose_name_plural": "rules of clocks",
                "ordering": ["type_id", "kind", "level"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("type", "level", "kind"),
                        name="dispatch_rule_once",
                        violation_error_message="There is already a rule for this type, level and clock.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("district__isnull", False)),
                        fields=("district", "kind"),
                        name="dispatch_rule_once_in_district",
                        violation_error_message="There is already a rule for this clock in this district.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("district__isnull", False),
                                ("kind__in", ("lead", "reply")),
                                ("level", ""),
                                ("type__isnull", True),
                            ),
                            models.Q(
                                models.Q(("kind__in", ("lead", "reply")), _negated=True),
                                ("district__isnull", True),
                                ("type__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_rule_of_type_or_district",
                        violation_error_message="The rule for a lead or a letter belongs to a district and to no level; every other one to a type.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit__gte", 1), ("limit__lte", 10000)),
                        name="dispatch_rule_limit_positive",
                        violation_error_message="A limit must be between 1 and 10,000.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ladder",
                        to="dispatch.clockrule",
                        verbose_name="rule of a clock",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "after",
                    models.PositiveIntegerField(
                        help_text="Counted from the step before it, for the first one from the due moment.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="after",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("minutes", "minutes"),
                            ("hours", "hours"),
                            ("working_hours", "working hours"),
                            ("working_days", "working days"),
                        ],
                        max_length=14,
                        verbose_name="unit",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("responsible", "who must act"),
                            ("heads", "their head"),
                            ("centre", "the district centre"),
                            ("leader", "the district leaders of the street"),
                        ],
                        max_length=12,
                        verbose_name="who hears of it",
                    ),
                ),
                (
                    "supervises",
                    models.BooleanField(
                        default=False,
                        help_text="Sends the department a supervision order by itself.",
                        verbose_name="supervision order",
                    ),
                ),
            ],
            options={
                "verbose_name": "rung of the ladder",
                "verbose_name_plural": "ladder",
                "ordering": ["rule_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "position"),
                        name="dispatch_rung_once",
                        violation_error_message="There is already a rung in this position.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 1), ("position__lte", 6)),
                        name="dispatch_rung_ladder_ends",
                        violation_error_message="A ladder has at most six rungs, numbered from 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("after__gte", 1), ("after__lte", 10000)),
                        name="dispatch_rung_after_positive",
                        violation_error_message="A limit must be between 1 and 10,000.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "channel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="device",
                        serialize=False,
                        to="dispatch.channel",
                        verbose_name="channel",
                    ),
                ),
                ("endpoint", models.CharField(max_length=1000, unique=True, verbose_name="address")),
                ("p256dh", models.CharField(max_length=120, verbose_name="key")),
                ("auth", models.CharField(max_length=40, verbose_name="secret")),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["channel_id"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("unwatched", "Steps that nobody told in time"),
                            ("set_aside", "Clocks that were set aside"),
                            ("clockless", "Open orders that lack a clock"),
                            ("unreviewed", "Suspensions past their day of review"),
                            ("outdated", "Clocks that follow an old calendar"),
                            ("uncollected", "Messages that no courier came for"),
                            ("unsent", "Deliveries that nobody tried in time"),
                            ("stuck", "Deliveries that did not arrive"),
                        ],
                        max_length=12,
                        verbose_name="question",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="rows")),
                ("sample", models.JSONField(default=list, verbose_name="first rows")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("over_at", models.DateTimeField(blank=True, null=True, verbose_name="over at")),
            ],
            options={
                "verbose_name": "finding of the auditor",
                "verbose_name_plural": "findings of the auditor",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("over_at", None)),
                        fields=("district", "question"),
                        name="dispatch_finding_one_standing",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1)), name="dispatch_finding_of_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="to",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="whistle.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="dispatch.finding",
                        verbose_name="finding of the auditor",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
                ("leaves_at", models.DateTimeField(blank=True, null=True, verbose_name="leaves at")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person", "-id"], name="dispatch_message_by_person"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["person", "-id"], name="dispatch_message_unread"
                    ),
                    models.Index(
                        condition=models.Q(("leaves_at__isnull", False)),
                        fields=["leaves_at"],
                        name="dispatch_message_leaving",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "person"), name="dispatch_message_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("finding__isnull", False)),
                        fields=("finding", "person"),
                        name="dispatch_message_of_finding_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event__isnull", False), ("finding", None)),
                            models.Q(("event", None), ("finding__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_message_about_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="dispatch.channel",
                        verbose_name="channel",
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("test", models.BooleanField(default=False, verbose_name="test")),
                ("planned_at", models.DateTimeField(verbose_name="planned at")),
                ("next_at", models.DateTimeField(blank=True, null=True, verbose_name="next try")),
                ("lease", models.UUIDField(blank=True, editable=False, null=True)),
                ("tries", models.PositiveIntegerField(default=0, verbose_name="tries")),
                ("tries_left", models.PositiveIntegerField(verbose_name="tries left")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="last tried at")),
                ("uncertain", models.BooleanField(default=False, verbose_name="perhaps sent before")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unreachable", "The address cannot be reached from here, or must not be."),
                            ("silent", "The other side did not answer in time."),
                            ("rejected", "The other side did not take it."),
                            ("unusable", "The address cannot be used any more. Please give it again."),
                            ("unwritten", "The message cannot be written. The server's log says why."),
                            ("lost", "Sending was interrupted. It may have arrived."),
                            ("gone", "The device does not take notifications any more."),
                        ],
                        max_length=12,
                        verbose_name="trouble",
                    ),
                ),
                ("answered", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="answer")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("stuck_at", models.DateTimeField(blank=True, null=True, verbose_name="last try failed at")),
                ("given_up_at", models.DateTimeField(blank=True, null=True, verbose_name="given up at")),
                (
                    "messages",
                    models.ManyToManyField(related_name="deliveries", to="dispatch.message", verbose_name="messages"),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="dispatch_delivery_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("lease__isnull", False), ("next_at__isnull", False)),
                        fields=["channel"],
                        name="dispatch_delivery_under_way",
                    ),
                    models.Index(fields=["channel", "-id"], name="dispatch_delivery_by_channel"),
                    models.Index(
                        condition=models.Q(("test", True)), fields=["channel", "-id"], name="dispatch_delivery_tests"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("given_up_at", None),
                            ("sent_at", None),
                            ("test", False),
                            models.Q(("trouble", ""), _negated=True),
                        ),
                        fields=["-id"],
                        name="dispatch_delivery_failing",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("given_up_at", None),
                                ("next_at__isnull", False),
                                ("sent_at", None),
                                ("stuck_at", None),
                            ),
                            models.Q(
                                ("next_at", None),
                                models.Q(("given_up_at", None), ("sent_at", None), ("stuck_at", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_delivery_waits_or_has_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lease", None), ("next_at__isnull", False), _connector="OR"),
                        name="dispatch_delivery_lease_ends",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("next_at__isnull", False), ("test", False), ("tries", 0)),
                        fields=("channel", "urgent"),
                        name="dispatch_delivery_one_gathers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("added", "channel added"),
                            ("changed", "channel changed"),
                            ("switched_on", "channel switched on"),
                            ("switched_off", "channel switched off"),
                            ("removed", "channel removed"),
                            ("tested", "test message asked for"),
                            ("preferred", "quiet hours or language set"),
                            ("retried", "delivery tried again"),
                            ("given_up", "delivery given up"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="dispatch.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="dispatch.delivery",
                        verbose_name="delivery",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("by_name", models.CharField(max_length=60, verbose_name="name")),
                ("post_name", models.CharField(blank=True, max_length=200, verbose_name="post")),
                ("ended", models.PositiveIntegerField(default=0, verbose_name="given up")),
            ],
            options={
                "verbose_name": "act on a channel",
                "verbose_name_plural": "record of channels",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=28, unique=True, verbose_name="number")),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="grid.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "lead"), ("assisting", "assisting")], max_length=10, verbose_name="role"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Awaiting acknowledgement"),
                            ("acknowledged", "On the way"),
                            ("on_site", "On site"),
                            ("finished", "Result submitted"),
                            ("returned", "Returned"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="sent",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged at")),
                ("on_site_at", models.DateTimeField(blank=True, null=True, verbose_name="on site at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("result", models.TextField(blank=True, verbose_name="result")),
                ("return_reason", models.TextField(blank=True, verbose_name="reason of the return")),
                (
                    "suggested_department",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.department",
                        verbose_name="department thought right",
                    ),
                ),
                (
                    "return_ruling",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "upheld"), ("overruled", "overruled")],
                        max_length=10,
                        verbose_name="ruling",
                    ),
                ),
                (
                    "asks_for",
                    models.CharField(
                        blank=True,
                        choices=[("extension", "more time"), ("suspension", "a suspension")],
                        max_length=12,
                        verbose_name="asks for",
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["whistle", "id"], name="dispatch_order_by_whistle"),
                    models.Index(fields=["department", "-id"], name="dispatch_order_by_department"),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("sent", "acknowledged", "on_site")),
                            models.Q(("return_ruling", ""), ("state", "returned")),
                            _connector="OR",
                        ),
                        fields=["department", "-id"],
                        name="dispatch_order_open",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ("sent", "acknowledged", "on_site")),
                            models.Q(("return_ruling", ""), ("state", "returned")),
                            _connector="OR",
                        ),
                        fields=["id"],
                        name="dispatch_order_open_in_turn",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("sent", "acknowledged", "on_site"))),
                        fields=("whistle", "department"),
                        name="dispatch_order_one_active_per_department",
                        violation_error_message="This department has already been called to this whistle.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("role", "lead"), ("state__in", ("sent", "acknowledged", "on_site"))),
                        fields=("whistle",),
                        name="dispatch_order_one_active_lead",
                        violation_error_message="A whistle has one lead department.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "whistle",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="whistle.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="whistle.adviceletter",
                        verbose_name="advice letter",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("triage", "triage"),
                            ("sign_after", "signatures after filing"),
                            ("acknowledge", "acknowledge"),
                            ("report", "report on site"),
                            ("resolve", "resolve"),
                            ("verify", "verify"),
                            ("score", "score"),
                            ("answer", "answer a request"),
                            ("lead", "answer a lead"),
                            ("reply", "reply to a letter"),
                        ],
                        max_length=12,
                        verbose_name="clock",
                    ),
                ),
                ("limit", models.PositiveIntegerField(verbose_name="limit")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("seconds", "seconds"),
                            ("minutes", "minutes"),
                            ("hours", "hours"),
                            ("working_hours", "working hours"),
                            ("working_days", "working days"),
                        ],
                        max_length=14,
                        verbose_name="unit",
                    ),
                ),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="hours of work")),
                ("calendar_version", models.CharField(blank=True, max_length=60, verbose_name="calendar")),
                ("extensions_left", models.PositiveSmallIntegerField(default=0, verbose_name="extensions left")),
                ("suspensions_left", models.PositiveSmallIntegerField(default=0, verbose_name="suspensions left")),
                ("extra", models.PositiveIntegerField(default=0, verbose_name="extended by")),
                ("pauses", models.JSONField(blank=True, default=list, verbose_name="pauses")),
                ("start_at", models.DateTimeField(verbose_name="started at")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("provisional", models.BooleanField(default=False, verbose_name="provisional")),
                ("plan", models.JSONField(default=list, verbose_name="plan")),
                ("next_at", models.DateTimeField(blank=True, null=True, verbose_name="next moment of the plan")),
                ("met_at", models.DateTimeField(blank=True, null=True, verbose_name="met at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
                ("breached_at", models.DateTimeField(blank=True, null=True, verbose_name="breach recorded at")),
                ("trouble", models.TextField(blank=True, verbose_name="trouble")),
                ("set_aside_at", models.DateTimeField(blank=True, null=True, verbose_name="set aside at")),
            ],
            options={
                "verbose_name": "deadline",
                "verbose_name_plural": "deadlines",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="dispatch_deadline_ticking",
                    ),
                    models.Index(fields=["whistle", "id"], name="dispatch_deadline_by_whistle"),
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["lead", "id"],
                        name="dispatch_deadline_by_lead",
                    ),
                    models.Index(
                        condition=models.Q(("letter__isnull", False)),
                        fields=["letter", "id"],
                        name="dispatch_deadline_by_letter",
                    ),
                    models.Index(
                        condition=models.Q(("cancelled_at", None), ("met_at", None)),
                        fields=["whistle", "due_at"],
                        include=("start_at", "pauses"),
                        name="dispatch_deadline_urgent",
                    ),
                    models.Index(
                        condition=models.Q(("cancelled_at", None), ("met_at", None)),
                        fields=["district", "due_at"],
                        include=("kind",),
                        name="dispatch_deadline_running",
                    ),
                    models.Index(
                        condition=models.Q(("cancelled_at", None)),
                        fields=["district", "due_at"],
                        name="dispatch_deadline_by_due",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["met_at"], name="dispatch_deadline_by_met"
                    ),
                    models.Index(
                        condition=models.Q(
                            ("cancelled_at", None), ("met_at", None), models.Q(("calendar_version", ""), _negated=True)
                        ),
                        fields=["calendar_version", "due_at"],
                        name="dispatch_deadline_by_calendar",
                    ),
                    models.Index(
                        condition=models.Q(("trouble", ""), _negated=True),
                        fields=["id"],
                        name="dispatch_deadline_in_trouble",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("cancelled_at", None),
                            ("order__isnull", False),
                            models.Q(("kind", "answer"), _negated=True),
                        ),
                        fields=("order", "kind"),
                        name="dispatch_deadline_one_of_a_kind_per_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("kind", "answer"), ("met_at", None)),
                        fields=("order",),
                        name="dispatch_deadline_one_answer_running",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("met_at", None), ("order__isnull", True)),
                        fields=("whistle", "kind"),
                        name="dispatch_deadline_one_running_per_whistle",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("lead__isnull", False), ("met_at", None)),
                        fields=("lead", "kind"),
                        name="dispatch_deadline_one_running_per_lead",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("letter__isnull", False), ("met_at", None)),
                        fields=("letter", "kind"),
                        name="dispatch_deadline_one_running_per_letter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lead__isnull", True), ("letter__isnull", True), ("whistle__isnull", False)),
                            models.Q(("lead__isnull", False), ("letter__isnull", True), ("whistle__isnull", True)),
                            models.Q(("lead__isnull", True), ("letter__isnull", False), ("whistle__isnull", True)),
                            _connector="OR",
                        ),
                        name="dispatch_deadline_about_one_matter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order", None), ("whistle__isnull", False), _connector="OR"),
                        name="dispatch_deadline_order_with_its_whistle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("start_at"))),
                        name="dispatch_deadline_due_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_at", None), models.Q(("cancelled_at", None), ("met_at", None)), _connector="OR"
                        ),
                        name="dispatch_deadline_silent_when_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_at__isnull", False),
                            ("met_at__isnull", False),
                            ("cancelled_at__isnull", False),
                            ("breached_at__isnull", False),
                            _connector="OR",
                        ),
                        name="dispatch_deadline_watched_until_breach",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Firing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deadline",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="firings",
                        to="dispatch.deadline",
                    ),
                ),
                ("rung", models.CharField(max_length=20)),
                ("planned_at", models.DateTimeField()),
                ("fired_at", models.DateTimeField()),
                ("reached", models.PositiveIntegerField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["-fired_at"], name="dispatch_firing_latest")],
                "constraints": [models.UniqueConstraint(fields=("deadline", "rung"), name="dispatch_firing_once")],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.post",
                        verbose_name="post",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="at, as the phone says")),
                (
                    "rank",
                    models.CharField(
                        choices=[
                            ("staff", "staff member"),
                            ("deputy", "deputy head or section head"),
                            ("head", "head of the department"),
                            ("leader", "leader of the district"),
                        ],
                        max_length=10,
                        verbose_name="rank",
                    ),
                ),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("accuracy_m", models.PositiveIntegerField(blank=True, null=True, verbose_name="accuracy in metres")),
                (
                    "distance_m",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="metres from the case"),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("valid", models.BooleanField(verbose_name="counts")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                (
                    "code",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report",
                        to="dispatch.arrivalcode",
                        verbose_name="arrival code",
                    ),
                ),
            ],
            options={
                "verbose_name": "report on site",
                "verbose_name_plural": "reports on site",
                "ordering": ["at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accuracy_m", None),
                            models.Q(("lat__isnull", False), ("lng__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_report_accuracy_of_a_point",
                        violation_error_message="An accuracy says nothing without the point it is of.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code", None),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispatch_report_by_code_is_confirmed",
                        violation_error_message="Whoever showed the code has confirmed the report.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Playbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playbook",
                        to="whistle.whistletype",
                        verbose_name="type",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.department",
                        verbose_name="lead department",
                    ),
                ),
                (
                    "assisting",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="grid.department", verbose_name="assisting departments"
                    ),
                ),
            ],
            options={
                "verbose_name": "playbook",
                "verbose_name_plural": "playbooks",
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispatch.deadline",
                        verbose_name="deadline",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "granted"), ("refused", "refused"), ("lapsed", "lapsed")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("due_before", models.DateTimeField(blank=True, null=True, verbose_name="due before")),
                ("due_after", models.DateTimeField(blank=True, null=True, verbose_name="due after")),
                ("asked", models.PositiveIntegerField(verbose_name="time asked for")),
                ("granted", models.PositiveIntegerField(blank=True, null=True, verbose_name="time granted")),
            ],
            options={
                "verbose_name": "extension",
                "verbose_name_plural": "extensions",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("order",),
                        name="dispatch_extension_one_waiting",
                        violation_error_message="A request of this order already waits for its answer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__gte", 1)), name="dispatch_extension_of_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispatch.deadline",
                        verbose_name="deadline",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("granted", "granted"), ("refused", "refused"), ("lapsed", "lapsed")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("due_before", models.DateTimeField(blank=True, null=True, verbose_name="due before")),
                ("due_after", models.DateTimeField(blank=True, null=True, verbose_name="due after")),
                ("review_at", models.DateTimeField(verbose_name="to be reviewed on")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "suspension",
                "verbose_name_plural": "suspensions",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer", "granted"), ("ended_at", None)),
                        fields=["review_at"],
                        name="dispatch_suspension_running",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "")),
                        fields=("order",),
                        name="dispatch_suspension_one_waiting",
                        violation_error_message="A request of this order already waits for its answer.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supervisions",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "deadline",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dispatch.deadline",
                        verbose_name="deadline",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted at")),
            ],
            options={
                "verbose_name": "supervision order",
                "verbose_name_plural": "supervision orders",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["order", "id"], name="dispatch_supervision_by_order"),
                    models.Index(fields=["at"], name="dispatch_supervision_by_moment"),
                ],
            },
        ),
        migrations.CreateModel(
            name="JointSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
                (
                    "whistle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("called", "Called: the minutes are missing"),
                            ("held", "Held: the minutes are written"),
                            ("cancelled", "Called off"),
                        ],
                        default="called",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("held_at", models.DateTimeField(verbose_name="begins at")),
                ("place", models.CharField(max_length=200, verbose_name="meeting place")),
                ("agenda", models.TextField(blank=True, verbose_name="what it is about")),
                ("minutes", models.TextField(blank=True, verbose_name="minutes")),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="called by",
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="called at")),
                (
                    "minuted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="minutes written by",
                    ),
                ),
                ("minuted_at", models.DateTimeField(blank=True, null=True, verbose_name="minutes written at")),
            ],
            options={
                "verbose_name": "joint session",
                "verbose_name_plural": "joint sessions",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("minuted_at__isnull", False),
                                ("state", "held"),
                                models.Q(("minutes", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "held"), _negated=True), ("minuted_at", None), ("minutes", "")
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_session_minutes_when_held",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="dispatch.jointsession",
                        verbose_name="joint session",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.department",
                        verbose_name="department",
                    ),
                ),
                ("invited", models.BooleanField(default=True, verbose_name="invited")),
                ("came", models.BooleanField(blank=True, null=True, verbose_name="came")),
            ],
            options={
                "verbose_name": "department at a joint session",
                "verbose_name_plural": "departments at joint sessions",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "department"), name="dispatch_session_seat_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=36, unique=True, verbose_name="number")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="dispatch.jointsession",
                        verbose_name="joint session",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                ("text", models.TextField(verbose_name="what is to be done")),
                ("due_on", models.DateField(verbose_name="until the end of")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to be done"), ("done", "done"), ("dropped", "dropped")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("set_at", models.DateTimeField(verbose_name="agreed at")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("answer", models.TextField(blank=True, verbose_name="what was done")),
            ],
            options={
                "verbose_name": "task of a joint session",
                "verbose_name_plural": "tasks of joint sessions",
                "ordering": ["id"],
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["order"], name="dispatch_task_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_at", None)),
                            _connector="OR",
                        ),
                        name="dispatch_task_done_at_a_moment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=500, verbose_name="narrowed by")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("person", "name"), name="dispatch_view_once_by_name")],
            },
        ),
    ]
