"""How long a rehearsal takes, by its size: what would keep a page waiting is left to the worker.

Fitted to made-up rounds of 10 to 250 organisations (tests/matching/instances.py) on one core of an ordinary server.
Nearly all the time goes to the reasons: each organisation's next best partner is really tried, and among many with less
search for rings (`solver.MANY`). It need not be more exact than tell a second from a minute.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from peerreview.marketplace.candidates import candidate_of, has_place
from peerreview.matching.rules import forbidden_by
from peerreview.matching.solver import MANY

PAIRS = 5e-5  # seconds for each two organisations, without rings
RINGS_OF_FEW, RINGS_OF_MANY = 3e-5, 1.6e-4  # for each organisation and leg; for each two organisations
LARGER_RINGS = 2.5  # times as long with rings of four


def seconds_for(rows: Sequence[Mapping[str, Any]], rings: Sequence[int]) -> float:
    """About how many seconds the groups and reasons of these candidates take when rings of these sizes are made."""
    candidates = [candidate_of(row) for row in rows if has_place(row)]
    count = len(candidates)
    if not rings or count < 2:
        return PAIRS * count**2
    larger = LARGER_RINGS if max(rings) > 3 else 1.0
    if count > MANY:
        return RINGS_OF_MANY * count**2 * larger
    forbidden = np.logical_or.reduce(list(forbidden_by(candidates).values()))
    return RINGS_OF_FEW * count * (count * (count - 1) - int(forbidden.sum())) * larger
