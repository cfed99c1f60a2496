"""The hard rules: why two organisations may not review each other at all, however well they fit.

They may not belong to the same legal group, be excluded by either side, have farther to travel than either is willing
to, have no month in common, or have met in the last round. `blocks` says which rules forbid one pair, with what a page
needs to explain it; `forbidden_by` gives the same answer for all pairs at once, one table per rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from peerreview.matching.scoring import (
    NEVER,
    Candidate,
    Params,
    minutes_between,
    months_in_common,
    rounds_since,
    rounds_since_met,
)
from peerreview.matching.travel import travel_minutes

Yes = NDArray[np.bool_]

SAME_GROUP = "same_group"
EXCLUDED = "excluded"
TOO_FAR = "too_far"
NO_COMMON_MONTH = "no_common_month"
MET_LAST_ROUND = "met_last_round"
RULES = (SAME_GROUP, EXCLUDED, TOO_FAR, NO_COMMON_MONTH, MET_LAST_ROUND)
LAST_ROUND = 1


@dataclass(frozen=True)
class Block:
    """A hard rule that forbids a pair: its code and the parameters to explain it by.

    `excluded` says by whom: for the secretariat only, the other organisation never learns it.
    """

    code: str
    params: Params = field(default_factory=dict)


def blocks(a: Candidate, b: Candidate) -> tuple[Block, ...]:
    """All rules that forbid a and b to review each other, in the order of RULES; empty when they may."""
    found = (_same_group(a, b), _excluded(a, b), _too_far(a, b), _no_common_month(a, b), _met_last_round(a, b))
    return tuple(block for block in found if block)


def _same_group(a: Candidate, b: Candidate) -> Block | None:
    return Block(SAME_GROUP) if a.group and a.group == b.group else None


def _excluded(a: Candidate, b: Candidate) -> Block | None:
    by = tuple(sorted(here.key for here, there in ((a, b), (b, a)) if there.key in here.excluded))
    return Block(EXCLUDED, {"by": by}) if by else None


def _too_far(a: Candidate, b: Candidate) -> Block | None:
    minutes, farthest = travel_minutes(a.place, b.place), min(a.max_travel_minutes, b.max_travel_minutes)
    by = tuple(sorted(each.key for each in (a, b) if each.max_travel_minutes < minutes))
    return Block(TOO_FAR, {"minutes": minutes, "farthest": farthest, "by": by}) if by else None


def _no_common_month(a: Candidate, b: Candidate) -> Block | None:
    return None if a.months & b.months else Block(NO_COMMON_MONTH)


def _met_last_round(a: Candidate, b: Candidate) -> Block | None:
    return Block(MET_LAST_ROUND) if NEVER < rounds_since_met(a, b) <= LAST_ROUND else None


def forbidden_by(candidates: Sequence[Candidate]) -> dict[str, Yes]:
    """For each rule the table of pairs that it forbids, in the order of the candidates; nobody meets itself anyway."""
    farthest = np.array([each.max_travel_minutes for each in candidates], dtype=np.int64)
    rounds = rounds_since(candidates)
    tables = {
        SAME_GROUP: _grouped(candidates),
        EXCLUDED: _excluding(candidates),
        TOO_FAR: minutes_between(candidates) > np.minimum.outer(farthest, farthest),
        NO_COMMON_MONTH: months_in_common(candidates) == 0,
        MET_LAST_ROUND: (rounds > NEVER) & (rounds <= LAST_ROUND),
    }
    others = ~np.eye(len(candidates), dtype=np.bool_)
    return {rule: table & others for rule, table in tables.items()}


def _grouped(candidates: Sequence[Candidate]) -> Yes:
    names = sorted({each.group for each in candidates if each.group})
    numbers = np.array([names.index(each.group) if each.group else -1 for each in candidates], dtype=np.int64)
    return np.asarray(np.equal.outer(numbers, numbers) & (numbers >= 0))


def _excluding(candidates: Sequence[Candidate]) -> Yes:
    row = {each.key: number for number, each in enumerate(candidates)}
    excluding = np.zeros((len(candidates), len(candidates)), dtype=np.bool_)
    for here, each in enumerate(candidates):
        for there in (row[key] for key in each.excluded if key in row):
            excluding[here, there] = excluding[there, here] = True
    return excluding
