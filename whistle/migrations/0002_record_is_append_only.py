from django.db import migrations

# The record is for good: whoever asks, the database refuses to change or delete what stands in it.
REFUSE = """
CREATE FUNCTION whistle_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % on whistle_event is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER whistle_event_append_only BEFORE UPDATE OR DELETE ON whistle_event
    FOR EACH ROW EXECUTE FUNCTION whistle_event_refuse();
CREATE TRIGGER whistle_event_append_only_truncate BEFORE TRUNCATE ON whistle_event
    FOR EACH STATEMENT EXECUTE FUNCTION whistle_event_refuse();
"""
ALLOW = """
DROP TRIGGER whistle_event_append_only_truncate ON whistle_event;
DROP TRIGGER whistle_event_append_only ON whistle_event;
DROP FUNCTION whistle_event_refuse();
"""

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
    dependencies = [("whistle", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(FIX, LOOSEN)]
