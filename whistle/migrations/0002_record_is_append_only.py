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


class Migration(migrations.Migration):
    dependencies = [("whistle", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
