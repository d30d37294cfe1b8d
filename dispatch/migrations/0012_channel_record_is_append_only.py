from django.db import migrations

# What people did to channels and deliveries stands for good, as the record of cases does.
REFUSE = """
CREATE FUNCTION dispatch_channelevent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % on dispatch_channelevent is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER dispatch_channelevent_append_only BEFORE UPDATE OR DELETE ON dispatch_channelevent
    FOR EACH ROW EXECUTE FUNCTION dispatch_channelevent_refuse();
CREATE TRIGGER dispatch_channelevent_append_only_truncate BEFORE TRUNCATE ON dispatch_channelevent
    FOR EACH STATEMENT EXECUTE FUNCTION dispatch_channelevent_refuse();
"""
ALLOW = """
DROP TRIGGER dispatch_channelevent_append_only_truncate ON dispatch_channelevent;
DROP TRIGGER dispatch_channelevent_append_only ON dispatch_channelevent;
DROP FUNCTION dispatch_channelevent_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0011_channels")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
