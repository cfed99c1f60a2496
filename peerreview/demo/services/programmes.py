"""The programmes of visits to come and of visits that were held lately: the example for their hours and team."""

from sqlalchemy import insert

from peerreview.core.db import db
from peerreview.frameworks.outline import Outline
from peerreview.programmes.items import Item, windows
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.models import (
    ProgrammeItem,
    ProgrammeSite,
    programme_item_norm,
    programme_item_person,
)
from peerreview.programmes.programme import WHOLE_DAY
from peerreview.programmes.templates import example
from peerreview.visits.models import Visit

SITE, ROOMS = "Buurthuis De Wissel", ("Kamer 2.04", "Kamer 1.10", "Grote zaal")
KEPT_OUT = 3  # so many norms have no talk yet in a programme that is being made


def make_programme(visit: Visit, outline: Outline, *, whole: bool) -> int:
    """Give a visit its programme; how many items. One that is not `whole` still lacks a talk about a few norms."""
    if visit.starts_at is None or visit.ends_at is None:
        return 0
    site = ProgrammeSite(visit_id=visit.id, name=SITE, minutes=0)
    db.session.add(site)
    days = windows(visit.starts_at, visit.ends_at, WHOLE_DAY)
    team = [member.person_id for member in sorted(visit.team, key=lambda member: not member.lead)]
    items = example(days, team, outline.norms, list(outline.interlocutor_labels))
    left_out = set() if whole else {norm.id for norm in outline.norms[-2 * KEPT_OUT :: 2]}
    db.session.flush()
    rows = [_row(visit, item, n, site) for n, item in enumerate(items)]
    db.session.add_all(rows)
    db.session.flush()
    pairs = list(zip(rows, items, strict=True))
    people = [{"item_id": row.id, "person_id": id} for row, item in pairs for id in sorted(item.people)]
    norms = [{"item_id": row.id, "norm_id": id} for row, item in pairs for id in item.norms if id not in left_out]
    for table, links in ((programme_item_person, people), (programme_item_norm, norms)):
        if links:
            db.session.execute(insert(table), links)
    return len(rows)


def _row(visit: Visit, item: Item, n: int, site: ProgrammeSite) -> ProgrammeItem:
    out = item.kind == ItemKind.SHADOWING
    return ProgrammeItem(
        visit_id=visit.id, kind=item.kind, starts_at=item.starts_at, ends_at=item.ends_at,
        interlocutors=list(item.interlocutors), site_id=site.id if out else None,
        room="" if out or item.kind in (ItemKind.WALK, ItemKind.LUNCH) else ROOMS[n % len(ROOMS)],
    )  # fmt: skip
