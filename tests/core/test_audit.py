import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from peerreview.core import audit
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow
from peerreview.rounds.lifecycle import ROUND, RoundState
from tests.factories.accounts import make_actor, make_person
from tests.factories.rounds import make_round

pytestmark = pytest.mark.usefixtures("app")


def three_entries():
    person = make_person()
    for reason in ("een", "twee", "drie"):
        with unit_of_work():
            audit.record("person.note", person, by=make_actor("secretariat"), reason=reason)


def tamper(statement: str) -> None:
    """Change the trail as somebody with the database in hands would: with the guards taken off."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_update"))
        db.session.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_delete"))
    else:
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_guard"))
    db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()


def test_a_whole_trail_has_no_faults():
    three_entries()
    assert list(audit.verify()) == []


def test_entries_stand_in_the_order_of_their_commits():
    three_entries()
    reasons = db.session.execute(text("SELECT reason FROM audit_entry ORDER BY id")).scalars().all()
    assert reasons == ["een", "twee", "drie"]


def test_a_changed_entry_is_found():
    three_entries()
    tamper("UPDATE audit_entry SET reason = 'anders' WHERE id = 2")
    assert list(audit.verify()) == ["entry 2 was changed"]


def test_a_missing_entry_is_found():
    three_entries()
    tamper("DELETE FROM audit_entry WHERE id = 2")
    assert list(audit.verify()) == ["entries 2 to 2 are missing"]


def test_a_trail_that_was_cut_off_is_found():
    three_entries()
    tamper("DELETE FROM audit_entry WHERE id = 3")
    assert list(audit.verify()) == ["the trail ends at entry 2, but entry 3 was written"]


def test_a_trail_that_was_rewritten_with_new_hashes_is_found_at_its_end():
    three_entries()
    tamper("UPDATE audit_entry SET hash = 'x' WHERE id = 3")
    assert list(audit.verify()) == [
        "entry 3 was changed",
        "the trail ends at entry 3, but entry 3 was written",
    ]


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_to_change_the_trail(statement):
    three_entries()
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_an_act_that_failed_leaves_no_entry():
    person, actor = make_person(), make_actor("secretariat")
    with pytest.raises(ValueError, match="halfway"), unit_of_work():
        audit.record("person.note", person, by=actor)
        raise ValueError("halfway")
    with unit_of_work():
        pass
    assert db.session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0


def test_a_move_records_before_and_after_and_by_whom():
    round_, actor = make_round(state=RoundState.OPEN), make_actor("secretariat", name="Tineke Hoekstra")
    with unit_of_work():
        audit.change_state(round_, ROUND, "close_signup", by=actor, reason="Vol")
    entry = db.session.get_one(audit.AuditEntry, 1)
    assert (entry.action, entry.subject_type, entry.subject_id) == ("round.close_signup", "round", round_.id)
    assert (entry.before, entry.after, entry.reason) == ({"state": "open"}, {"state": "matching"}, "Vol")
    assert (entry.person_name, entry.role) == ("Tineke Hoekstra", "secretariat")


def test_a_move_that_does_not_exist_now_is_refused_and_changes_nothing():
    round_ = make_round(state=RoundState.OPEN)
    with pytest.raises(NotNow), unit_of_work():
        audit.change_state(round_, ROUND, "close", by=make_actor("secretariat"))
    assert db.session.execute(text("SELECT state FROM round")).scalar() == "open"


def test_the_command_says_whole_and_ends_well(app):
    three_entries()
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code, result.output) == (0, "audit: whole\n")


def test_the_command_names_the_fault_and_ends_with_1(app):
    three_entries()
    tamper("UPDATE audit_entry SET person_name = 'Iemand anders' WHERE id = 1")
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code, result.output) == (1, "audit: entry 1 was changed\n")
