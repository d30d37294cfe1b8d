from django.db import migrations

# Whoever asks, the database changes nothing of a published month: not the month, not its rankings and scores, not the
# appeals and points behind them, not what was counted. What was done to a month is on record for good.
REFUSE = """
CREATE FUNCTION assessment_refuse_published(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published month is final: % can no longer be changed.', what USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION assessment_is_published(bulletin bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM assessment_bulletin WHERE id = bulletin AND state = 'published')
$$;

CREATE FUNCTION assessment_bulletin_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM assessment_refuse_published('the month'); RETURN NULL; END $$;
CREATE TRIGGER assessment_bulletin_final BEFORE UPDATE OR DELETE ON assessment_bulletin
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION assessment_bulletin_is_final();

CREATE FUNCTION assessment_row_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND assessment_is_published(OLD.bulletin_id))
        OR (TG_OP <> 'DELETE' AND assessment_is_published(NEW.bulletin_id)) THEN
        PERFORM assessment_refuse_published(TG_TABLE_NAME);
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_ranking_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_ranking
    FOR EACH ROW EXECUTE FUNCTION assessment_row_is_final();
CREATE TRIGGER assessment_manualitem_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_manualitem
    FOR EACH ROW EXECUTE FUNCTION assessment_row_is_final();
CREATE TRIGGER assessment_appeal_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_appeal
    FOR EACH ROW EXECUTE FUNCTION assessment_row_is_final();

CREATE FUNCTION assessment_score_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ranking bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.ranking_id ELSE OLD.ranking_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM assessment_ranking r WHERE r.id = ranking AND assessment_is_published(r.bulletin_id)) THEN
        PERFORM assessment_refuse_published('a score');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_score_final BEFORE INSERT OR UPDATE OR DELETE ON assessment_score
    FOR EACH ROW EXECUTE FUNCTION assessment_score_is_final();

CREATE FUNCTION assessment_period_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM assessment_ranking r WHERE r.period_id = OLD.id AND assessment_is_published(r.bulletin_id)) THEN
        PERFORM assessment_refuse_published('what was counted');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER assessment_period_final BEFORE UPDATE OR DELETE ON assessment_period
    FOR EACH ROW EXECUTE FUNCTION assessment_period_is_final();

-- Once for a statement, however many rows it touches.
CREATE FUNCTION assessment_tally_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT period_id FROM touched) t JOIN assessment_ranking r ON r.period_id = t.period_id
        WHERE assessment_is_published(r.bulletin_id)
    ) THEN
        PERFORM assessment_refuse_published('what was counted');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION assessment_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is append-only: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER assessment_bulletinact_append_only BEFORE UPDATE OR DELETE ON assessment_bulletinact
    FOR EACH ROW EXECUTE FUNCTION assessment_refuse();

CREATE FUNCTION assessment_truncate_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM assessment_bulletin WHERE state = 'published') THEN
        PERFORM assessment_refuse_published(TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
"""
TALLIES = ("ordertally", "whistletally", "calltally")
FINAL = ("bulletin", "bulletinact", "ranking", "manualitem", "appeal", "score", "period", *TALLIES)
FUNCTIONS = [
    "assessment_bulletin_is_final()",
    "assessment_row_is_final()",
    "assessment_score_is_final()",
    "assessment_period_is_final()",
    "assessment_tally_is_final()",
    "assessment_refuse()",
    "assessment_truncate_is_final()",
    "assessment_is_published(bigint)",
    "assessment_refuse_published(text)",
]


def per_table():
    for table in TALLIES:
        for act, rows in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield (
                f"CREATE TRIGGER assessment_{table}_final_{act.lower()} AFTER {act} ON assessment_{table} "
                f"REFERENCING {rows} TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION assessment_tally_is_final()"
            )
    for table in FINAL:
        yield (
            f"CREATE TRIGGER assessment_{table}_final_truncate BEFORE TRUNCATE ON assessment_{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION assessment_truncate_is_final()"
        )


# Whoever asks, the database changes nothing of a formula that was adopted or given up, nor of what was done to one.
REFUSE_ADOPTED = """
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
ALLOW_ADOPTED = """
DROP FUNCTION assessment_formula_is_final() CASCADE;
DROP TRIGGER assessment_formulaact_append_only ON assessment_formulaact;
DROP TRIGGER assessment_formula_final_truncate ON assessment_formula;
DROP TRIGGER assessment_formulaact_final_truncate ON assessment_formulaact;
"""


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    # Databases that were made step by step stand where this ends.
    replaces = [
        ("assessment", name)
        for name in (
            "0002_initial",
            "0003_name_columns_for_administrators",
            "0004_callbacks_rules_accountability",
            "0005_months_and_formulas",
            "0006_acts_on_months",
            "0007_published_is_final",
            "0008_tallies_by_community",
            "0009_simulation",
            "0010_drafts_of_formulas",
            "0011_adopted_is_final",
            "0012_proofs_and_troubles",
            "0013_lead_tallies",
        )
    ]
    operations = [
        migrations.RunSQL(
            REFUSE + ";\n".join(per_table()),
            # Triggers go with their functions.
            ";\n".join(f"DROP FUNCTION {function} CASCADE" for function in FUNCTIONS),
        ),
        migrations.RunSQL(REFUSE_ADOPTED, ALLOW_ADOPTED),
    ]
