"""Going on from a rehearsal: again with other choices, or with one organisation put elsewhere by hand."""

from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Any

from flask_babel import gettext as _

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.matching import queries, rehearsal, trials
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.services.adjustments import adjust, adjusting
from peerreview.matching.services.rehearsals import (
    Groups,
    Pairs,
    Rows,
    make_run,
    refuse_unless_rehearsed_in,
    rehearse,
    settings_for,
    weights_of,
)
from peerreview.matching.unmet import between
from peerreview.rounds.rules import Rules


def rehearse_again(
    run: MatchingRun, *, by: Actor, locked: Groups = (), forbidden: Pairs = (), rules: Rules | None = None
) -> MatchingRun:
    """A new rehearsal of the same kind with these groups locked, pairs forbidden and rules tried; as `rehearse`."""
    with unit_of_work():
        run = queries.run_of(run.id)
        act = adjust if run.adjusts else rehearse
        rules = rules or trials.rules_of(run.settings, run.round.rules)
        overrides = run.settings.get("overrides", ())
        return act(run.round, by=by, locked=locked, forbidden=forbidden, rules=rules, overrides=overrides)


def move(run: MatchingRun, *, who: int, partner: int, by: Actor, join: bool = False, reason: str = "") -> MatchingRun:
    """A new rehearsal in which `who` is with `partner` (organisations): as a pair, or added to its group as a ring.

    That group is locked; every other group of this rehearsal is kept unless too much stands against it, so that as
    little as possible changes. Against a rule it needs a reason, which is kept for the impartiality register (audit:
    matching_run.override). Raises Invalid when the two cannot be put together, NotNow when the rehearsal is over.
    """
    with unit_of_work():
        run = queries.run_of(run.id)
        if run.state != RunState.REHEARSED:
            raise NotNow(_("This rehearsal is over. Make a new one."))
        refuse_unless_rehearsed_in(run.round)
        rows = {row["key"]: row for row in run.input}
        members = _checked(run, rows, who, partner, join)
        against = rules_against(run, members)
        if against and not reason.strip():
            raise Invalid(_("A rule forbids this group. Write down why you want it all the same."), ["reason"])
        group = in_best_order(members, rows, run)
        override = [{"members": list(group), "rules": _codes(against), "reason": reason.strip()}] if against else []
        moved = _moved(run, group, override, by=by)
        if override:
            noted = {"organisations": list(group), "rules": _codes(against)}
            audit.record("matching_run.override", moved, by=by, reason=reason.strip(), after=noted)
        return moved


def _checked(run: MatchingRun, rows: Mapping[int, Any], who: int, partner: int, join: bool) -> tuple[int, ...]:
    """The group that is meant; Invalid when there is no such."""
    if who not in rows or partner not in rows or who == partner:
        raise Invalid(_("Choose two different organisations."), ["partner"])
    if not all(rehearsal.has_place(rows[key]) for key in (who, partner)):
        raise Invalid(_("One of them has no place on the map. Propose this group by hand."), ["partner"])
    members = trials.grown([group["members"] for group in run.result["groups"]], who, partner, join=join)
    if len(members) > rehearsal.LARGEST_GROUP:
        raise Invalid(_("A ring has four members at most."), ["partner"])
    if any(trials.lowest_first(group["members"]) == trials.lowest_first(members) for group in run.result["groups"]):
        raise Invalid(_("They are together already. Keep the group, if you do not want it to change."), ["partner"])
    if set(queries.parted_pairs(run.round_id)) & set(rehearsal.pairs_of(members)):
        raise Invalid(_("Their exchange ended early in this round. Propose this group by hand."), ["partner"])
    return members


def rules_against(run: MatchingRun, members: tuple[int, ...]) -> list[Any]:
    """The rules that forbid this group among the candidates of the rehearsal, with what explains them."""
    return between(members, {row["key"]: row for row in run.input}, run.settings["forbidden"])


def _codes(against: Iterable[Any]) -> list[str]:
    return sorted({rule["code"] for rule in against})


def in_best_order(members: tuple[int, ...], rows: Mapping[int, Any], run: MatchingRun) -> tuple[int, ...]:
    """These members in the review order that fits best; of equals the first by key."""
    first, *rest = sorted(members)
    weights = weights_of(run.round, trials.rules_of(run.settings, run.round.rules))
    orders = [(first, *others) for others in permutations(rest)]

    def total(order: tuple[int, ...]) -> int:
        return int(rehearsal.explained([rows[key] for key in order], weights)["total"])

    return max(orders, key=total)


def _moved(run: MatchingRun, group: tuple[int, ...], override: list[dict[str, Any]], *, by: Actor) -> MatchingRun:
    """The rehearsal with this group locked and the others kept at a price."""
    rules = trials.rules_of(run.settings, run.round.rules)
    weights = weights_of(run.round, rules)
    locked = [tuple(each) for each in run.settings["locked"] if not set(each) & set(group)] + [group]
    others = [trials.lowest_first(each["members"]) for each in run.result["groups"]]
    kept = {each: trials.keep_price(len(each), weights) for each in others if not set(each) & set(group)}
    together = set(rehearsal.pairs_of(group))
    forbidden: list[tuple[int, int]] = [(a, b) for a, b in run.settings["forbidden"] if (a, b) not in together]
    overrides = [*run.settings.get("overrides", ()), *override]
    if run.adjusts:
        rows, settings = adjusting(
            run.round, locked=locked, forbidden=forbidden, rules=rules, overrides=overrides, also=kept
        )
    else:
        rows, settings = _plainly(run, locked, forbidden, rules, overrides, kept)
    settings |= {"moved": {"run": run.id, "group": list(group), "fair": settings["fair"]}, "fair": False}
    return make_run(run.round, rows, settings, by=by, adjusts=run.adjusts)


def _plainly(
    run: MatchingRun,
    locked: list[tuple[int, ...]],
    forbidden: Pairs,
    rules: Rules,
    overrides: Iterable[Mapping[str, Any]],
    kept: dict[tuple[int, ...], int],
) -> tuple[Rows, dict[str, Any]]:
    rows = queries.candidate_rows(run.round)
    here = {row["key"] for row in rows if rehearsal.has_place(row)}
    fixed = set(locked)
    promised = [(group, price) for group, price in kept.items() if set(group) <= here and group not in fixed]
    return rows, settings_for(run.round, rows, locked, forbidden, rules, overrides, promised)
