"""The next best partner of a member, as it may read it: by what all may know and it knows itself.

Not the next best of the matching, which goes by the blocks, wishes and conflicts of others too: whom that passes over,
or what it would cost the others, would tell of these.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from peerreview.marketplace.candidates import Row, candidate_of, has_place
from peerreview.marketplace.fit import Candidate, Weights, score, values_of
from peerreview.marketplace.fit_row import kilometres_to, percents
from peerreview.marketplace.travel import minutes_by_road


def others_for(
    members: Sequence[int], rows: Mapping[int, Row], weights: Weights, passed_over: Mapping[int, Collection[int]]
) -> list[dict[str, Any]]:
    """For each member {"member", "partner", "difference", "percent", "parts"}: the best fitting within its own reach.

    Without whom it blocked itself and whom it may not meet by what it knows (`passed_over`). `difference` in percent is
    above 0 when that one would fit better than those it got. Members who have no other choice are left out.
    """
    if not all(has_place(rows[key]) for key in members):
        return []
    placed = {key: _public(row) for key, row in rows.items() if has_place(row)}
    found = (
        _other_for(me, members, placed, weights, {*passed_over.get(me, ()), *rows[me]["excluded"]}) for me in members
    )
    return [one for one in found if one]


def _public(row: Row) -> Candidate:
    """The organisation without what it, others or the secretariat keep to themselves."""
    return replace(
        candidate_of(row), wished={}, excluded=frozenset(), conflicts={}, unwaived={}, cautions={}
    )  # fmt: skip


def _other_for(
    me: int, members: Sequence[int], placed: Mapping[int, Candidate], weights: Weights, out: Collection[int]
) -> dict[str, Any] | None:
    us, others = placed[me], [each for key, each in sorted(placed.items()) if key != me and key not in out]
    if not others:
        return None
    minutes = minutes_by_road(kilometres_to(us, others))
    fits = dict(zip([each.key for each in others], percents(us, others, minutes, weights).tolist(), strict=True))
    near = dict(zip(fits, minutes.tolist(), strict=True))
    able = [key for key in fits if key not in members and near[key] <= us.max_travel_minutes]
    if not able:
        return None
    best = max(able, key=lambda key: (fits[key], -key))
    partners = [fits[key] for key in members if key in fits]
    present = sum(partners) // len(partners) if partners else 0
    about = {"member": me, "partner": best, "difference": fits[best] - present}
    return {**about, **values_of(score(us, placed[best], weights))}
