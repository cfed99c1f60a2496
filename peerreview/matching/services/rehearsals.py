"""Rehearsals: try out who would review whom, as often as one likes; nobody but the secretariat sees them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from peerreview.core import audit, clock, work
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.marketplace import queries as marketplace
from peerreview.marketplace.fit import Weights
from peerreview.matching import effort, queries, rehearsal, trials
from peerreview.matching.lifecycle import MATCHING_RUN, RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.services.noticing import notice_conflicts
from peerreview.rounds import services as rounds
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules

REHEARSED_IN = (RoundState.OPEN, RoundState.MATCHING, RoundState.RUNNING)

Rows = list[dict[str, Any]]
Groups = Iterable[Sequence[int]]
Pairs = Iterable[tuple[int, int]]


def rehearse(
    round_: Round,
    *,
    by: Actor,
    locked: Groups = (),
    forbidden: Pairs = (),
    rules: Rules | None = None,
    overrides: Iterable[Mapping[str, Any]] = (),
) -> MatchingRun:
    """Find the best groups among who still has no partner in this round, and keep input, settings and result.

    `locked` are groups of organisations (by id, in review order) that stay together, `forbidden` pairs that do not
    meet; pairs of a dissolved exchange of this round are kept apart always, and groups that agreed on the marketplace
    are kept when that can be. A locked group that is no longer whole among the candidates is let go. `rules` are tried
    instead of the round's; `overrides` say why a locked group breaks a rule. What takes long is left to the worker.
    Raises NotNow in a round that is closed or a draft, Invalid when a group is both locked and forbidden or when all
    weights are 0.
    """
    refuse_unless_rehearsed_in(round_)
    with unit_of_work():
        notice_conflicts(round_, by=by)
        rows = queries.candidate_rows(round_)
        return make_run(round_, rows, settings_for(round_, rows, locked, forbidden, rules, overrides), by=by)


def refuse_unless_rehearsed_in(round_: Round) -> None:
    if round_.state not in REHEARSED_IN:
        raise NotNow(_("This round is not being matched."))


def weights_of(round_: Round, rules: Rules | None = None) -> Weights:
    """What counts in this round, or by these rules. Raises Invalid when nothing does."""
    try:
        return rehearsal.weights_from((rules or round_.rules).stored())
    except ValueError:
        raise Invalid(_("Give at least one thing a weight above 0 in the rules of the round.")) from None


def settings_for(
    round_: Round,
    rows: Rows,
    locked: Groups,
    forbidden: Pairs,
    rules: Rules | None = None,
    overrides: Iterable[Mapping[str, Any]] = (),
    promised: Iterable[tuple[Sequence[int], int]] = (),
) -> dict[str, Any]:
    """What a rehearsal of these rows is told, within the act that makes it."""
    rules = rules or round_.rules
    weights = weights_of(round_, rules)
    here = {row["key"] for row in rows if rehearsal.has_place(row)}
    whole = {trials.lowest_first(group) for group in locked if len(group) >= 2 and set(group) <= here}
    apart = {*forbidden, *queries.parted_pairs(round_.id)}
    if trials.contradict(whole, apart):
        raise Invalid(_("A group cannot be kept together and kept apart, and nobody can be in two groups."))
    agreed = {trials.lowest_first(group) for group in marketplace.accepted_groups(round_.id) if set(group) <= here}
    settings = rehearsal.settings_of(
        weights, whole, apart, accepted=agreed - whole, promised=promised, **trials.terms_of(rules, weights)
    )
    kept = [dict(each) for each in overrides if trials.lowest_first(each["members"]) in whole]
    return settings | ({"overrides": kept} if kept else {})


def make_run(
    round_: Round, rows: Rows, settings: dict[str, Any], *, by: Actor, adjusts: bool = False, reason: str = ""
) -> MatchingRun:
    """Keep a rehearsal of these rows, within the act that asks for it: with its answer, or for the worker to make."""
    moment, long = clock.now(), work.too_long(effort.seconds_for(rows, settings["rings"]))
    run = MatchingRun(
        round_id=round_.id, settings=settings, input=rows, result={} if long else answered(rows, settings),
        state=RunState.QUEUED if long else RunState.REHEARSED, adjusts=adjusts,
        state_since=moment, made_at=moment, made_by_id=by.person_id,
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    if long:
        work.soon()
    audit.record(f"matching_run.{'queue' if long else 'rehearse'}", run, by=by, reason=reason, after=counts_of(run))
    return run


def counts_of(run: MatchingRun) -> dict[str, int]:
    """What the audit trail says of a rehearsal."""
    counts = {"candidates": len(run.input)}
    return counts | ({"groups": len(run.result["groups"]), "matched": run.result["matched"]} if run.result else {})


def answered(rows: Rows, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a short rehearsal. Raises Invalid when what is locked cannot be."""
    try:
        return rehearsal.answer(rows, settings)
    except ValueError:
        raise Invalid(_("A group cannot be kept together and kept apart, and nobody can be in two groups.")) from None


def replay(run: MatchingRun) -> bool:
    """Whether the stored input and settings still give the stored result, to the letter."""
    again = rehearsal.answer(run.input, run.settings)
    return json.dumps(again, sort_keys=True) == json.dumps(run.result, sort_keys=True)


def discard(run: MatchingRun, *, by: Actor) -> None:
    """Throw a rehearsal away; once is enough. Raises NotNow when it was published or is being made."""
    with unit_of_work():
        run = queries.run_of(run.id)
        if run.state == RunState.DISCARDED:
            return
        if run.state in queries.UNDER_WAY:
            raise NotNow(_("This rehearsal is being made. Stop it first."))
        if not MATCHING_RUN.can(run.state, "discard"):
            raise NotNow(_("This rehearsal was published, so it stays."))
        audit.change_state(run, MATCHING_RUN, "discard", by=by)


def adopt_rules(run: MatchingRun, *, by: Actor) -> None:
    """Make what this rehearsal tried the rules of its round, as an edit of the round with its own entry in the trail.

    Raises NotNow when the round is closed. Nothing happens when the round has these rules already.
    """
    with unit_of_work():
        run = queries.run_of(run.id)
        round_ = run.round
        tried = trials.rules_of(run.settings, round_.rules)
        if not trials.differ(round_.rules, tried):
            return
        rounds.edit_round(
            round_,
            name=round_.name,
            framework_version_id=round_.framework_version_id,
            dates=rounds.dates_of(round_),
            rules=tried,
            version=round_.version,
            by=by,
            reason=_("As tried in rehearsal %(number)s.", number=queries.number_of(run)),
        )
