"""What Django's models cannot say: streams that only grow, roles that must be apart, tables of short memory."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION jifang_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
REFUSE_BACK = "DROP FUNCTION jifang_refuse_change();"

ONLY_GROWS = ("ledgerentry", "ledgerplace", "ledgernode", "ledgercheckpoint")
GUARDS = "".join(
    f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON identity_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION jifang_refuse_change();\n"
    for table in ONLY_GROWS
) + (
    # Rows of the security log go when the law's period is over; they are never altered.
    "CREATE TRIGGER never_altered BEFORE UPDATE ON identity_securityevent"
    " FOR EACH STATEMENT EXECUTE FUNCTION jifang_refuse_change();"
)
GUARDS_BACK = "".join(f"DROP TRIGGER only_grows ON identity_{table};\n" for table in ONLY_GROWS) + (
    "DROP TRIGGER never_altered ON identity_securityevent;"
)

# roles.EXCLUSIVE in the database: the lock on the account's row makes two grants at once see each other.
APART = """
CREATE FUNCTION identity_roles_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other text;
BEGIN
    PERFORM 1 FROM identity_account WHERE id = NEW.account_id FOR NO KEY UPDATE;
    SELECT role INTO other FROM identity_grant
     WHERE account_id = NEW.account_id AND id <> NEW.id AND role <> NEW.role
       AND (role IN ('system_administrator', 'auditor') OR NEW.role IN ('system_administrator', 'auditor'))
       AND tstzrange(starts_at, ends_at) && tstzrange(NEW.starts_at, NEW.ends_at)
     LIMIT 1;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'an account that is % cannot be % in the same period', other, NEW.role
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grant_roles_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roles_apart AFTER INSERT OR UPDATE ON identity_grant
    FOR EACH ROW EXECUTE FUNCTION identity_roles_apart();
"""
APART_BACK = "DROP TRIGGER roles_apart ON identity_grant; DROP FUNCTION identity_roles_apart();"

# Unlogged: a crash may forget attempts and one-time codes of the last minutes, which is worth not syncing them.
SHORT_MEMORY = """
CREATE UNLOGGED TABLE identity_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX identity_cache_expires ON identity_cache (expires);
CREATE UNLOGGED TABLE identity_throttle (
    key varchar(100) PRIMARY KEY,
    window_start timestamptz NOT NULL,
    count integer NOT NULL
);
"""
SHORT_MEMORY_BACK = "DROP TABLE identity_cache; DROP TABLE identity_throttle;"

# The auditor reads what was done newest first, and what one person did.
TRAIL = """
CREATE INDEX identity_trail_at ON pghistory_context (created_at DESC, id);
CREATE INDEX identity_trail_account ON pghistory_context (((metadata ->> 'account')::bigint), created_at DESC);
"""
TRAIL_BACK = "DROP INDEX identity_trail_at; DROP INDEX identity_trail_account;"


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_BACK),
        migrations.RunSQL(GUARDS, GUARDS_BACK),
        migrations.RunSQL(APART, APART_BACK),
        migrations.RunSQL(SHORT_MEMORY, SHORT_MEMORY_BACK),
        migrations.RunSQL(TRAIL, TRAIL_BACK),
    ]
