from django.db import migrations, models

# Should there be one that nobody looks at any more, the next tick takes it.
WATCH = """
UPDATE dispatch_deadline SET next_at = due_at
WHERE next_at IS NULL AND met_at IS NULL AND cancelled_at IS NULL AND breached_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0013_findings_of_the_auditor")]

    operations = [
        migrations.RunSQL(WATCH, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_at__isnull", False),
                    ("met_at__isnull", False),
                    ("cancelled_at__isnull", False),
                    ("breached_at__isnull", False),
                    _connector="OR",
                ),
                name="dispatch_deadline_watched_until_breach",
            ),
        ),
    ]
