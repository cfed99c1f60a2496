"""How long a rehearsal takes, by its size: what would keep a page waiting is left to the worker.

Fitted to made-up rounds of 35 to 300 organisations (tests/matching/instances.py) on one core of an ordinary server.
Nearly all the time goes to the reasons: each organisation's next best partner is really tried. It need not be more
exact than tell a second from a minute.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from peerreview.marketplace.candidates import has_place

PAIRS, RINGS = 5e-5, 1e-4  # seconds for each two organisations, without rings and with them


def seconds_for(rows: Sequence[Mapping[str, Any]], rings: Sequence[int]) -> float:
    """About how many seconds the groups and reasons of these candidates take when rings of these sizes are made."""
    count = sum(has_place(row) for row in rows)
    return (RINGS if rings else PAIRS) * count**2
