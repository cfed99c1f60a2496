"""How far two organisations are from each other, and how long their reviewers are on the road.

Only coordinates are known, no road network, so the minutes are an estimate to compare partners by; pages say "count on
about". The distance is the great circle on a sphere with the earth's mean radius. The road is taken as 1.3 times as
long: an assumption for a dense network (Newell 1980 found about 1.2 in towns; whole countries lie higher, Ballou,
Rahardja and Sakai 2002, Transportation Research A 36). The average speed grows with the length r of the road in km,
because a longer ride is for a larger part on motorways:

    speed(r) = 25 + 75 r / (r + 30) km/h        r = 5: 36    r = 30: 62.5    r = 130: 86    never 100

That curve is our own assumption, set so that 43 km as the crow flies is 45 minutes. One formula serves one pair and
the whole table, so that the explanation of a match shows the very minutes by which it was chosen.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Place = tuple[float, float]

EARTH_RADIUS_KM = 6371.0088
DETOUR = 1.3
SLOWEST_KMH, GAIN_KMH, HALFWAY_KM = 25.0, 75.0, 30.0


def distance_km(here: Place, there: Place) -> float:
    """Kilometres along the great circle between two places, each (latitude, longitude) in degrees."""
    return float(distances_km([here, there])[0, 1])


def travel_minutes(here: Place, there: Place) -> int:
    """Estimated whole minutes by road, one way; the same in both directions."""
    return int(minutes_by_road(distance_km(here, there)))


def distances_km(places: Sequence[Place]) -> Floats:
    """The table of kilometres between all places: the angle over the chord between points on the unit sphere."""
    points = np.array([_on_unit_sphere(place) for place in places]).reshape(-1, 3)
    return _along_the_sphere(sum(np.square(axis[:, None] - axis[None, :]) for axis in points.T))


def distances_from(here: Place, places: Sequence[Place]) -> Floats:
    """The kilometres from one place to each of these: one row of `distances_km`."""
    points = np.array([_on_unit_sphere(place) for place in (here, *places)])
    return _along_the_sphere(sum(np.square(axis[0] - axis[1:]) for axis in points.T))


def _along_the_sphere(squared_chord: Any) -> Floats:
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(np.sqrt(squared_chord) / 2, 1.0)))


def minutes_by_road(kilometres: Floats | float) -> Ints:
    """Estimated whole minutes by road for distances as the crow flies."""
    road = DETOUR * np.asarray(kilometres)
    speed = SLOWEST_KMH + GAIN_KMH * road / (road + HALFWAY_KM)
    return np.asarray(np.rint(60 * road / speed)).astype(np.int64)


@lru_cache(maxsize=8192)
def _on_unit_sphere(place: Place) -> tuple[float, float, float]:
    latitude, longitude = math.radians(place[0]), math.radians(place[1])
    return math.cos(latitude) * math.cos(longitude), math.cos(latitude) * math.sin(longitude), math.sin(latitude)
