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
    dependencies = [("dispatch", "0001_initial")]
    # Databases that were made step by step stand where this ends.
    replaces = [
        ("dispatch", name)
        for name in (
            "0002_initial",
            "0003_index_clocks_by_order",
            "0004_name_columns_for_administrators",
            "0005_order_by_ids",
            "0006_index_urgent_clocks",
            "0007_clocks_and_messages",
            "0008_waiting_request",
            "0009_clocks_of_leads_and_letters",
            "0010_months_and_formulas",
            "0011_channels",
            "0012_channel_record_is_append_only",
            "0013_findings_of_the_auditor",
            "0014_watched_until_breach",
            "0015_alarms_of_the_auditor",
            "0016_joint_sessions",
            "0017_colour_of_urgent_clocks",
            "0018_accuracy_of_reports",
            "0019_the_phones_claim",
            "0020_saved_views",
            "0021_arrival_codes",
            "0022_devices",
        )
    ]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
