"""Bigrams in the database, kept in a generated column of each searched table under a GIN index.

``registry_bigrams`` gives the pairs that ``jifang.kernel.bigrams`` gives, so that rows written by any road are
found; a test holds the two against each other. Separators are listed by code point because the classes of
regular expressions depend on the locale of the database.
"""

from django.db import migrations

FUNCTION = r"""
CREATE FUNCTION registry_bigrams(given text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
  WITH cut AS (
    SELECT string_to_array(
      regexp_replace(
        lower(normalize(given, NFKC)),
        '[\u0001-\u002f\u003a-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7'
        '\u02c2-\u02c5\u2000-\u206f\u20a0-\u20cf\u2190-\u245f\u2500-\u2bff\u3000-\u3004\u3008-\u3020\u3030'
        '\u3036\u3037\u303d-\u3040\u30fb\ue000-\uf8ff\ufe00-\ufe6f\U0001F000-\U0001FAFF]+',
        ' ', 'g'),
      NULL) AS letters
  )
  SELECT coalesce(array_agg(gram), '{}')
  FROM cut,
    LATERAL unnest(letters, letters[2:], ARRAY[' '] || letters) AS letter(this, next, previous),
    LATERAL (VALUES
      (CASE WHEN next <> ' ' THEN this || next END),
      (CASE WHEN this ~ '[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003FFFF]' THEN this
            WHEN previous = ' ' THEN '^' || this END)
    ) AS made(gram)
  WHERE this <> ' ' AND gram IS NOT NULL
$$
"""

TEXTS = {
    "registry_site": "name || ' ' || name_en || ' ' || address || ' ' || name_initials",
    "registry_securitysystem": "name",
    "registry_device": "name || ' ' || vendor || ' ' || model",
    "registry_point": "name",
    "registry_contact": "name",
    "registry_product": "vendor || ' ' || model || ' ' || name",
    "identity_organisation": "name || ' ' || name_en",
}


PREFIXES = (
    ("identity_organisation", "uscc"),
    ("registry_product", "catalogue_number"),
    ("registry_qualitycertificate", "number"),
)


class Migration(migrations.Migration):
    """One function; a column and an index for each table that is searched by words; indexes of prefixes."""

    dependencies = [("registry", "0001_initial"), ("identity", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION registry_bigrams(text)"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD COLUMN bigrams text[] "
                f"GENERATED ALWAYS AS (registry_bigrams({text})) STORED",
                f"ALTER TABLE {table} DROP COLUMN bigrams",
            )
            for table, text in TEXTS.items()
        ),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {table}_bigrams ON {table} USING gin (bigrams) WITH (fastupdate = off)",
                f"DROP INDEX {table}_bigrams",
            )
            for table in TEXTS
        ),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {table}_{column}_prefix ON {table} (upper({column}) text_pattern_ops)",
                f"DROP INDEX {table}_{column}_prefix",
            )
            for table, column in PREFIXES
        ),
        migrations.RunSQL(
            "CREATE INDEX registry_contact_phone_prefix ON registry_contact (phone varchar_pattern_ops)",
            "DROP INDEX registry_contact_phone_prefix",
        ),
    ]
