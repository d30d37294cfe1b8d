from django.db import migrations, models

# Scores hang on it: whoever asks, the database refuses to make a drill of what was blown in earnest, or the reverse.
FIX = """
CREATE FUNCTION whistle_drill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Whistle % has been blown: whether it is a drill can no longer be changed.', OLD.number
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER whistle_drill_is_fixed BEFORE UPDATE OF drill ON whistle_whistle
    FOR EACH ROW WHEN (OLD.filed_at IS NOT NULL AND NEW.drill IS DISTINCT FROM OLD.drill)
    EXECUTE FUNCTION whistle_drill_refuse();
"""
LOOSEN = """
DROP TRIGGER whistle_drill_is_fixed ON whistle_whistle;
DROP FUNCTION whistle_drill_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("whistle", "0008_leads_and_letters")]
    operations = [
        migrations.AddField(
            model_name="whistle",
            name="drill",
            field=models.BooleanField(db_default=False, default=False, verbose_name="drill"),
        ),
        migrations.RunSQL(FIX, LOOSEN),
    ]
