"""The hard rules: why two organisations may not review each other at all, however well they fit.

They may not have a hard conflict of interest, or a soft one without a waiver, be excluded by either side, have farther
to travel than either is willing to, or have no month in common. `blocks` says which rules forbid one pair, with what a
page needs to explain it; `forbidden_by` gives the same answer for all pairs at once, one table per rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from peerreview.marketplace.fit import Candidate, Params
from peerreview.marketplace.fit_tables import minutes_between, months_in_common, noted
from peerreview.marketplace.travel import travel_minutes

Yes = NDArray[np.bool_]

CONFLICT = "conflict"
NEEDS_WAIVER = "needs_waiver"
EXCLUDED = "excluded"
TOO_FAR = "too_far"
NO_COMMON_MONTH = "no_common_month"
RULES = (CONFLICT, NEEDS_WAIVER, EXCLUDED, TOO_FAR, NO_COMMON_MONTH)


@dataclass(frozen=True)
class Block:
    """A hard rule that forbids a pair: its code and the parameters to explain it by.

    `excluded` says by whom, `conflict` and `needs_waiver` which kinds: for the secretariat only, the other organisation
    never learns it.
    """

    code: str
    params: Params = field(default_factory=dict)


def blocks(a: Candidate, b: Candidate) -> tuple[Block, ...]:
    """All rules that forbid a and b to review each other, in the order of RULES; empty when they may."""
    found = (_conflict(a, b), _needs_waiver(a, b), _excluded(a, b), _too_far(a, b), _no_common_month(a, b))
    return tuple(block for block in found if block)


def _conflict(a: Candidate, b: Candidate) -> Block | None:
    kinds = tuple(sorted({*a.conflicts.get(b.key, ()), *b.conflicts.get(a.key, ())}))
    return Block(CONFLICT, {"kinds": kinds}) if kinds else None


def _needs_waiver(a: Candidate, b: Candidate) -> Block | None:
    kinds = tuple(sorted({*a.unwaived.get(b.key, ()), *b.unwaived.get(a.key, ())}))
    return Block(NEEDS_WAIVER, {"kinds": kinds}) if kinds else None


def _excluded(a: Candidate, b: Candidate) -> Block | None:
    by = tuple(sorted(here.key for here, there in ((a, b), (b, a)) if there.key in here.excluded))
    return Block(EXCLUDED, {"by": by}) if by else None


def _too_far(a: Candidate, b: Candidate) -> Block | None:
    minutes, farthest = travel_minutes(a.place, b.place), min(a.max_travel_minutes, b.max_travel_minutes)
    by = tuple(sorted(each.key for each in (a, b) if each.max_travel_minutes < minutes))
    return Block(TOO_FAR, {"minutes": minutes, "farthest": farthest, "by": by}) if by else None


def _no_common_month(a: Candidate, b: Candidate) -> Block | None:
    return None if a.months & b.months else Block(NO_COMMON_MONTH)


def forbidden_by(candidates: Sequence[Candidate]) -> dict[str, Yes]:
    """For each rule the table of pairs that it forbids, in the order of the candidates; nobody meets itself anyway."""
    farthest = np.array([each.max_travel_minutes for each in candidates], dtype=np.int64)
    tables = {
        CONFLICT: noted(candidates, lambda each: each.conflicts) > 0,
        NEEDS_WAIVER: noted(candidates, lambda each: each.unwaived) > 0,
        EXCLUDED: noted(candidates, lambda each: dict.fromkeys(each.excluded, True)) > 0,
        TOO_FAR: minutes_between(candidates) > np.minimum.outer(farthest, farthest),
        NO_COMMON_MONTH: months_in_common(candidates) == 0,
    }
    others = ~np.eye(len(candidates), dtype=np.bool_)
    return {rule: table & others for rule, table in tables.items()}
