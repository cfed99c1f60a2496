"""Made-up candidates for trials of the matching: towns as in the Netherlands, the same for the same seed."""

import math
import random

from peerreview.marketplace.fit import Candidate
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish

CENTRES = (
    (52.37, 4.90),
    (51.92, 4.48),
    (52.08, 4.31),
    (52.09, 5.12),
    (51.44, 5.47),
    (53.22, 6.57),
    (51.59, 4.78),
    (52.22, 6.89),
    (51.84, 5.86),
    (52.51, 6.09),
    (50.85, 5.69),
    (53.20, 5.80),
    (51.50, 3.61),
    (52.63, 4.75),
)
WORK_FIELDS = ("community", "youth", "social", "carers", "debt", "elderly", "volunteers", "refugees")
COMPETENCIES = tuple(f"C{number}" for number in range(1, 11))
MONTHS = (3, 4, 5, 6, 9, 10, 11)


def make_candidates(n: int, seed: int) -> list[Candidate]:
    """n candidates with keys 1..n: clustered, sizes lognormal around 35 fte, a few groups, exclusions and memories."""
    rng = random.Random(seed)
    return [_make_candidate(key, n, rng) for key in range(1, n + 1)]


def _make_candidate(key: int, n: int, rng: random.Random) -> Candidate:
    latitude, longitude = rng.choice(CENTRES)
    others = [other for other in range(1, n + 1) if other != key] or [0]
    return Candidate(
        key=key,
        name=f"Organisation {key}",
        latitude=latitude + rng.gauss(0, 0.12),
        longitude=longitude + rng.gauss(0, 0.18),
        fte=round(rng.lognormvariate(math.log(35), 0.8), 1),
        work_fields=_some(rng, WORK_FIELDS, 2, 5),
        max_travel_minutes=rng.choice((45, 60, 60, 75, 90, 120)),
        learning=_some(rng, COMPETENCIES, 0, 3),
        strengths=_some(rng, COMPETENCIES, 1, 4),
        months=frozenset(rng.sample(MONTHS, rng.randint(2, 5))),
        experienced=rng.random() < 0.5,
        conflicts={rng.choice(others): ("same_group",)} if rng.random() < 0.1 else {},
        unwaived={rng.choice(others): ("same_tender",)} if rng.random() < 0.05 else {},
        cautions={rng.choice(others): ("subcontracting",)} if rng.random() < 0.1 else {},
        partner_fields=_some(rng, WORK_FIELDS, 1, 2) if rng.random() < 0.2 else frozenset(),
        partner_size=rng.choice(list(SizeWish)) if rng.random() < 0.3 else SizeWish.ANY,
        partner_experience=rng.choice(list(ExperienceWish)) if rng.random() < 0.3 else ExperienceWish.ANY,
        wished={other: rank for rank, other in enumerate(rng.sample(others, min(len(others), rng.randint(0, 3))), 1)},
        excluded=frozenset(rng.sample(others, 1)) if rng.random() < 0.1 else frozenset(),
        earlier_partners={rng.choice(others): rng.randint(1, 5)} if rng.random() < 0.5 else {},
    )


def _some(rng: random.Random, words: tuple[str, ...], fewest: int, most: int) -> frozenset[str]:
    return frozenset(rng.sample(words, rng.randint(fewest, most)))
