"""Member organisations and work fields."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.i18n import sort_key
from peerreview.core.outbox import Letter
from peerreview.organisations import services
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


def member_list(*rows: tuple[str, ...], header: str = "") -> bytes:
    """A CSV with these rows of (name, kvk, place, fte); what is left out is that of Lindenhof in Zutphen."""
    usual = ("", "", "Zutphen", "46,5")
    lines = [header or "Naam;KvK-nummer;Plaats;fte;Werksoorten;Contactpersoon;E-mail"]
    for row in rows:
        cells = (*row, *usual[len(row) :])
        lines.append(";".join([*cells, "opbouwwerk, jongerenwerk", "Samira El Idrissi", "samira@lindenhof.example"]))
    return "\r\n".join(lines).encode()


def ask_membership(outbox: Callable[[], list[Letter]], name: str = "Lindenhof Welzijn", kvk: str = "99000107") -> str:
    """An organisation that signed itself up but did not confirm yet; the token of the letter that it got."""
    services.ensure_work_fields()
    services.apply_for_membership(
        {"name": name, "kvk": kvk, "place": "Zutphen", "province": "", "fte": "46.5", "work_fields": ["youth"]},
        applicant_name="Samira El Idrissi", applicant_email="samira@lindenhof.example", language="nl",
    )  # fmt: skip
    [token] = re.findall(r"/join/(\S+)", outbox()[-1].body)
    return token
