"""Items and sites of a visit's programme, by default an interview of the whole team in the first hour."""

from datetime import timedelta

from peerreview.core.db import db, unit_of_work
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.models import ProgrammeItem, ProgrammeSite
from peerreview.visits.models import Visit


def make_item(visit: Visit, **fields: object) -> ProgrammeItem:
    values: dict[str, object] = {
        "visit_id": visit.id, "kind": ItemKind.INTERVIEW, "starts_at": visit.starts_at,
        "ends_at": visit.starts_at + timedelta(hours=1), "interlocutors": ["client"],
        "people": [member.person for member in visit.team],
    }  # fmt: skip
    item = ProgrammeItem(**(values | fields))
    with unit_of_work():
        db.session.add(item)
        db.session.flush()
    return item


def make_site(visit: Visit, name: str = "De Wissel", minutes: int = 15) -> ProgrammeSite:
    site = ProgrammeSite(visit_id=visit.id, name=name, minutes=minutes)
    with unit_of_work():
        db.session.add(site)
        db.session.flush()
    return site
