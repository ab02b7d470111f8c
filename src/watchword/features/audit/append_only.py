"""The database itself refuses to change or delete audit rows, whoever asks: a bug, an injected statement, a console.

There is one way around it, and it leaves the young rows alone: a purge says in `auth_audit_purge`, in its own
transaction, how old a row must be to go. Whoever owns the database can drop a trigger; against them only a copy
elsewhere helps.
"""

from __future__ import annotations

TABLE = "auth_audit"

_SQLITE = (
    """
CREATE TRIGGER auth_audit_no_update BEFORE UPDATE ON auth_audit
BEGIN SELECT RAISE(ABORT, 'auth_audit is append-only'); END
""",
    """
CREATE TRIGGER auth_audit_no_delete BEFORE DELETE ON auth_audit
WHEN NOT EXISTS (SELECT 1 FROM auth_audit_purge WHERE OLD.at < auth_audit_purge.older_than)
BEGIN SELECT RAISE(ABORT, 'auth_audit is append-only'); END
""",
    # INSERT OR REPLACE would delete a row without firing the trigger above.
    """
CREATE TRIGGER auth_audit_no_replace BEFORE INSERT ON auth_audit
WHEN EXISTS (SELECT 1 FROM auth_audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'auth_audit is append-only'); END
""",
)

_POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION auth_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM auth_audit_purge WHERE OLD.at < auth_audit_purge.older_than) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'auth_audit is append-only';
END $$
""",
    """
CREATE TRIGGER auth_audit_no_change BEFORE UPDATE OR DELETE ON auth_audit
FOR EACH ROW EXECUTE FUNCTION auth_audit_refuse()
""",
    """
CREATE TRIGGER auth_audit_no_truncate BEFORE TRUNCATE ON auth_audit
FOR EACH STATEMENT EXECUTE FUNCTION auth_audit_refuse()
""",
)

STATEMENTS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
"""What makes the table append-only, by dialect. They hold no percent sign, so that `DDL` takes them as they are."""

AFTER_DROP = {"sqlite": (), "postgresql": ("DROP FUNCTION IF EXISTS auth_audit_refuse()",)}
"""What is left to clear away when the table is gone; its triggers went with it."""
