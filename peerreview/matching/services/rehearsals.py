"""Rehearsals: try out who would review whom, as often as one likes; nobody but the secretariat sees them."""

import json
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.matching import queries, rehearsal
from peerreview.matching.lifecycle import MATCHING_RUN, RunState
from peerreview.matching.models import MatchingRun
from peerreview.marketplace.fit import Weights
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round

REHEARSED_IN = (RoundState.OPEN, RoundState.MATCHING, RoundState.RUNNING)


def rehearse(
    round_: Round, *, by: Actor, locked: Iterable[Sequence[int]] = (), forbidden: Iterable[tuple[int, int]] = ()
) -> MatchingRun:
    """Find the best groups among who still has no partner in this round, and keep input, settings and result.

    `locked` are groups of organisations (by id, in review order) that stay together, `forbidden` pairs that do not
    meet; pairs of a dissolved exchange of this round are kept apart always. A locked group that is no longer whole
    among the candidates is let go. Raises NotNow in a round that is closed or a draft, Invalid when a group is both
    locked and forbidden or when all weights are 0.
    """
    if round_.state not in REHEARSED_IN:
        raise NotNow(_("This round is not being matched."))
    with unit_of_work():
        rows = queries.candidate_rows(round_)
        settings = _settings(round_, rows, locked, forbidden)
        moment = clock.now()
        run = MatchingRun(
            round_id=round_.id, settings=settings, input=rows, result=_answer(rows, settings),
            state_since=moment, made_at=moment, made_by_id=by.person_id,
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
        counts = {"candidates": len(rows), "groups": len(run.result["groups"]), "matched": run.result["matched"]}
        audit.record("matching_run.rehearse", run, by=by, after=counts)
    return run


def weights_of(round_: Round) -> Weights:
    """What counts in this round. Raises Invalid when nothing does."""
    try:
        return rehearsal.weights_from(round_.rules.stored())
    except ValueError:
        raise Invalid(_("Give at least one thing a weight above 0 in the rules of the round.")) from None


def _settings(
    round_: Round, rows: list[dict[str, object]], locked: Iterable[Sequence[int]], forbidden: Iterable[tuple[int, int]]
) -> dict[str, object]:
    here = {row["key"] for row in rows if rehearsal.has_place(row)}
    whole = {tuple(group) for group in locked if len(group) >= 2 and set(group) <= here}
    apart = {*forbidden, *queries.parted_pairs(round_.id)}
    return rehearsal.settings_of(weights_of(round_), whole, apart)


def _answer(rows: list[dict[str, object]], settings: dict[str, object]) -> dict[str, object]:
    try:
        return rehearsal.answer(rows, settings)
    except ValueError:
        raise Invalid(_("A group cannot be kept together and kept apart, and nobody can be in two groups.")) from None


def replay(run: MatchingRun) -> bool:
    """Whether the stored input and settings still give the stored result, to the letter."""
    again = rehearsal.answer(run.input, run.settings)
    return json.dumps(again, sort_keys=True) == json.dumps(run.result, sort_keys=True)


def discard(run: MatchingRun, *, by: Actor) -> None:
    """Throw a rehearsal away; once is enough. Raises NotNow when it was published."""
    with unit_of_work():
        run = queries.run_of(run.id)
        if run.state == RunState.DISCARDED:
            return
        if not MATCHING_RUN.can(run.state, "discard"):
            raise NotNow(_("This rehearsal was published, so it stays."))
        audit.change_state(run, MATCHING_RUN, "discard", by=by)
