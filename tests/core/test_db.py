"""An act on a database on which others act too."""

import threading

import pytest
from sqlalchemy import func, select

from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import WorkField


def make(code: str) -> None:
    db.session.add(WorkField(code=code, title={"nl": code, "en": code}, position=1))


def meanwhile(app, act) -> None:
    """Somebody else does this, whole, before we go on."""
    wrong: list[BaseException] = []

    def other() -> None:
        with app.app_context():
            try:
                act()
            except BaseException as error:
                wrong.append(error)
            finally:
                db.session.remove()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert wrong == []


def commit(code: str) -> None:
    with unit_of_work():
        make(code)


def test_who_has_only_read_can_write_though_others_have_written_since(app):
    """A page that notes that it was read, and the work of each day: they read first, outside of any act."""
    assert db.session.scalar(select(func.count()).select_from(WorkField)) == 0
    meanwhile(app, lambda: commit("theirs"))
    commit("ours")
    assert sorted(db.session.scalars(select(WorkField.code))) == ["ours", "theirs"]


def test_an_act_in_an_act_does_not_end_it(app):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        make("first")
        db.session.flush()
        commit("second")
        raise ZeroDivisionError
    assert db.session.scalar(select(func.count()).select_from(WorkField)) == 0
