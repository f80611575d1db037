"""Triggers by which the database itself refuses to change or remove what is append-only.

Someone with the rights of the table's owner can drop them; the hashes and the published daily roots
are what finds that. The triggers stop every accident, and every hole in the code above.
"""

TABLES = ("org_event", "org_dailyroot", "org_sealedhead")

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION org_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def install(connection) -> None:
    """Put the triggers on; twice does no harm."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection) -> None:
    """Take the triggers off: only for going back a migration and for emptying a test database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
            else:
                for event in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}")


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        result = [_POSTGRESQL_FUNCTION]
        for table in TABLES:
            result += [
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION org_append_only()",
                f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION org_append_only()",
            ]
        return result
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event} BEFORE {event.upper()} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in TABLES
            for event in ("update", "delete")
        ]
    raise NotImplementedError(f"no append-only triggers for {vendor}")
