"""The register as one thing in memory: made in six questions when it has changed, and given in none when it has not."""

import threading
from collections import defaultdict
from typing import Any

from sqlalchemy import Engine, case, func, select

from peerreview.certificates.models import Certificate, StatusChange
from peerreview.commission.lifecycle import ConditionState
from peerreview.commission.models import Condition
from peerreview.core.db import db, writing
from peerreview.organisations.models import Organisation, WorkField, organisation_work_field
from peerreview.register.models import RegisterStamp
from peerreview.register.snapshot import Change, Entry, Held, Register, words_of
from peerreview.trajectories.models import Trajectory

_NUMBER = select(RegisterStamp.number)
_making = threading.Lock()
_held: dict[str, Register] = {}  # one for each database that this process works with; outside tests there is one


def number_now(engine: Engine) -> int:
    """The number under which the register stands at this moment, asked without a session."""
    writing.set(False)  # what this thread did before may have been writing; this takes no lock
    with engine.connect() as connection:
        return connection.scalar(_NUMBER) or 0


def the_register(number: int | None = None) -> Register:
    """The register as it is now. One question when it has not changed; none when its `number` of this moment is known.

    Of the threads of a process one makes it, and the others wait for that rather than doing it too.
    """
    now = number if number is not None else db.session.scalar(_NUMBER) or 0
    key = str(db.engine.url)
    held = _held.get(key)
    if held is None or held.number != now:
        with _making:
            fresh = db.session.scalar(_NUMBER) or 0  # read before the rows: a later change has another number
            held = _held.get(key)
            if held is None or held.number != fresh:
                _held[key] = held = _made(fresh)
    return held


def forget() -> None:
    """Forget what is held; for tests, which begin anew with an empty database."""
    _held.clear()


def _made(number: int) -> Register:
    certificates, fields = _certificates(), _fields()
    columns = (
        Organisation.id, Organisation.slug, Organisation.name, Organisation.sort_name, Organisation.kvk,
        Organisation.place, Organisation.municipality, Organisation.province, Organisation.latitude,
        Organisation.longitude, Organisation.website,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns)
        .where(Organisation.id.in_(select(Certificate.organisation_id)))
        .order_by(Organisation.sort_name, Organisation.id)
    )
    entries = [
        Entry(
            *row,
            fields=tuple(fields[row.id]),
            held=tuple(certificates[row.id]),
            words=words_of(row.sort_name, row.place, row.municipality, row.province),
            codes="\n".join(["", row.kvk, *(held.number for held in certificates[row.id])]),
        )
        for row in rows
    ]
    titles = select(WorkField.code, WorkField.title).order_by(WorkField.position, WorkField.id)
    return Register(number, entries, {row.code: row.title for row in db.session.execute(titles)})


def _certificates() -> dict[int, list[Held]]:
    """The certificates of each organisation, the newest first."""
    changes, conditions = _changes(), _conditions()
    rows = db.session.execute(
        select(
            Certificate.id, Certificate.organisation_id, Certificate.decision_id, Certificate.number,
            Certificate.starts_on, Certificate.ends_on, Trajectory.scope_kind, Trajectory.scope_text, Trajectory.route,
        )
        .join(Trajectory, Trajectory.id == Certificate.trajectory_id)
        .order_by(Certificate.starts_on.desc(), Certificate.id.desc())
    )  # fmt: skip
    found: dict[int, list[Held]] = defaultdict(list)
    for row in rows:
        held = Held(
            row.id, row.number, row.starts_on, row.ends_on, row.scope_kind.value, row.scope_text, row.route.value,
            conditions.get(row.decision_id, (0, 0)), tuple(changes[row.id]),
        )  # fmt: skip
        found[row.organisation_id].append(held)
    return found


def _changes() -> dict[int, list[Change]]:
    columns = (
        StatusChange.certificate_id, StatusChange.effective_on, StatusChange.id, StatusChange.status,
        StatusChange.made_at,
    )  # fmt: skip
    rows = db.session.execute(select(*columns).order_by(StatusChange.effective_on, StatusChange.id))
    found: dict[int, list[Change]] = defaultdict(list)
    for certificate_id, on, id_, status, made_at in rows:
        found[certificate_id].append(Change(on, id_, status.value, made_at))
    return found


def _conditions() -> dict[int, Any]:
    """(met, all) of each decision that set conditions."""
    met = func.sum(case((Condition.state == ConditionState.MET, 1), else_=0))
    rows = db.session.execute(select(Condition.decision_id, met, func.count()).group_by(Condition.decision_id))
    return {decision_id: (int(done), count) for decision_id, done, count in rows}


def _fields() -> dict[int, list[str]]:
    rows = db.session.execute(
        select(organisation_work_field.c.organisation_id, WorkField.code)
        .join(WorkField, WorkField.id == organisation_work_field.c.work_field_id)
        .order_by(WorkField.position, WorkField.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for organisation_id, code in rows:
        found[organisation_id].append(code)
    return found
