"""In which region of school holidays an organisation lies.

The government divides the country by municipality. We know an organisation's place and province, so we go by province,
with the places of which we know that they lie in another region than most of their province: in Gelderland Hattem (north)
and the towns around Arnhem and Nijmegen and in the Bommelerwaard (south), in Utrecht Eemnes (north), in Flevoland
Zeewolde (middle), in Noord-Brabant the Land van Heusden en Altena (middle). A village that is not in this list counts
as its province, which can be wrong by a week: it is a hint on a calendar, and the people there know better.
"""

from peerreview.organisations.places import folded
from peerreview.visits.lifecycle import Region

OF_PROVINCE = {
    "Drenthe": Region.NORTH, "Flevoland": Region.NORTH, "Friesland": Region.NORTH, "Groningen": Region.NORTH,
    "Noord-Holland": Region.NORTH, "Overijssel": Region.NORTH,
    "Gelderland": Region.MIDDLE, "Utrecht": Region.MIDDLE, "Zuid-Holland": Region.MIDDLE,
    "Limburg": Region.SOUTH, "Noord-Brabant": Region.SOUTH, "Zeeland": Region.SOUTH,
}  # fmt: skip
_ELSEWHERE: dict[Region, dict[str, tuple[str, ...]]] = {
    Region.NORTH: {"Gelderland": ("Hattem",), "Utrecht": ("Eemnes",)},
    Region.MIDDLE: {
        "Flevoland": ("Zeewolde",), "Noord-Brabant": ("Werkendam", "Sleeuwijk", "Nieuwendijk", "Woudrichem"),
    },
    Region.SOUTH: {
        "Gelderland": (
            "Arnhem", "Nijmegen", "Beuningen", "Didam", "Dieren", "Doesburg", "Druten", "Duiven", "Elst", "Bemmel",
            "Gendt", "Groesbeek", "Huissen", "Malden", "Oosterbeek", "Renkum", "Rheden", "Velp", "Westervoort",
            "Wijchen", "Zaltbommel", "Zevenaar",
        ),
    },
}  # fmt: skip
_OF_PLACE = {
    (province, folded(place)): region
    for region, provinces in _ELSEWHERE.items()
    for province, places in provinces.items()
    for place in places
}


def region_of(place: str, province: str) -> Region | None:
    """The region of a place; None for a province that we do not know."""
    return _OF_PLACE.get((province, folded(place))) or OF_PROVINCE.get(province)
