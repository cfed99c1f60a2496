"""Member organisations and work fields."""

from decimal import Decimal
from itertools import count

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.i18n import sort_key
from peerreview.organisations.models import Organisation, WorkField

_number = count(1)


def make_work_field(code: str = "community", nl: str = "Opbouwwerk", en: str = "Community work") -> WorkField:
    known = db.session.scalars(select(WorkField).where(WorkField.code == code)).one_or_none()
    if known:
        return known
    field = WorkField(code=code, title={"nl": nl, "en": en})
    with unit_of_work():
        db.session.add(field)
        db.session.flush()
    return field


def make_organisation(name: str = "", **fields: object) -> Organisation:
    n = next(_number)
    name = name or f"Welzijn {n}"
    values: dict[str, object] = {
        "kvk": f"{90000000 + n}", "name": name, "sort_name": sort_key(name), "slug": f"organisation-{n}",
        "place": "Zutphen", "province": "Gelderland", "latitude": 52.14, "longitude": 6.19, "fte": Decimal("46.0"),
        "state_since": clock.now(), "work_fields": [make_work_field()],
    }  # fmt: skip
    organisation = Organisation(**(values | fields))
    with unit_of_work():
        db.session.add(organisation)
        db.session.flush()
    return organisation
