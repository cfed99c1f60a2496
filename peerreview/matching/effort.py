"""How long a rehearsal takes, by its size: what would keep a page waiting is left to the worker.

Nearly all the time goes to the reasons, for which each organisation's next best partner is really tried; with rings that
takes longer. Fitted to made-up rounds of 20 to 550 organisations (tests/matching/instances.py) on one core of an
ordinary server. It need not be more exact than tell a second from a minute.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from peerreview.marketplace.candidates import candidate_of, has_place
from peerreview.matching.rules import forbidden_by

SECONDS_PER_LEG = {2: 4e-4, 3: 8e-4, 4: 9e-4}  # by the size of the largest group
MOST_COUNTED = 1000  # above it legs are not counted but taken to be a fifth of all


def seconds_for(rows: Sequence[Mapping[str, Any]], rings: Sequence[int]) -> float:
    """About how many seconds the groups and reasons of these candidates take when rings of these sizes are made."""
    candidates = [candidate_of(row) for row in rows if has_place(row)]
    return SECONDS_PER_LEG[max(rings, default=2)] * _legs(candidates)


def _legs(candidates: Sequence[Any]) -> int:
    count = len(candidates)
    if not 2 <= count <= MOST_COUNTED:
        return count**2 // 5
    forbidden = np.logical_or.reduce(list(forbidden_by(candidates).values()))
    return count * (count - 1) - int(forbidden.sum())
