"""Long rehearsals, made by the worker: it takes one, tells how far it is, and ends it when asked.

Who took one holds it until its lease ends and renews that as it goes on; the end of the lease is also its token. When a
worker dies the next one begins anew, a few times at most. What comes from who lost its lease is dropped.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from peerreview.core import audit, clock, work
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow
from peerreview.core.events import on
from peerreview.matching import queries, rehearsal
from peerreview.matching.engine import Cancelled
from peerreview.matching.lifecycle import MATCHING_RUN, RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.services.rehearsals import counts_of

TOLD_EVERY = timedelta(seconds=1)
logger = logging.getLogger(__name__)


class Lost(Exception):
    """The lease ended and another worker has it, or somebody stopped it."""


@dataclass
class Lease:
    """One rehearsal in the hands of this worker."""

    run_id: int
    until: datetime
    progress: dict[str, Any]
    cancel_asked: bool = False
    told_at: datetime | None = None

    def tell(self, step: str, done: int, of: int) -> None:
        """Note how far it is, once a second at most."""
        self.progress |= {"step": step, "done": done, "of": of}
        self.renew()

    def asked(self) -> bool:
        """Whether somebody wants it to end."""
        self.renew()
        return self.cancel_asked

    def renew(self) -> None:
        """Hold it longer. Raises Lost when it is no longer ours."""
        moment = clock.now()
        if self.told_at and moment - self.told_at < TOLD_EVERY:
            return
        self.told_at, until = moment, moment + work.LEASE
        with unit_of_work():
            ours = (
                update(MatchingRun)
                .where(MatchingRun.id == self.run_id, MatchingRun.state == RunState.RUNNING)
                .where(MatchingRun.leased_until == self.until)
                .values(leased_until=until, progress=dict(self.progress))
                .returning(MatchingRun.cancel_asked)
                .execution_options(synchronize_session=False)
            )
            found = db.session.scalars(ours).one_or_none()
        if found is None:
            raise Lost
        self.until, self.cancel_asked = until, found


@on("worker.turn")
def make_next(*, by: Actor = SYSTEM) -> bool:
    """Make one rehearsal that waits, or that a worker let go of; whether there was one."""
    taken = _take(by)
    if taken is None:
        return False
    lease, rows, settings = taken
    try:
        result = rehearsal.answer(rows, settings, progress=lease.tell, cancelled=lease.asked)
    except Lost:
        logger.warning("rehearsal %s was taken over or stopped", lease.run_id)
    except Cancelled:
        _let_go(lease, "cancel", by=by)
    except Exception as error:
        logger.exception("rehearsal %s failed", lease.run_id)
        db.session.rollback()
        _let_go(lease, "fail", by=by, reason=type(error).__name__)
    else:
        _finish(lease, result, by=by)
    return True


def _take(by: Actor) -> tuple[Lease, list[dict[str, Any]], dict[str, Any]] | None:
    with unit_of_work():
        run = queries.next_to_make()
        if run is None:
            return None
        attempts = run.progress.get("attempts", 0) + 1
        if run.state == RunState.RUNNING and not _once_more(run, attempts, by=by):
            return None
        audit.change_state(run, MATCHING_RUN, "begin", by=by)
        run.progress = {"step": "groups", "done": 0, "of": 1, "attempts": attempts}
        run.leased_until = clock.now() + work.LEASE
        return Lease(run.id, run.leased_until, dict(run.progress)), run.input, run.settings


def _once_more(run: MatchingRun, attempts: int, *, by: Actor) -> bool:
    """Whether what a worker let go of is begun anew; not when it was to end, nor when it ends every worker."""
    if run.cancel_asked:
        audit.change_state(run, MATCHING_RUN, "cancel", by=by)
        return False
    if attempts > work.MOST_ATTEMPTS:
        audit.change_state(run, MATCHING_RUN, "fail", by=by, reason=f"{attempts - 1} attempts")
        return False
    audit.change_state(run, MATCHING_RUN, "queue_again", by=by)
    return True


def _finish(lease: Lease, result: dict[str, Any], *, by: Actor) -> None:
    with unit_of_work():
        run = _ours(lease)
        if run is None:
            return
        run.result, run.made_at, run.leased_until = result, clock.now(), None
        run.progress = {"attempts": run.progress.get("attempts", 1)}
        audit.change_state(run, MATCHING_RUN, "finish", by=by)
        audit.record("matching_run.rehearse", run, by=by, after=counts_of(run))


def _let_go(lease: Lease, verb: str, *, by: Actor, reason: str = "") -> None:
    with unit_of_work():
        run = _ours(lease)
        if run is not None:
            run.leased_until = None
            audit.change_state(run, MATCHING_RUN, verb, by=by, reason=reason)


def _ours(lease: Lease) -> MatchingRun | None:
    run = queries.run_of(lease.run_id)
    return run if run.state == RunState.RUNNING and run.leased_until == lease.until else None


def cancel(run_id: int, *, by: Actor) -> None:
    """Stop a rehearsal: at once while it waits, else as soon as its worker looks up. Stopping twice is once.

    Raises NotNow when it is ready already.
    """
    with unit_of_work():
        run = queries.run_of(run_id)
        if run.state == RunState.CANCELLED or (run.state == RunState.RUNNING and run.cancel_asked):
            return
        if not MATCHING_RUN.can(run.state, "cancel"):
            raise NotNow(_("This rehearsal is ready already."))
        if run.state == RunState.QUEUED:
            audit.change_state(run, MATCHING_RUN, "cancel", by=by)
            return
        run.cancel_asked = True
        audit.record("matching_run.ask_cancel", run, by=by)
