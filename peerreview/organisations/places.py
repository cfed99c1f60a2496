"""Dutch places: where one lies, found by its name however it is written.

The list is places-nl.csv beside this file: 1,966 places with province and coordinates (WGS 84) from GeoNames
(geonames.org, CC BY 4.0; name the source where places are shown on a map). Its few foreign or administrative names get
the name that people use. Small villages may be missing: then there is a province, but no place on the map.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from peerreview.organisations.wrong import Wrong
from peerreview.organisations.wrong import mark as _l

FILE = Path(__file__).with_name("places-nl.csv")
SOURCE = "GeoNames (geonames.org), CC BY 4.0"
PROVINCES = (
    "Drenthe", "Flevoland", "Friesland", "Gelderland", "Groningen", "Limburg", "Noord-Brabant", "Noord-Holland",
    "Overijssel", "Utrecht", "Zeeland", "Zuid-Holland",
)  # fmt: skip
# What the list calls otherwise than the people who live there.
RENAMED = {
    "The Hague": "Den Haag", "Almere Stad": "Almere", "Noordwijk-Binnen": "Noordwijk", "'s Gravenmoer": "'s-Gravenmoer",
    "t Goy": "'t Goy", "t Harde": "'t Harde", "t Loo": "'t Loo", "t Veld": "'t Veld",
}  # fmt: skip
# Other names by which people may write a place or province.
ALSO = {
    "gravenhage": "Den Haag", "the hague": "Den Haag", "den bosch": "'s-Hertogenbosch", "ljouwert": "Leeuwarden",
    "snits": "Sneek", "katwijk": "Katwijk aan Zee", "capelle": "Capelle aan den IJssel",
    "alphen": "Alphen aan den Rijn", "krimpen": "Krimpen aan den IJssel", "son": "Son en Breugel",
}  # fmt: skip
PROVINCE_ALSO = {
    "fryslan": "Friesland", "brabant": "Noord-Brabant", "north brabant": "Noord-Brabant", "zealand": "Zeeland",
    "north holland": "Noord-Holland", "south holland": "Zuid-Holland", "noordbrabant": "Noord-Brabant",
    "noordholland": "Noord-Holland", "zuidholland": "Zuid-Holland", "n brabant": "Noord-Brabant",
    "n holland": "Noord-Holland", "z holland": "Zuid-Holland", "nb": "Noord-Brabant", "nh": "Noord-Holland",
    "zh": "Zuid-Holland", "gld": "Gelderland", "ov": "Overijssel", "fr": "Friesland", "gr": "Groningen",
    "dr": "Drenthe", "fl": "Flevoland", "li": "Limburg", "ut": "Utrecht", "ze": "Zeeland", "zld": "Zeeland",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map; latitude and longitude in degrees, None when we do not know where it lies."""

    name: str
    province: str
    latitude: float | None
    longitude: float | None
    population: int = 0

    @property
    def known(self) -> bool:
        return self.latitude is not None


def folded(name: str) -> str:
    """A name as it is compared: no capitals, accents, apostrophes or hyphens, no 's- or 't in front, Sint in full."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"['’‘`´]", "", plain)
    plain = re.sub(r"\ba\s?/\s?d\b|\ba\.\s?d\.?(?=\s)", "aan den", plain)
    plain = " ".join(re.sub(r"[^\w]+", " ", plain).split())
    plain = re.sub(r"^(s|t) (?=\w)", "", plain)
    return re.sub(r"^st (?=\w)", "sint ", plain)


@cache
def all_places() -> tuple[Place, ...]:
    """Every place of the list, the largest first."""
    with FILE.open(encoding="utf-8", newline="") as file:
        places = [
            Place(
                RENAMED.get(row["name"], row["name"]), row["province"], float(row["latitude"]), float(row["longitude"]),
                int(row["population"] or 0),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return tuple(sorted(places, key=lambda place: -place.population))


@cache
def _by_name() -> dict[str, tuple[Place, ...]]:
    """The places by their folded name, the largest first; of two in one province only the largest."""
    found: dict[str, dict[str, Place]] = {}
    for place in all_places():
        found.setdefault(folded(place.name), {}).setdefault(place.province, place)
    return {name: tuple(by_province.values()) for name, by_province in found.items()}


def find_province(text: str) -> str:
    """The province that is meant; raises Wrong when there is none."""
    key = folded(text)
    for province in PROVINCES:
        if folded(province) == key:
            return province
    if key in PROVINCE_ALSO:
        return PROVINCE_ALSO[key]
    raise Wrong(_l("“%(text)s” is not a Dutch province."), text=text[:60])


def find_place(name: str, province: str | None = None) -> Place:
    """The place that is meant. Without its province only when there is one place with that name.

    Raises Wrong, in words for who wrote it: unknown (and what may be meant), in several provinces, in another province.
    """
    chosen = find_province(province) if province and province.strip() else None
    key = folded(name)
    places = _by_name().get(folded(ALSO[key]) if key in ALSO else key, ())
    if chosen:
        here = [place for place in places if place.province == chosen]
        if here:
            return here[0]
        if places:
            raise Wrong(
                _l("%(place)s lies in %(known)s, not in %(given)s."),
                place=places[0].name, known=_or(places), given=chosen,
            )  # fmt: skip
    elif len(places) == 1:
        return places[0]
    elif places:
        raise Wrong(
            _l("There is more than one %(place)s: in %(known)s. Add the province."),
            place=places[0].name,
            known=_or(places),
        )
    close = similar(name, chosen)
    if close:
        raise Wrong(_l("We do not know the place “%(place)s”. Do you mean %(close)s?"), place=name[:60], close=close[0])
    raise Wrong(_l("We do not know the place “%(place)s”."), place=name[:60])


def similar(name: str, province: str | None = None) -> list[str]:
    """At most three known names that look like this one, in this province when it is given."""
    names = {
        key: places for key, places in _by_name().items() if not province or any(p.province == province for p in places)
    }
    return [names[key][0].name for key in get_close_matches(folded(name), names, n=3, cutoff=0.72)]


def place_or_unknown(name: str, province: str | None = None) -> tuple[Place, Wrong | None]:
    """As find_place; but with its province a place is taken over that our list does not have, or not there.

    Then it has no coordinates, and the second value says so, for a notice. Raises Wrong for everything else.
    """
    try:
        return find_place(name, province), None
    except Wrong as wrong:
        if not (province and province.strip()):
            raise
        return Place(" ".join(name.split()), find_province(province), None, None), wrong


def _or(places: tuple[Place, ...]) -> str:
    return " / ".join(place.province for place in places)
