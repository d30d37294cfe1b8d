import datetime
from decimal import Decimal

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import grid.models.calendar

# Where a stretch of a district's day lies on the line on which each district has a day of its own, in microseconds.
# One that is written the wrong way round is empty here; another constraint refuses it.
STRETCH = """
CREATE FUNCTION grid_stretch(district text, starts time, ends time) RETURNS int8range
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT int8range(line.day + line.from_tick, line.day + greatest(line.from_tick, line.to_tick))
    FROM (
        SELECT
            district::bigint * 86400000000 AS day,
            (extract(epoch FROM starts) * 1000000)::bigint AS from_tick,
            CASE WHEN ends = '00:00' THEN 86400000000 ELSE (extract(epoch FROM ends) * 1000000)::bigint END AS to_tick
    ) AS line
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(STRETCH, "DROP FUNCTION grid_stretch"),
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=15,
                        primary_key=True,
                        serialize=False,
                        validators=[django.core.validators.RegexValidator("^[0-9]{2,15}$")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (2, "province"),
                            (4, "city"),
                            (6, "district"),
                            (9, "street"),
                            (12, "community"),
                            (15, "grid"),
                        ],
                        verbose_name="level",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="grid.area",
                        verbose_name="lies in",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[("general", "general grid"), ("special", "special grid")],
                        max_length=10,
                        verbose_name="kind of grid",
                    ),
                ),
                ("lat", models.FloatField(blank=True, null=True, verbose_name="latitude of the centre")),
                ("lng", models.FloatField(blank=True, null=True, verbose_name="longitude of the centre")),
                ("outline", models.JSONField(blank=True, null=True, verbose_name="outline")),
                (
                    "difficulty",
                    models.DecimalField(
                        db_default=Decimal("1.00"),
                        decimal_places=2,
                        help_text="1 is usual; a hard area has more, and what it loses is divided by it.",
                        max_digits=4,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.1"))],
                        verbose_name="difficulty coefficient",
                    ),
                ),
                ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="population")),
                (
                    "area_km2",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=10, null=True, verbose_name="area in km²"
                    ),
                ),
            ],
            options={
                "verbose_name": "area",
                "verbose_name_plural": "areas",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level", django.db.models.functions.text.Length("code"))),
                        name="grid_area_level_is_length_of_code",
                        violation_error_message="The length of the code does not fit the level.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("difficulty__gte", Decimal("0.1"))),
                        name="grid_area_difficulty_positive",
                        violation_error_message="A difficulty coefficient is at least 0.1.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("works", models.BooleanField(verbose_name="is a working day")),
                (
                    "name",
                    models.CharField(
                        help_text="For instance the name of the holiday.", max_length=60, verbose_name="name"
                    ),
                ),
            ],
            options={
                "verbose_name": "day of the calendar",
                "verbose_name_plural": "calendar",
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                (
                    "version",
                    models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="version"),
                ),
                ("own", models.JSONField(verbose_name="own days")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
            ],
            options={
                "verbose_name": "version of the calendar",
                "verbose_name_plural": "versions of the calendar",
                "ordering": ["-since"],
            },
        ),
        migrations.CreateModel(
            name="WorkSegment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        limit_choices_to={"level": 6},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="segments",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(help_text="00:00 is the midnight that ends the day.", verbose_name="to")),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "ordering": ["district_id", "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("starts")), ("ends", datetime.time(0, 0)), _connector="OR"
                        ),
                        name="grid_segment_ends_after_it_starts",
                        violation_error_message="Working hours must end after they start, on the same day.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[(grid.models.calendar.Stretch("district", "starts", "ends"), "&&")],
                        name="grid_segment_apart",
                        violation_error_message="These hours overlap others that the district works already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DepartmentGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=60, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "group of departments",
                "verbose_name_plural": "groups of departments",
                "ordering": ["position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        limit_choices_to={"level": 6},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                (
                    "code",
                    models.SlugField(help_text="Unique within the district.", max_length=30, verbose_name="code"),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments",
                        to="grid.departmentgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="grid.department",
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        help_text="18 characters (GB 32100); may stay empty.",
                        max_length=18,
                        validators=[django.core.validators.RegexValidator("^[0-9A-HJ-NPQRTUWXY]{18}$")],
                        verbose_name="unified social credit code",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="can be called")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["district_id", "group__position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "code"),
                        name="grid_department_code_unique_in_district",
                        violation_error_message="The district already has a department with this code.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResponsibilityItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "district",
                    models.ForeignKey(
                        limit_choices_to={"level": 6},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.area",
                        verbose_name="district",
                    ),
                ),
                ("code", models.SlugField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=100, verbose_name="English name")),
                ("legal_basis", models.TextField(blank=True, verbose_name="legal basis")),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_items",
                        to="grid.department",
                        verbose_name="lead department",
                    ),
                ),
                (
                    "street_part",
                    models.CharField(
                        choices=[("lead", "leads"), ("coordinate", "coordinates"), ("assist", "assists")],
                        default="coordinate",
                        max_length=10,
                        verbose_name="the street's part",
                    ),
                ),
                (
                    "assisting",
                    models.ManyToManyField(
                        blank=True,
                        related_name="assists_items",
                        to="grid.department",
                        verbose_name="assisting departments",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of the responsibility list",
                "verbose_name_plural": "responsibility list",
                "ordering": ["district_id", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "code"), name="grid_item_code_unique_in_district")
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="UnderstoodHint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="understood_hints",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("hint", models.CharField(max_length=30, verbose_name="hint")),
                ("at", models.DateTimeField(verbose_name="understood at")),
            ],
            options={
                "verbose_name": "understood hint",
                "verbose_name_plural": "understood hints",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("person", "hint"), name="grid_hint_understood_once")],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("grid_worker", "grid worker"),
                            ("community_secretary", "community secretary"),
                            ("street_officer", "street officer"),
                            ("street_secretary", "street secretary"),
                            ("dispatcher", "dispatcher"),
                            ("liaison", "department liaison"),
                            ("head", "department head"),
                            ("district_leader", "district leader"),
                            ("assessor", "assessor"),
                            ("administrator", "administrator"),
                            ("city_observer", "city observer"),
                        ],
                        max_length=30,
                        verbose_name="role",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="grid.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="grid.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True, help_text="As on the door plate.", max_length=60, verbose_name="title"
                    ),
                ),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="The last day, included.", null=True, verbose_name="until"),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ["person", "starts_on", "id"],
                "indexes": [models.Index(fields=["role", "area"], name="grid_post_by_role_and_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("area__isnull", True),
                                ("department__isnull", False),
                                ("role__in", ("liaison", "head")),
                            ),
                            models.Q(
                                models.Q(("role__in", ("liaison", "head")), _negated=True),
                                ("area__isnull", False),
                                ("department__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="grid_post_in_area_or_department",
                        violation_error_message="Liaisons and department heads hold their post in a department, everybody else in an area.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="grid_post_ends_after_it_starts",
                        violation_error_message="A post cannot end before it starts.",
                    ),
                ],
            },
        ),
    ]
