"""Drawing by lot so that anybody can repeat it: with the same seed, the same reviews come out in the same order."""

import hashlib
from collections.abc import Iterable


def drawn(review_ids: Iterable[int], count: int, seed: str) -> list[int]:
    """At most `count` of these, by lot. The order is that of the SHA-256 of the seed with the number of the review."""
    return sorted(set(review_ids), key=lambda number: (_ticket(seed, number), number))[:count]


def _ticket(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
