import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0014_watched_until_breach"), ("whistle", "0012_whistles_of_the_demonstration")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="finding",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="dispatch.finding",
                verbose_name="finding of the auditor",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="whistle.event",
                verbose_name="event",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("finding__isnull", False)),
                fields=("finding", "person"),
                name="dispatch_message_of_finding_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event__isnull", False), ("finding", None)),
                    models.Q(("event", None), ("finding__isnull", False)),
                    _connector="OR",
                ),
                name="dispatch_message_about_one",
            ),
        ),
    ]
