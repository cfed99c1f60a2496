"""Matching again after a publication: a place for who has none, while as few published exchanges as possible change.

Published exchanges go into such a rehearsal as promises with a price; those that somebody objected to are not promised,
and who objected does not meet the others of it again. Exchanges whose visits are being agreed stay out altogether.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from peerreview.core.access import Actor
from peerreview.core.db import unit_of_work
from peerreview.core.errors import NotNow
from peerreview.matching import queries, rehearsal, trials
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.matching.services.answers import parted_by
from peerreview.matching.services.noticing import notice_conflicts
from peerreview.matching.services.rehearsals import (
    Groups,
    Pairs,
    Rows,
    make_run,
    refuse_unless_rehearsed_in,
    settings_for,
    weights_of,
)
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules

Promises = dict[tuple[int, ...], int]


def adjust(
    round_: Round,
    *,
    by: Actor,
    locked: Groups = (),
    forbidden: Pairs = (),
    rules: Rules | None = None,
    overrides: Iterable[Mapping[str, Any]] = (),
) -> MatchingRun:
    """Rehearse with who has no partner and who is in a published exchange that can still change.

    To break one of those costs the round's `broken_promise_cost`; the result says which ones break. Nothing changes for
    anybody until it is published. Raises NotNow when nothing was published that can change, and as `rehearse` does.
    """
    with unit_of_work():
        notice_conflicts(round_, by=by)
        rows, settings = adjusting(round_, locked=locked, forbidden=forbidden, rules=rules, overrides=overrides)
        return make_run(round_, rows, settings, by=by, adjusts=True)


def adjusting(
    round_: Round,
    *,
    locked: Groups,
    forbidden: Pairs,
    rules: Rules | None,
    overrides: Iterable[Mapping[str, Any]] = (),
    also: Promises | None = None,
) -> tuple[Rows, dict[str, Any]]:
    """Input and settings of such a rehearsal; `also` are more groups to keep, with their prices."""
    refuse_unless_rehearsed_in(round_)
    rows, published = _what_can_change(round_)
    if not published:
        raise NotNow(_("Nothing was published that can still change. Make a rehearsal as usual."))
    kept = [exchange for exchange in published if not queries.is_objected(exchange)]
    objected = [exchange for exchange in published if queries.is_objected(exchange)]
    weights = weights_of(round_, rules)
    cost = (rules or round_.rules).broken_promise_cost
    promised: Promises = {group: trials.price_of(len(group), cost, weights) for group in map(_group, kept)}
    together = {tuple(sorted(group)) for group in locked}
    promises = {**promised, **{group: price for group, price in (also or {}).items() if group not in promised}}
    apart = [*forbidden, *(pair for exchange in objected for pair in parted_by(exchange))]
    settings = settings_for(
        round_, rows, locked, apart, rules, overrides,
        [(group, price) for group, price in promises.items() if tuple(sorted(group)) not in together],
    )  # fmt: skip
    return rows, settings | {"published": [_noted(exchange) for exchange in published]}


def _what_can_change(round_: Round) -> tuple[Rows, list[Exchange]]:
    """The candidates, and the exchanges that are whole among them; the members of others stay where they are."""
    rows, found = queries.adjustable_rows(round_), queries.open_exchanges_in(round_.id)
    placed = {row["key"] for row in rows if rehearsal.has_place(row)}
    whole = [exchange for exchange in found if set(queries.organisations_in(exchange)) <= placed]
    out = {key for exchange in found if exchange not in whole for key in queries.organisations_in(exchange)}
    return [row for row in rows if row["key"] not in out], whole


def _group(exchange: Exchange) -> tuple[int, ...]:
    return trials.lowest_first(queries.organisations_in(exchange))


def _noted(exchange: Exchange) -> dict[str, Any]:
    """A published exchange as this rehearsal knew it."""
    members = list(_group(exchange))
    return {"exchange": exchange.id, "members": members, "objected": queries.is_objected(exchange)}


def kept_and_ended(settings: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Of the published exchanges that a rehearsal knew: those that its groups leave as they are, and the others."""
    there = {trials.lowest_first(group["members"]) for group in groups}
    kept = [one for one in settings.get("published", ()) if tuple(one["members"]) in there and not one["objected"]]
    return kept, [one for one in settings.get("published", ()) if one not in kept]
