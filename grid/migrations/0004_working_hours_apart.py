from datetime import time

import django.contrib.postgres.constraints
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
    dependencies = [("grid", "0003_what_an_area_is")]

    operations = [
        migrations.RunSQL(STRETCH, "DROP FUNCTION grid_stretch"),
        migrations.RemoveConstraint(model_name="worksegment", name="grid_segment_ends_after_it_starts"),
        migrations.RemoveConstraint(model_name="worksegment", name="grid_segment_starts_once"),
        migrations.AlterField(
            model_name="worksegment",
            name="ends",
            field=models.TimeField(help_text="00:00 is the midnight that ends the day.", verbose_name="to"),
        ),
        migrations.AddConstraint(
            model_name="worksegment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gt", models.F("starts")), ("ends", time(0, 0)), _connector="OR"),
                name="grid_segment_ends_after_it_starts",
                violation_error_message="Working hours must end after they start, on the same day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="worksegment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(grid.models.calendar.Stretch("district", "starts", "ends"), "&&")],
                name="grid_segment_apart",
                violation_error_message="These hours overlap others that the district works already.",
            ),
        ),
    ]
