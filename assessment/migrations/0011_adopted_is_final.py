from django.db import migrations

# Whoever asks, the database changes nothing of a formula that was adopted or given up, nor of what was done to one.
REFUSE = """
CREATE FUNCTION assessment_formula_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An adopted formula is final: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER assessment_formula_final BEFORE UPDATE OR DELETE ON assessment_formula
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION assessment_formula_is_final();
CREATE TRIGGER assessment_formulaact_append_only BEFORE UPDATE OR DELETE ON assessment_formulaact
    FOR EACH ROW EXECUTE FUNCTION assessment_refuse();
CREATE TRIGGER assessment_formula_final_truncate BEFORE TRUNCATE ON assessment_formula
    FOR EACH STATEMENT EXECUTE FUNCTION assessment_truncate_is_final();
CREATE TRIGGER assessment_formulaact_final_truncate BEFORE TRUNCATE ON assessment_formulaact
    FOR EACH STATEMENT EXECUTE FUNCTION assessment_truncate_is_final();
"""
BACK = """
DROP FUNCTION assessment_formula_is_final() CASCADE;
DROP TRIGGER assessment_formulaact_append_only ON assessment_formulaact;
DROP TRIGGER assessment_formula_final_truncate ON assessment_formula;
DROP TRIGGER assessment_formulaact_final_truncate ON assessment_formulaact;
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0010_drafts_of_formulas")]
    operations = [migrations.RunSQL(REFUSE, BACK)]
