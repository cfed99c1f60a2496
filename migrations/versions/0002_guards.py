"""What the tables themselves refuse: to change the audit trail, and to change a published framework version

Alembic cannot compare triggers and indexes over expressions, so they stand here as the statements they are. On SQLite a
later migration that makes one of these tables anew has to run its statements again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

INDEXES = {
    "uq_affiliation_held": "CREATE UNIQUE INDEX uq_affiliation_held ON affiliation (person_id, coalesce(organisation_id, 0), role) WHERE ended_at IS NULL",
    "uq_invitation_open": "CREATE UNIQUE INDEX uq_invitation_open ON invitation (email, coalesce(organisation_id, 0), role) WHERE accepted_at IS NULL AND withdrawn_at IS NULL",
}
SQLITE = [
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER chapter_fixed_insert BEFORE INSERT ON chapter WHEN (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER chapter_fixed_update BEFORE UPDATE ON chapter WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER chapter_fixed_delete BEFORE DELETE ON chapter WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER competency_fixed_insert BEFORE INSERT ON competency WHEN (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER competency_fixed_update BEFORE UPDATE ON competency WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER competency_fixed_delete BEFORE DELETE ON competency WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_fixed_insert BEFORE INSERT ON norm WHEN (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_fixed_update BEFORE UPDATE ON norm WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_fixed_delete BEFORE DELETE ON norm WHEN (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_competency_fixed_insert BEFORE INSERT ON norm_competency WHEN (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = NEW.norm_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_competency_fixed_update BEFORE UPDATE ON norm_competency WHEN (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = OLD.norm_id) = 'published' OR (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = NEW.norm_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER norm_competency_fixed_delete BEFORE DELETE ON norm_competency WHEN (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = OLD.norm_id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER framework_version_fixed_update BEFORE UPDATE ON framework_version WHEN (SELECT OLD.state) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER framework_version_fixed_delete BEFORE DELETE ON framework_version WHEN (SELECT OLD.state) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER framework_fixed_update BEFORE UPDATE ON framework WHEN (SELECT max(v.state) FROM framework_version v WHERE v.framework_id = OLD.id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
    "CREATE TRIGGER framework_fixed_delete BEFORE DELETE ON framework WHEN (SELECT max(v.state) FROM framework_version v WHERE v.framework_id = OLD.id) = 'published' BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    'CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()',
    "CREATE OR REPLACE FUNCTION chapter_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'UPDATE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER chapter_fixed BEFORE INSERT OR UPDATE OR DELETE ON chapter FOR EACH ROW EXECUTE FUNCTION chapter_is_fixed()',
    "CREATE OR REPLACE FUNCTION competency_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'UPDATE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER competency_fixed BEFORE INSERT OR UPDATE OR DELETE ON competency FOR EACH ROW EXECUTE FUNCTION competency_is_fixed()',
    "CREATE OR REPLACE FUNCTION norm_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'UPDATE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' OR (SELECT v.state FROM framework_version v WHERE v.id = NEW.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT v.state FROM framework_version v WHERE v.id = OLD.version_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER norm_fixed BEFORE INSERT OR UPDATE OR DELETE ON norm FOR EACH ROW EXECUTE FUNCTION norm_is_fixed()',
    "CREATE OR REPLACE FUNCTION norm_competency_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = NEW.norm_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'UPDATE' THEN IF (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = OLD.norm_id) = 'published' OR (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = NEW.norm_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = OLD.norm_id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER norm_competency_fixed BEFORE INSERT OR UPDATE OR DELETE ON norm_competency FOR EACH ROW EXECUTE FUNCTION norm_competency_is_fixed()',
    "CREATE OR REPLACE FUNCTION framework_version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF (SELECT OLD.state) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT OLD.state) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER framework_version_fixed BEFORE UPDATE OR DELETE ON framework_version FOR EACH ROW EXECUTE FUNCTION framework_version_is_fixed()',
    "CREATE OR REPLACE FUNCTION framework_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF (SELECT max(v.state) FROM framework_version v WHERE v.framework_id = OLD.id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN NEW; END IF; IF TG_OP = 'DELETE' THEN IF (SELECT max(v.state) FROM framework_version v WHERE v.framework_id = OLD.id) = 'published' THEN RAISE EXCEPTION 'a published version never changes'; END IF; RETURN OLD; END IF; RETURN NULL; END $$",
    'CREATE TRIGGER framework_fixed BEFORE UPDATE OR DELETE ON framework FOR EACH ROW EXECUTE FUNCTION framework_is_fixed()',
]


def upgrade() -> None:
    for statement in INDEXES.values():
        op.execute(statement)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for statement in reversed(SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL):
        words = statement.split()
        if words[1] == "TRIGGER":
            table = words[words.index("ON") + 1]
            op.execute(f"DROP TRIGGER {words[2]}" + ("" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"))
        elif "FUNCTION" in words[:4]:
            op.execute(f"DROP FUNCTION {words[4]}")
    for name in INDEXES:
        op.execute(f"DROP INDEX {name}")
