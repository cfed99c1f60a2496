"""The member organisations, spread over the country and in size as the sector is: many small, few large."""

from decimal import Decimal
from random import Random

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.core.i18n import sort_key
from peerreview.demo import names
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation, WorkField
from peerreview.organisations.places import Place, all_places
from peerreview.organisations.services import ensure_work_fields

# The organisations of the mock-ups come first, so that the demo's people have a fixed home.
FIXED = (
    ("Lindenhof Welzijn", "Zutphen", 46), ("Brugveld", "Zwolle", 58), ("Groenewaard", "Doetinchem", 31),
    ("Heidezoom", "Ede", 74), ("Havenlicht", "Harlingen", 22), ("Kantlijn", "Leiden", 120),
    ("Maasbocht Welzijn", "Roermond", 88), ("Polderhart", "Emmeloord", 17), ("Rijnkade", "Wageningen", 39),
    ("Stroomop", "Nijmegen", 145), ("Vechtoever", "Ommen", 12), ("Weefwerk", "Enschede", 210),
)  # fmt: skip


def make_members(count: int, random: Random) -> list[Organisation]:
    """So many members, the fixed ones first; each with coordinates of a real place and one to five work fields."""
    fields = ensure_work_fields()
    places = [place for place in all_places() if place.population >= 1500]
    weights = [place.population**0.6 for place in places]
    by_name = {place.name: place for place in all_places()[::-1]}
    fixed = [(name, by_name[place], Decimal(fte)) for name, place, fte in FIXED]
    drawn = [
        (name, random.choices(places, weights)[0], _size(random))
        for name in names.organisation_names(count - len(fixed), random, tuple(name for name, *_ in FIXED))
    ]
    members = [
        _organisation(number, name, place, fte, _some(fields, random))
        for number, (name, place, fte) in enumerate((fixed + drawn)[:count])
    ]
    db.session.add_all(members)
    db.session.flush()
    return members


def _size(random: Random) -> Decimal:
    return Decimal(round(min(900.0, random.lognormvariate(3.2, 1.05)) * 2) / 2).quantize(Decimal("0.1"))


def _some(fields: list[WorkField], random: Random) -> list[WorkField]:
    return random.sample(fields, random.choice((1, 2, 2, 3, 3, 4, 5)))


def _organisation(number: int, name: str, place: Place, fte: Decimal, fields: list[WorkField]) -> Organisation:
    slug = sort_key(name).replace(" ", "-")
    return Organisation(
        kvk=f"{99000000 + number * 37 % 999983:08d}"[:8], name=name, sort_name=sort_key(name), slug=f"{slug}-{number}",
        place=place.name, province=place.province, latitude=place.latitude, longitude=place.longitude, fte=fte,
        contact_name="", contact_email=f"info@{slug}.example", website=f"https://{slug}.example",
        state=OrganisationState.MEMBER, state_since=clock.now(), work_fields=fields,
    )  # fmt: skip
