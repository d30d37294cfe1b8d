from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dispatch", "0001_initial"),
        ("grid", "0001_initial"),
        ("whistle", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accountability",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="number")),
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
                        related_name="accountabilities",
                        to="whistle.whistle",
                        verbose_name="whistle",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="held to account",
                    ),
                ),
                ("person_name", models.CharField(max_length=60, verbose_name="name")),
                ("post_name", models.CharField(max_length=200, verbose_name="post")),
                (
                    "ruling",
                    models.CharField(
                        choices=[("frivolous", "frivolous whistle"), ("empty", "empty whistle")],
                        max_length=12,
                        verbose_name="ruling",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "ruled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ruled by",
                    ),
                ),
                ("ruled_at", models.DateTimeField(verbose_name="ruled at")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("appeal_until", models.DateTimeField(verbose_name="may be appealed until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "In force"),
                            ("appealed", "Appealed"),
                            ("upheld", "Upheld"),
                            ("reversed", "Reversed"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("appeal", models.TextField(blank=True, verbose_name="appeal")),
                ("appealed_at", models.DateTimeField(blank=True, null=True, verbose_name="appealed at")),
                ("decision", models.TextField(blank=True, verbose_name="decision")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "accountability record",
                "verbose_name_plural": "accountability records",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person", "-id"], name="accountability_by_person"),
                    models.Index(fields=["district", "-id"], name="accountability_by_district"),
                    models.Index(fields=["district", "ruled_at"], name="accountability_by_month"),
                    models.Index(
                        condition=models.Q(("state", "appealed")),
                        fields=["district", "id"],
                        name="accountability_appealed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("whistle", "person"),
                        name="assessment_accountability_once_per_person",
                        violation_error_message="This person has already been held to account for this whistle.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appealed_at", None), ("decided_at", None), ("decided_by", None), ("state", "open")
                            ),
                            models.Q(
                                ("appealed_at__isnull", False),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("state", "appealed"),
                            ),
                            models.Q(
                                ("appealed_at__isnull", False),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ("upheld", "reversed")),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_accountability_state_has_its_moments",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appealed_at", None), ("appealed_at__lte", models.F("appeal_until")), _connector="OR"
                        ),
                        name="assessment_accountability_appealed_in_time",
                        violation_error_message="The term to appeal is over.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(
                                models.Q(("decided_by", models.F("ruled_by")), _negated=True),
                                models.Q(("decided_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_accountability_decided_by_another",
                        violation_error_message="An appeal is decided by somebody else than who ruled or appealed.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district or city",
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("review", "in review"),
                            ("appeals", "open to appeals"),
                            ("published", "published"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("as_of", models.DateTimeField(blank=True, null=True, verbose_name="as of")),
                ("weights", models.JSONField(blank=True, null=True, verbose_name="weights")),
                ("appeals_until", models.DateTimeField(blank=True, null=True, verbose_name="appeals until")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                ("checksum", models.CharField(blank=True, max_length=64, verbose_name="checksum")),
            ],
            options={
                "verbose_name": "bulletin",
                "verbose_name_plural": "bulletins",
                "ordering": ["-month", "area_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "month"), name="assessment_bulletin_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("as_of__isnull", False),
                                ("published_at__isnull", False),
                                models.Q(("checksum", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_bulletin_published_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulletinAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("review_begun", "Counted; the review begins"),
                            ("review_left", "Back to counting"),
                            ("appeals_opened", "Open to appeals"),
                            ("appeals_left", "Back to the review"),
                            ("points_entered", "Points entered by hand"),
                            ("points_withdrawn", "Points taken back"),
                            ("published", "Published"),
                            ("corrected", "Correction to the published month"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("person_name", models.CharField(max_length=60, verbose_name="name")),
                ("post_name", models.CharField(max_length=200, verbose_name="post")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="data")),
            ],
            options={
                "verbose_name": "act on a month",
                "verbose_name_plural": "acts on months",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ManualItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="manual_items",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "ranked",
                    models.CharField(
                        choices=[
                            ("departments", "departments"),
                            ("streets", "streets"),
                            ("communities", "communities"),
                            ("dispatchers", "dispatchers"),
                            ("districts", "districts"),
                        ],
                        max_length=12,
                        verbose_name="ranking of",
                    ),
                ),
                ("unit", models.CharField(max_length=15, verbose_name="unit")),
                ("part", models.CharField(max_length=30, verbose_name="part")),
                ("points", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="points")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "manual item",
                "verbose_name_plural": "manual items",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="dispatch.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("acknowledge", "acknowledged in time"),
                            ("report", "reported on site in time"),
                            ("resolve", "result in time"),
                            ("cooperation", "cooperation"),
                            ("resolution", "solution"),
                        ],
                        max_length=12,
                        verbose_name="about",
                    ),
                ),
                ("old", models.PositiveSmallIntegerField(verbose_name="as it counted")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="appealed by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="appealed at")),
                ("answer_by", models.DateTimeField(verbose_name="to be ruled on by")),
                ("granted", models.BooleanField(blank=True, null=True, verbose_name="granted")),
                ("new", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="counts as")),
                (
                    "ruled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ruled by",
                    ),
                ),
                ("ruled_at", models.DateTimeField(blank=True, null=True, verbose_name="ruled at")),
                ("opinion", models.TextField(blank=True, verbose_name="opinion")),
            ],
            options={
                "verbose_name": "appeal",
                "verbose_name_plural": "appeals",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("granted", None)), fields=["bulletin"], name="assessment_appeal_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "about"),
                        name="assessment_appeal_once",
                        violation_error_message="This figure has been appealed already; the ruling on it is final.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted", None), ("new", None), ("ruled_at", None), ("ruled_by", None)),
                            models.Q(
                                ("granted", False),
                                ("new", None),
                                ("ruled_at__isnull", False),
                                ("ruled_by__isnull", False),
                            ),
                            models.Q(("granted", True), ("ruled_at__isnull", False), ("ruled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="assessment_appeal_ruled_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("old__lte", 100), models.Q(("new", None), ("new__lte", 100), _connector="OR")
                        ),
                        name="assessment_appeal_within_100",
                        violation_error_message="A mark lies between 0 and 100.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="callbacks",
                        to="whistle.whistle",
                        verbose_name="whistle",
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
                ("closing", models.DateTimeField(verbose_name="closed at")),
                ("at", models.DateTimeField(verbose_name="called at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="called by",
                    ),
                ),
                ("contacted", models.BooleanField(verbose_name="somebody was reached")),
                (
                    "responded",
                    models.BooleanField(blank=True, null=True, verbose_name="had been contacted, say the residents"),
                ),
                ("solved", models.BooleanField(blank=True, null=True, verbose_name="solved, say the residents")),
                (
                    "satisfaction",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "satisfied"), ("fairly", "fairly satisfied"), ("not", "not satisfied")],
                        max_length=10,
                        verbose_name="satisfaction",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "callback",
                "verbose_name_plural": "callbacks",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["whistle", "id"], name="assessment_callback_by_whistle"),
                    models.Index(
                        condition=models.Q(("contacted", True)),
                        fields=["district", "at"],
                        name="assessment_callback_reached",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("contacted", True)),
                        fields=("whistle", "closing"),
                        name="assessment_callback_reached_once",
                        violation_error_message="Residents have already been reached about this case.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("contacted", True),
                                ("satisfaction__in", ["satisfied", "fairly", "not"]),
                                ("solved__isnull", False),
                            ),
                            models.Q(("contacted", False), ("satisfaction", ""), ("solved__isnull", True)),
                            _connector="OR",
                        ),
                        name="assessment_callback_says_what_was_heard",
                        violation_error_message="Who was reached says whether it is solved and how satisfied they are.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluation",
                        to="dispatch.order",
                        verbose_name="order",
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
                    "cooperation",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)], verbose_name="cooperation"
                    ),
                ),
                (
                    "resolution",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)], verbose_name="resolution"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="scored by",
                    ),
                ),
                ("by_rule", models.BooleanField(default=False, verbose_name="by rule")),
                ("at", models.DateTimeField(verbose_name="scored at")),
            ],
            options={
                "verbose_name": "assessment",
                "verbose_name_plural": "assessments",
                "ordering": ["at"],
                "indexes": [models.Index(fields=["district", "at"], name="assessment_by_district_and_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cooperation__lte", 100), ("resolution__lte", 100)),
                        name="assessment_marks_within_100",
                        violation_error_message="A mark lies between 0 and 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", True), ("by_rule", True)),
                            models.Q(("by__isnull", False), ("by_rule", False)),
                            _connector="OR",
                        ),
                        name="assessment_marks_by_somebody_or_by_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("xlsx", "spreadsheet"), ("docx", "official document")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "being written"),
                            ("done", "ready"),
                            ("stopped", "stopped"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="asked for at")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="rows written")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="rows in all")),
                ("heard_at", models.DateTimeField(blank=True, null=True, verbose_name="last heard of")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("space", "The server has no space left for it. Please tell your administrator."),
                            (
                                "error",
                                "An error on the server; its log says more. Please try again, then tell your administrator.",
                            ),
                        ],
                        max_length=10,
                        verbose_name="why it failed",
                    ),
                ),
                ("file", models.FileField(blank=True, upload_to="exports/", verbose_name="file")),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["id"],
                        name="assessment_export_to_write",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Formula",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district or city",
                    ),
                ),
                (
                    "ranked",
                    models.CharField(
                        choices=[
                            ("departments", "departments"),
                            ("streets", "streets"),
                            ("communities", "communities"),
                            ("dispatchers", "dispatchers"),
                            ("districts", "districts"),
                        ],
                        max_length=12,
                        verbose_name="ranking of",
                    ),
                ),
                ("version", models.PositiveIntegerField(blank=True, null=True, verbose_name="version")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("definition", models.JSONField(verbose_name="definition")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("adopted", "adopted"), ("discarded", "discarded")],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("applies_from", models.DateField(blank=True, null=True, verbose_name="applies from")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="written at")),
                (
                    "adopted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="adopted by",
                    ),
                ),
                ("adopted_at", models.DateTimeField(blank=True, null=True, verbose_name="adopted at")),
            ],
            options={
                "verbose_name": "formula",
                "verbose_name_plural": "formulas",
                "ordering": ["area_id", "ranked", "-version", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "ranked", "version"),
                        name="assessment_formula_version_once",
                        violation_error_message="There is already a formula with this version.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("adopted_at", None),
                                ("applies_from", None),
                                ("state__in", ["draft", "discarded"]),
                                ("version", None),
                            ),
                            models.Q(
                                ("adopted_at__isnull", False),
                                ("applies_from__isnull", False),
                                ("state", "adopted"),
                                ("version__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_formula_adopted_for_a_month",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormulaAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "formula",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="assessment.formula",
                        verbose_name="formula",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("started", "Draft begun"),
                            ("saved", "Draft saved"),
                            ("adopted", "Adopted"),
                            ("discarded", "Draft discarded"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("person_name", models.CharField(max_length=60, verbose_name="name")),
                ("post_name", models.CharField(max_length=200, verbose_name="post")),
                ("data", models.JSONField(blank=True, default=dict, verbose_name="data")),
            ],
            options={
                "verbose_name": "act on a formula",
                "verbose_name_plural": "acts on formulas",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="asked for at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="differences")),
                ("differences", models.JSONField(blank=True, default=list, verbose_name="the first differences")),
            ],
            options={
                "verbose_name": "proof",
                "verbose_name_plural": "proofs",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["id"], name="assessment_proof_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("bulletin",),
                        name="assessment_proof_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AssessmentRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "type",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessment_rule",
                        to="whistle.whistletype",
                        verbose_name="type",
                    ),
                ),
                (
                    "weight",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1.00"),
                        help_text="How much a case of this type counts in the month, from 0.1 to 10.",
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.1")),
                            django.core.validators.MaxValueValidator(Decimal("10")),
                        ],
                        verbose_name="weight",
                    ),
                ),
                (
                    "cooperation",
                    models.PositiveSmallIntegerField(
                        default=80,
                        help_text="The mark given when the street does not score in time.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="cooperation, by rule",
                    ),
                ),
                (
                    "resolution",
                    models.PositiveSmallIntegerField(
                        default=100,
                        help_text="The mark given when the street does not score in time.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="resolution, by rule",
                    ),
                ),
                (
                    "after_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Counted from the moment at which the street's clock to score runs out, from 1 to 60.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="working days until marks are given by rule",
                    ),
                ),
                (
                    "appeal_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="For whoever is held to account for a frivolous or empty whistle, from 1 to 60.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="working days to appeal",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of assessment",
                "verbose_name_plural": "rules of assessment",
                "ordering": ["type_id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", Decimal("0.1")), ("weight__lte", Decimal("10"))),
                        name="assessment_rule_weight_within_bounds",
                        violation_error_message="A weight lies between 0.1 and 10.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cooperation__lte", 100), ("resolution__lte", 100)),
                        name="assessment_rule_marks_within_100",
                        violation_error_message="A mark lies between 0 and 100.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("after_days__gte", 1),
                            ("after_days__lte", 60),
                            ("appeal_days__gte", 1),
                            ("appeal_days__lte", 60),
                        ),
                        name="assessment_rule_terms_within_bounds",
                        violation_error_message="A term lies between 1 and 60 working days.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                ("days", models.PositiveIntegerField(verbose_name="days")),
                ("whistles", models.PositiveIntegerField(verbose_name="whistles")),
                ("seed", models.BigIntegerField(verbose_name="seed")),
                ("since", models.DateTimeField(verbose_name="from")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("agenda", models.CharField(max_length=64, verbose_name="checksum")),
                ("acts", models.PositiveIntegerField(default=0, verbose_name="acts played")),
                ("reached_at", models.DateTimeField(null=True, verbose_name="played until")),
            ],
            options={
                "verbose_name": "simulation",
                "verbose_name_plural": "simulations",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "days", "whistles", "seed", "until"), name="assessment_simulation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district or city",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("ends_at", models.DateTimeField(verbose_name="ends before")),
                ("tallied_at", models.DateTimeField(blank=True, null=True, verbose_name="tallied at")),
                ("seen_event", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "period",
                "verbose_name_plural": "periods",
                "ordering": ["-starts_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "starts_at", "ends_at"), name="assessment_period_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="assessment_period_has_length"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="assessment.bulletin",
                        verbose_name="bulletin",
                    ),
                ),
                (
                    "ranked",
                    models.CharField(
                        choices=[
                            ("departments", "departments"),
                            ("streets", "streets"),
                            ("communities", "communities"),
                            ("dispatchers", "dispatchers"),
                            ("districts", "districts"),
                        ],
                        max_length=12,
                        verbose_name="ranking of",
                    ),
                ),
                (
                    "formula",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.formula",
                        verbose_name="formula",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="assessment.period",
                        verbose_name="period",
                    ),
                ),
                ("computed_at", models.DateTimeField(blank=True, null=True, verbose_name="computed at")),
                (
                    "inputs_checksum",
                    models.CharField(blank=True, max_length=64, verbose_name="checksum of what was counted"),
                ),
                ("checksum", models.CharField(blank=True, max_length=64, verbose_name="checksum of the scores")),
            ],
            options={
                "verbose_name": "ranking",
                "verbose_name_plural": "rankings",
                "ordering": ["bulletin_id", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "ranked"), name="assessment_ranking_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ranking",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="assessment.ranking",
                        verbose_name="ranking",
                    ),
                ),
                ("unit", models.CharField(max_length=15, verbose_name="unit")),
                ("unit_name", models.CharField(max_length=200, verbose_name="name")),
                ("group", models.CharField(blank=True, max_length=30, verbose_name="group")),
                ("group_name", models.CharField(blank=True, max_length=100, verbose_name="name of the group")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("values", models.JSONField(verbose_name="values")),
                ("sample", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="sample")),
                (
                    "total",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="total score"
                    ),
                ),
                ("rank", models.PositiveIntegerField(blank=True, null=True, verbose_name="rank")),
                ("checksum", models.CharField(max_length=64, verbose_name="checksum")),
            ],
            options={
                "verbose_name": "score",
                "verbose_name_plural": "scores",
                "ordering": ["ranking_id", "group", "rank", "unit"],
                "indexes": [models.Index(fields=["unit", "ranking"], name="assessment_score_by_unit")],
                "constraints": [models.UniqueConstraint(fields=("ranking", "unit"), name="assessment_score_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessment.period",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="whistle.whistle",
                    ),
                ),
                ("weight", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="weight")),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="dispatch.order",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="grid.department",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="grid.area",
                    ),
                ),
                ("acknowledge", models.PositiveSmallIntegerField(null=True, verbose_name="acknowledged in time")),
                ("report", models.PositiveSmallIntegerField(null=True, verbose_name="reported on site in time")),
                ("resolve", models.PositiveSmallIntegerField(null=True, verbose_name="result in time")),
                ("handled", models.PositiveSmallIntegerField(null=True, verbose_name="result submitted")),
                (
                    "overdue_open",
                    models.PositiveSmallIntegerField(default=0, verbose_name="overdue and without a result"),
                ),
                ("cooperation", models.PositiveSmallIntegerField(null=True, verbose_name="cooperation")),
                ("resolution", models.PositiveSmallIntegerField(null=True, verbose_name="solution")),
                ("by_rule", models.BooleanField(default=False, verbose_name="marked by rule")),
                ("extended", models.PositiveSmallIntegerField(default=0, verbose_name="given more time")),
                ("reworked", models.PositiveSmallIntegerField(default=0, verbose_name="sent back")),
                ("results", models.PositiveSmallIntegerField(default=0, verbose_name="results submitted")),
                ("supervisions", models.PositiveSmallIntegerField(default=0, verbose_name="supervision orders")),
                ("returns_overruled", models.PositiveSmallIntegerField(default=0, verbose_name="returns overruled")),
                ("contacted", models.PositiveSmallIntegerField(null=True, verbose_name="residents were contacted")),
                ("solved", models.PositiveSmallIntegerField(null=True, verbose_name="solved, say the residents")),
                ("satisfied", models.PositiveSmallIntegerField(null=True, verbose_name="satisfied")),
                ("fairly", models.PositiveSmallIntegerField(null=True, verbose_name="fairly satisfied")),
            ],
            options={
                "indexes": [models.Index(fields=["period", "department"], name="assessment_tally_by_department")],
                "constraints": [
                    models.UniqueConstraint(fields=("period", "order"), name="assessment_order_tally_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WhistleTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessment.period",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="whistle.whistle",
                    ),
                ),
                ("weight", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="weight")),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="grid.area",
                    ),
                ),
                ("street", models.CharField(max_length=9)),
                ("community", models.CharField(blank=True, max_length=12)),
                ("filed", models.PositiveSmallIntegerField(default=0, verbose_name="blown")),
                ("triaged", models.PositiveSmallIntegerField(default=0, verbose_name="decided on")),
                ("upheld", models.PositiveSmallIntegerField(default=0, verbose_name="upheld")),
                ("frivolous", models.PositiveSmallIntegerField(default=0, verbose_name="frivolous")),
                ("empty", models.PositiveSmallIntegerField(default=0, verbose_name="empty")),
                ("verify_due", models.PositiveSmallIntegerField(default=0, verbose_name="verifications due")),
                ("verify_met", models.PositiveSmallIntegerField(default=0, verbose_name="verified in time")),
                ("score_due", models.PositiveSmallIntegerField(default=0, verbose_name="scorings due")),
                ("score_met", models.PositiveSmallIntegerField(default=0, verbose_name="scored in time")),
                (
                    "accountability",
                    models.PositiveSmallIntegerField(default=0, verbose_name="rulings of accountability that stand"),
                ),
                ("contacted", models.PositiveSmallIntegerField(null=True, verbose_name="residents were contacted")),
                ("solved", models.PositiveSmallIntegerField(null=True, verbose_name="solved, say the residents")),
                ("satisfied", models.PositiveSmallIntegerField(null=True, verbose_name="satisfied")),
                ("fairly", models.PositiveSmallIntegerField(null=True, verbose_name="fairly satisfied")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["period", "street"], name="assessment_tally_by_street"),
                    models.Index(fields=["period", "community"], name="assessment_tally_by_community"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("period", "whistle"), name="assessment_whistle_tally_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessment.period",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="whistle.lead",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="grid.area",
                    ),
                ),
                ("street", models.CharField(max_length=9)),
                ("community", models.CharField(blank=True, max_length=12)),
                ("reported", models.PositiveSmallIntegerField(default=0, verbose_name="reported")),
                ("answer", models.PositiveSmallIntegerField(null=True, verbose_name="answered in time")),
                ("solved", models.PositiveSmallIntegerField(default=0, verbose_name="solved")),
                ("passed_up", models.PositiveSmallIntegerField(default=0, verbose_name="passed up")),
                ("whistled", models.PositiveSmallIntegerField(default=0, verbose_name="turned into a whistle")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["period", "street"], name="assessment_leads_by_street"),
                    models.Index(fields=["period", "community"], name="assessment_leads_by_community"),
                ],
                "constraints": [models.UniqueConstraint(fields=("period", "lead"), name="assessment_lead_tally_once")],
            },
        ),
        migrations.CreateModel(
            name="CallTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "period",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="assessment.period",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="whistle.whistle",
                    ),
                ),
                ("weight", models.DecimalField(decimal_places=2, max_digits=4, verbose_name="weight")),
                (
                    "event",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="whistle.event",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="grid.area",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("triage", models.PositiveSmallIntegerField(null=True, verbose_name="decided in time")),
                ("right", models.PositiveSmallIntegerField(null=True, verbose_name="right departments")),
            ],
            options={
                "indexes": [models.Index(fields=["period", "person"], name="assessment_tally_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("period", "event"), name="assessment_call_tally_once")
                ],
            },
        ),
    ]
