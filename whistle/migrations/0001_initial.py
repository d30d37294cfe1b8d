import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import common.search

# Each character of some texts with the one that follows it, and the last one alone: what common.search looks for.
# The cost is what it takes for a text, so that the planner looks into the index instead of reckoning row by row.
GRAMS = """
CREATE FUNCTION search_grams(VARIADIC texts text[]) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
    SELECT coalesce(array_to_tsvector(array_agg(DISTINCT substr(said, place, 2))), ''::tsvector)
    FROM (SELECT lower(array_to_string(texts, E'\\n')) AS said) AS whole, generate_series(1, length(said)) AS place
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("grid", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(GRAMS, "DROP FUNCTION search_grams(text[])"),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.area"),
                ),
                ("series", models.CharField(blank=True, db_default="", max_length=1)),
                ("day", models.DateField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("district", "series", "day"), name="whistle_series_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
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
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="grid.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be solved"),
                            ("solved", "Solved"),
                            ("whistled", "Turned into a whistle"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[("grid", "the grid"), ("community", "the community"), ("street", "the street")],
                        max_length=10,
                        verbose_name="in hand of",
                    ),
                ),
                ("hard", models.BooleanField(default=False, verbose_name="hard")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("street", "found by the street"),
                            ("grid", "grid patrol"),
                            ("resident", "reported by residents"),
                            ("hotline", "12345 hotline"),
                            ("inspection", "inspection"),
                            ("video", "video"),
                            ("media", "media"),
                            ("leader", "a leader's note"),
                        ],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="what is the matter")),
                ("description", models.TextField(blank=True, verbose_name="more about it")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                ("contact", models.CharField(blank=True, max_length=100, verbose_name="whom to call back")),
                ("hotline_number", models.CharField(blank=True, max_length=40, verbose_name="ticket of the hotline")),
                (
                    "answer_by",
                    models.DateTimeField(blank=True, null=True, verbose_name="the hotline wants the answer by"),
                ),
                ("answer", models.TextField(blank=True, verbose_name="how it was solved")),
                (
                    "reported_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reported by",
                    ),
                ),
                ("reported_at", models.DateTimeField(verbose_name="reported at")),
                ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="solved at")),
                ("demonstration", models.BooleanField(default=False, verbose_name="demonstration")),
            ],
            options={
                "verbose_name": "lead",
                "verbose_name_plural": "leads",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["district", "-id"], name="whistle_lead_by_district"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["district", "holder", "-id"],
                        name="whistle_lead_open",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        common.search.Grams("title", "address"), name="whistle_lead_grams"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("hotline_number", ""), _negated=True),
                        fields=("hotline_number",),
                        name="whistle_lead_one_per_ticket",
                        violation_error_message="This ticket of the hotline has been entered already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source", "hotline"),
                            models.Q(("answer_by", None), ("hotline_number", "")),
                            _connector="OR",
                        ),
                        name="whistle_lead_ticket_from_the_hotline",
                        violation_error_message="Only a lead from the hotline has its number and its time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer_by", None), ("answer_by__gt", models.F("reported_at")), _connector="OR"
                        ),
                        name="whistle_lead_answer_by_after_report",
                        violation_error_message="The time for the answer has passed already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("solved_at__isnull", False), ("state", "solved")),
                            models.Q(models.Q(("state", "solved"), _negated=True), ("solved_at", None)),
                            _connector="OR",
                        ),
                        name="whistle_lead_solved_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdviceLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
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
                    "sender",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="from",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="grid.department",
                        verbose_name="to",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="grid.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "Awaiting the reply"),
                            ("answered", "Replied: the outcome is to be stated"),
                            ("closed", "Closed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="sent",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="subject")),
                ("text", models.TextField(verbose_name="text")),
                ("reply", models.TextField(blank=True, verbose_name="reply")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("adopted", "adopted"), ("partly", "partly adopted"), ("not_adopted", "not adopted")],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("replied_at", models.DateTimeField(blank=True, null=True, verbose_name="replied at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("demonstration", models.BooleanField(default=False, verbose_name="demonstration")),
            ],
            options={
                "verbose_name": "advice letter",
                "verbose_name_plural": "advice letters",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["district", "-id"], name="whistle_letter_by_district")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), models.Q(("outcome", ""), _negated=True)),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("outcome", "")),
                            _connector="OR",
                        ),
                        name="whistle_letter_outcome_when_closed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="whistle_receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="WhistleType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistle_types",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=30, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=60, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "minimum_criteria",
                    models.PositiveSmallIntegerField(default=2, verbose_name="criteria that must hold at least"),
                ),
                (
                    "sign_off",
                    models.CharField(
                        choices=[("before", "before filing"), ("after", "after filing"), ("none", "not asked for")],
                        default="before",
                        max_length=10,
                        verbose_name="signatures",
                    ),
                ),
                (
                    "by_playbook",
                    models.BooleanField(
                        default=False,
                        help_text="Calls the departments the moment it is filed, without waiting for triage.",
                        verbose_name="dispatched at once",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="can be blown")),
            ],
            options={
                "verbose_name": "type of whistle",
                "verbose_name_plural": "types of whistles",
                "ordering": ["district_id", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "code"), name="whistle_type_code_unique_in_district")
                ],
            },
        ),
        migrations.CreateModel(
            name="Whistle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
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
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to="grid.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to="whistle.whistletype",
                        verbose_name="type",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("general", "general"), ("larger", "larger"), ("major", "major")],
                        default="general",
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signing", "Awaiting signatures"),
                            ("filed", "Awaiting triage"),
                            ("returned", "Returned to the street"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("escalated", "Escalated to the city"),
                            ("dispatched", "Being handled"),
                            ("handled", "Awaiting verification"),
                            ("verified", "Awaiting scores"),
                            ("closed", "Closed"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("street", "found by the street"),
                            ("grid", "grid patrol"),
                            ("resident", "reported by residents"),
                            ("hotline", "12345 hotline"),
                            ("inspection", "inspection"),
                            ("video", "video"),
                            ("media", "media"),
                            ("leader", "a leader's note"),
                        ],
                        default="street",
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("description", models.TextField(verbose_name="what is the matter")),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to="whistle.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to="grid.responsibilityitem",
                        verbose_name="item of the responsibility list",
                    ),
                ),
                ("criteria", models.JSONField(default=list, verbose_name="criteria")),
                ("suggested", models.JSONField(default=list, verbose_name="suggested departments")),
                ("sign_off", models.CharField(max_length=10, verbose_name="signatures")),
                ("sign_round", models.PositiveSmallIntegerField(default=0, verbose_name="round of signatures")),
                (
                    "ruling",
                    models.CharField(
                        blank=True,
                        choices=[("frivolous", "frivolous whistle"), ("empty", "empty whistle")],
                        max_length=12,
                        verbose_name="ruling",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drafted by",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="drafted at")),
                ("filed_at", models.DateTimeField(blank=True, null=True, verbose_name="filed at")),
                ("dispatched_at", models.DateTimeField(blank=True, null=True, verbose_name="dispatched at")),
                ("handled_at", models.DateTimeField(blank=True, null=True, verbose_name="handled at")),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="verified at")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("demonstration", models.BooleanField(default=False, verbose_name="demonstration")),
                ("drill", models.BooleanField(db_default=False, default=False, verbose_name="drill")),
            ],
            options={
                "verbose_name": "whistle",
                "verbose_name_plural": "whistles",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["district", "-id"], name="whistle_by_district"),
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "draft",
                                    "signing",
                                    "filed",
                                    "returned",
                                    "escalated",
                                    "dispatched",
                                    "handled",
                                    "verified",
                                ),
                            )
                        ),
                        fields=["district", "-id"],
                        name="whistle_open_by_district",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("lat__isnull", False),
                            (
                                "state__in",
                                (
                                    "draft",
                                    "signing",
                                    "filed",
                                    "returned",
                                    "escalated",
                                    "dispatched",
                                    "handled",
                                    "verified",
                                ),
                            ),
                        ),
                        fields=["district", "lat", "lng"],
                        include=("id",),
                        name="whistle_open_by_place",
                    ),
                    models.Index(
                        condition=models.Q(("state", "closed")),
                        fields=["district", "closed_at"],
                        name="whistle_closed_by_district",
                    ),
                    models.Index(
                        condition=models.Q(("demonstration", True)), fields=["id"], name="whistle_of_demonstration"
                    ),
                    models.Index(
                        condition=models.Q(("ruling", ""), _negated=True), fields=["id"], name="whistle_ruled"
                    ),
                    models.Index(
                        condition=models.Q(("drill", False), ("filed_at__isnull", False)),
                        fields=["district", "filed_at"],
                        name="whistle_blown",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        common.search.Grams("title", "address"), name="whistle_grams"
                    ),
                    models.Index(
                        django.db.models.functions.text.Left("area", 12),
                        django.db.models.functions.comparison.Coalesce(
                            "item",
                            models.ExpressionWrapper(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("type"), "*", models.Value(-1)
                                ),
                                models.BigIntegerField(),
                            ),
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("filed_at"),
                        models.F("id"),
                        condition=models.Q(("drill", False), ("filed_at__isnull", False)),
                        name="whistle_blown_about",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("lead__isnull", False), models.Q(("state__in", ("withdrawn", "declined")), _negated=True)
                        ),
                        fields=("lead",),
                        name="whistle_one_living_per_lead",
                        violation_error_message="This lead has been turned into a whistle already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="recorded at",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("whistle.drafted", "Drafted"),
                            ("whistle.edited", "Draft changed"),
                            ("whistle.signatures_requested", "Signatures requested"),
                            ("whistle.signed", "Signed after a look on site"),
                            ("whistle.sign_refused", "Refused to sign"),
                            ("whistle.filed", "Whistle blown"),
                            ("whistle.dispatched", "Departments called"),
                            ("whistle.returned", "Returned to the street"),
                            ("whistle.declined", "Declined"),
                            ("whistle.escalated", "Escalated to the city"),
                            ("whistle.handed_back", "Handed back to the district"),
                            ("whistle.withdrawn", "Withdrawn"),
                            ("whistle.handled", "All results are in"),
                            ("whistle.verified", "Verified on site: solved"),
                            ("whistle.not_solved", "Verified on site: not solved, back to handling"),
                            ("whistle.confirmed", "Confirmed by the centre"),
                            ("whistle.closed", "Closed"),
                            ("whistle.reopened", "Reopened"),
                            ("whistle.called_back", "Residents called back"),
                            ("whistle.nobody_answered", "Called back: nobody was reached"),
                            ("whistle.leader_on_site", "District leader on site"),
                            ("whistle.code_shown", "Arrival code shown on site"),
                            ("order.sent", "Order sent"),
                            ("order.cancelled", "Order cancelled"),
                            ("order.leads", "Role in the joint effort changed"),
                            ("order.acknowledged", "Acknowledged"),
                            ("order.returned", "Order returned, awaiting a ruling"),
                            ("order.return_upheld", "Return upheld"),
                            ("order.return_overruled", "Return overruled"),
                            ("order.reported", "Reported on site"),
                            ("order.report_confirmed", "Presence on site confirmed by the street"),
                            ("order.progress", "Progress"),
                            ("order.result", "Result submitted"),
                            ("order.sent_back", "Back to handling"),
                            ("order.scored", "Scored"),
                            ("order.scored_by_rule", "Scored by rule: the street did not score in time"),
                            ("order.appealed", "Appeal against what counts in the month"),
                            ("order.appeal_granted", "Appeal granted: it counts otherwise"),
                            ("order.appeal_refused", "Appeal refused: it counts as it did"),
                            ("order.extension_asked", "More time requested"),
                            ("order.extension_granted", "More time granted"),
                            ("order.suspension_asked", "Suspension requested"),
                            ("order.suspended", "Suspended: the clock stands still"),
                            ("order.request_refused", "Request refused: the clock ran on"),
                            ("order.request_lapsed", "Request lapsed"),
                            ("order.resumed", "Suspension over: the clock runs on"),
                            ("order.supervised", "Supervision order"),
                            ("lead.reported", "Lead reported"),
                            ("lead.noted", "Note"),
                            ("lead.hard", "Marked as hard"),
                            ("lead.passed_up", "Passed up one level"),
                            ("lead.passed_back", "Passed back one level"),
                            ("lead.taken_over", "Taken over from below"),
                            ("lead.solved", "Solved"),
                            ("lead.whistled", "Turned into a whistle"),
                            ("lead.came_back", "The whistle came to nothing: back with the street"),
                            ("letter.sent", "Letter sent"),
                            ("letter.answered", "Department replied"),
                            ("letter.closed", "Outcome stated"),
                            ("letter.withdrawn", "Letter withdrawn"),
                            ("session.called", "Joint session called"),
                            ("session.held", "Joint session held, minutes written"),
                            ("session.corrected", "Minutes of the joint session corrected"),
                            ("session.cancelled", "Joint session called off"),
                            ("task.set", "Task agreed at the joint session"),
                            ("task.done", "Task done"),
                            ("task.not_done", "Task found not done"),
                            ("task.dropped", "Task dropped"),
                            ("clock.reminded", "Reminder"),
                            ("clock.breached", "Overdue"),
                            ("clock.breach_lifted", "Was in time after all"),
                            ("clock.passed_up", "Passed up the ladder"),
                            ("accountability.opened", "Held to account for the whistle"),
                            (
                                "accountability.nobody",
                                "Nobody of the street vouched for it: nobody is held to account",
                            ),
                            ("accountability.appealed", "Appeal against being held to account"),
                            ("accountability.upheld", "Appeal rejected: the record stands"),
                            ("accountability.reversed", "Appeal granted: the record is reversed, the score restored"),
                            ("clock.retried", "Set-aside clock tried again"),
                            ("clock.started_late", "Missing clock started, from when the order was sent"),
                            ("clock.reprojected", "The calendar changed: due moment recomputed"),
                            ("clock.kept", "The calendar changed: due moment kept, it would have passed unseen"),
                        ],
                        max_length=40,
                        verbose_name="what",
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
                ("order_number", models.CharField(blank=True, max_length=30, verbose_name="order")),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("person_name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("post_name", models.CharField(blank=True, max_length=200, verbose_name="post")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="data")),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "record",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["lead", "id"],
                        name="whistle_event_by_lead",
                    ),
                    models.Index(
                        condition=models.Q(("letter__isnull", False)),
                        fields=["letter", "id"],
                        name="whistle_event_by_letter",
                    ),
                    models.Index(fields=["whistle", "id"], name="whistle_event_by_whistle"),
                    models.Index(fields=["district", "at"], name="whistle_event_by_district"),
                    models.Index(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "whistle.filed",
                                    "whistle.dispatched",
                                    "whistle.returned",
                                    "whistle.declined",
                                    "whistle.escalated",
                                    "order.extension_granted",
                                    "order.sent_back",
                                    "order.result",
                                    "order.return_upheld",
                                    "order.return_overruled",
                                    "whistle.reopened",
                                ),
                            )
                        ),
                        fields=["district", "at"],
                        name="whistle_event_counted",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "kind__in",
                                ("lead.reported", "lead.hard", "lead.passed_up", "lead.solved", "lead.whistled"),
                            )
                        ),
                        fields=["district", "at"],
                        name="whistle_event_lead_counted",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lead__isnull", True), ("letter__isnull", True), ("whistle__isnull", False)),
                            models.Q(("lead__isnull", False), ("letter__isnull", True), ("whistle__isnull", True)),
                            models.Q(("lead__isnull", True), ("letter__isnull", False), ("whistle__isnull", True)),
                            _connector="OR",
                        ),
                        name="whistle_event_about_one_matter",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Photo",
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photos",
                        to="whistle.event",
                        verbose_name="event",
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to="", verbose_name="file")),
                ("thumbnail", models.FileField(max_length=200, upload_to="", verbose_name="thumbnail")),
                ("content_type", models.CharField(max_length=20, verbose_name="content type")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="checksum")),
            ],
            options={
                "verbose_name": "photo",
                "verbose_name_plural": "photos",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("whistle__isnull", False)),
                        fields=["whistle", "id"],
                        name="whistle_photo_by_whistle",
                    ),
                    models.Index(
                        condition=models.Q(("lead__isnull", False)),
                        fields=["lead", "id"],
                        name="whistle_photo_by_lead",
                    ),
                    models.Index(
                        condition=models.Q(("letter__isnull", False)),
                        fields=["letter", "id"],
                        name="whistle_photo_by_letter",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lead__isnull", True), ("letter__isnull", True), ("whistle__isnull", False)),
                            models.Q(("lead__isnull", False), ("letter__isnull", True), ("whistle__isnull", True)),
                            models.Q(("lead__isnull", True), ("letter__isnull", False), ("whistle__isnull", True)),
                            _connector="OR",
                        ),
                        name="whistle_photo_about_one_matter",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "whistle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("community_secretary", "community secretary"),
                            ("street_secretary", "street secretary"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
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
                ("agrees", models.BooleanField(verbose_name="signed")),
                ("opinion", models.TextField(blank=True, verbose_name="opinion")),
                ("inspected_at", models.DateTimeField(blank=True, null=True, verbose_name="looked on site at")),
                ("at", models.DateTimeField(verbose_name="signed at")),
            ],
            options={
                "verbose_name": "signature",
                "verbose_name_plural": "signatures",
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("whistle", "round", "role"), name="whistle_signature_once_per_role"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="whistle.whistletype",
                        verbose_name="type",
                    ),
                ),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                ("required", models.BooleanField(default=False, verbose_name="must hold")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "criterion",
                "verbose_name_plural": "criteria",
                "ordering": ["type_id", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("type", "code"), name="whistle_criterion_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Unfinished",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True, verbose_name="key")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unfinished",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "became",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="whistle.whistle",
                        verbose_name="became",
                    ),
                ),
                ("typed", models.JSONField(blank=True, default=dict, verbose_name="typed")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
            ],
            options={
                "verbose_name": "unfinished whistle",
                "verbose_name_plural": "unfinished whistles",
                "ordering": ["-kept_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("became", None)),
                        fields=["person", "-kept_at"],
                        name="whistle_unfinished_own",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnfinishedPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unfinished",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="whistle.unfinished",
                        verbose_name="unfinished whistle",
                    ),
                ),
                ("file", models.FileField(max_length=200, upload_to="", verbose_name="file")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("content_type", models.CharField(max_length=20, verbose_name="content type")),
            ],
            options={
                "verbose_name": "photo of an unfinished whistle",
                "verbose_name_plural": "photos of unfinished whistles",
                "ordering": ["id"],
            },
        ),
    ]
