"""What changes a programme: a first one from an example, its items and sites, and that it is final.

Announces "programme.final" with the visit and `by=`. Hears "visit.agreed" and "visit.moved": the items go along to the
new day; "visit.polling" and "visit.cancelled": letters that have not left are taken back. After it is final a programme
can still change, until the visit was held: the visit stays as it is, and everybody on it gets the programme anew, half
an hour after the last change.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, Refused, StaleVersion
from peerreview.core.events import announce, on
from peerreview.programmes import items, mail, queries, words
from peerreview.programmes.items import Item
from peerreview.programmes.models import ProgrammeItem, ProgrammeSite
from peerreview.programmes.programme import Programme
from peerreview.programmes.templates import example
from peerreview.visits.lifecycle import COMING, VISIT, VisitState
from peerreview.visits.models import Visit

MOST_ITEMS, MOST_SITES = 60, 20
FAR = 240  # minutes between two sites


# --- The whole ---------------------------------------------------------------------------------------------------------


def begin_from_template(visit: Visit, *, by: Actor, replace: bool = False) -> None:
    """Fill the programme with an example for the length and the team of this visit.

    With `replace` it takes the place of the items that are there (they can be put back one by one); without it those
    keep it away (NotNow).
    """
    with unit_of_work():
        programme = _open(visit)
        if programme.items and not replace:
            raise NotNow(_("There is a programme already. Say that the example may take its place."))
        for row in queries.rows_of(visit.id).values():
            row.removed_at = clock.now()
        proposed = proposed_items(programme)
        for item in proposed:
            _add(visit, item)
        audit.record("programme.begin", visit, by=by, before=len(programme.items), after=len(proposed))
        _changed(visit)


def proposed_items(programme: Programme) -> list[Item]:
    """The example for this visit, as plain values."""
    outline = programme.outline
    return example(programme.windows, list(programme.team), outline.norms, list(outline.interlocutor_labels))


def finish_programme(visit: Visit, *, by: Actor) -> None:
    """Make the programme final: everybody on the visit gets it. Announces "programme.final".

    Raises Invalid, with every hard clash as a problem, when something in it cannot be; NotNow when it is final already
    or the visit has no day to come.
    """
    with unit_of_work():
        programme = queries.programme_of(queries.visit_locked(visit.id))
        if not VISIT.can(programme.visit.state, "finish_programme"):
            raise NotNow(_("Only a programme that is not final yet, of a visit with a day, can be made final."))
        problems = [words.clash_line(clash, programme) for clash in programme.hard]
        if not programme.items:
            problems = [_("There is nothing in the programme yet.")]
        if problems:
            raise Invalid(_("The programme cannot be final yet."), problems)
        audit.change_state(programme.visit, VISIT, "finish_programme", by=by)
        mail.tell_final(programme)
        announce("programme.final", programme.visit, by=by)


# --- Items -------------------------------------------------------------------------------------------------------------


def add_item(visit: Visit, *, item: Item, by: Actor) -> int:
    """Add an item; its id. Raises Invalid with what cannot be right in it (a clash may)."""
    with unit_of_work():
        programme = _open(visit)
        _refuse(programme, item)
        if len(programme.items) >= MOST_ITEMS:
            raise NotNow(_("A programme has room for %(most)s items.", most=MOST_ITEMS))
        row = _add(visit, item)
        audit.record("programme_item.add", row, by=by, after=_facts(item))
        _changed(visit)
        return row.id


def edit_item(visit: Visit, *, item: Item, by: Actor) -> None:
    """Make the item with this id as it is here. Raises StaleVersion, with both, when it changed after `item.version`."""
    with unit_of_work():
        programme = _open(visit)
        row, now = _row(programme, item)
        _refuse(programme, item)
        _fill(row, item)
        audit.record("programme_item.edit", row, by=by, before=_facts(now), after=_facts(item))
        _changed(visit)


def arrange_item(visit: Visit, *, item: Item, by: Actor) -> None:
    """Say where the item with this id is, and note something; of `item` nothing else counts. Raises StaleVersion."""
    with unit_of_work():
        programme = _open(visit)
        row, now = _row(programme, item)
        if item.site_id is not None and item.site_id not in programme.site_names:
            raise Invalid(_("Choose a site of this visit."))
        before = {"site": now.site_id, "room": now.room}
        row.site_id, row.room, row.note = item.site_id, item.room, item.note
        audit.record("programme_item.arrange", row, by=by, before=before, after={"site": row.site_id, "room": row.room})
        _changed(visit)


def move_item(visit: Visit, *, item_id: int, earlier: bool, by: Actor) -> None:
    """Let an item change places with what its people do just before it, or after it; NotNow when there is nothing."""
    with unit_of_work():
        programme = _open(visit)
        item = programme.item(item_id)
        moved = items.swapped(programme.items, item, earlier=earlier) if item else None
        if not moved:
            raise NotNow(_("It is the first already.") if earlier else _("It is the last already."))
        rows = queries.rows_of(visit.id)
        _give_times(rows, moved)
        db.session.flush()
        after = {"starts_at": moved[item_id][0]}
        before = {"starts_at": item.starts_at} if item else {}
        audit.record("programme_item.move", rows[item_id], by=by, before=before, after=after)
        _changed(visit)


def remove_item(visit: Visit, *, item_id: int, by: Actor) -> None:
    """Take an item out; nothing happens when it is out. It can be put back."""
    _take(visit, item_id, out=True, by=by)


def restore_item(visit: Visit, *, item_id: int, by: Actor) -> None:
    """Put an item back that was taken out; nothing happens when it is there."""
    _take(visit, item_id, out=False, by=by)


def _take(visit: Visit, item_id: int, *, out: bool, by: Actor) -> None:
    with unit_of_work():
        _open(visit)
        row = queries.row_of(visit.id, item_id)
        if row is None or (row.removed_at is not None) == out:
            return
        row.removed_at = clock.now() if out else None
        audit.record("programme_item.remove" if out else "programme_item.restore", row, by=by)
        _changed(visit)


# --- Sites -------------------------------------------------------------------------------------------------------------


def add_site(visit: Visit, *, name: str, minutes: int, by: Actor) -> int:
    """Add a place, `minutes` away from the host's main site; its id. A name that is there gets these minutes."""
    if not name.strip() or not 0 <= minutes <= FAR:
        raise Invalid(_("Give the site a name, and how many minutes it is away (at most %(most)s).", most=FAR))
    with unit_of_work():
        programme = _open(visit)
        known = next((site for site in programme.sites if site.name.casefold() == name.strip().casefold()), None)
        if known is None and len(programme.sites) >= MOST_SITES:
            raise NotNow(_("A visit has room for %(most)s sites.", most=MOST_SITES))
        row = db.session.get_one(ProgrammeSite, known.id) if known else ProgrammeSite(visit_id=visit.id)
        row.name, row.minutes = name.strip(), minutes
        db.session.add(row)
        db.session.flush()
        after = {"name": row.name, "minutes": minutes}
        audit.record(
            "programme_site.add", row, by=by, before={"minutes": known.minutes} if known else None, after=after
        )
        return row.id


def remove_site(visit: Visit, *, site_id: int, by: Actor) -> None:
    """Take a site away; Refused as long as an item is there. Nothing happens when it is gone."""
    with unit_of_work():
        programme = _open(visit)
        used = [item for item in programme.items if item.site_id == site_id]
        if used:
            names = words.listed([words.item_name(item, programme) for item in used])
            raise Refused(_("Something is planned there: %(names)s. Move that first.", names=names))
        row = db.session.get(ProgrammeSite, site_id)
        if row is None or row.visit_id != visit.id:
            return
        for item in queries.used_site(site_id):  # they were taken out, and could come back
            item.site_id = None
        db.session.flush()
        audit.record("programme_site.remove", row, by=by, before={"name": row.name, "minutes": row.minutes})
        db.session.delete(row)


# --- The visit gets another day --------------------------------------------------------------------------------------


@on("visit.agreed")
@on("visit.moved")
def follow_visit(visit: Visit, *, by: Actor) -> None:
    """Bring the items to the days that the visit has now, at the same hours; what no longer fits is told as a clash."""
    programme = queries.programme_of(visit)
    if not programme.items:
        return
    with unit_of_work():
        moved = items.on_other_days(programme.items, [window.day for window in programme.windows])
        mail.take_back(visit)
        if moved:
            _give_times(queries.rows_of(visit.id), moved)
            audit.record("programme.follow", visit, by=by, after={"items": len(moved)})


@on("visit.polling")
@on("visit.cancelled")
def take_letters_back(visit: Visit, *, by: Actor) -> None:
    """Nobody is told any more that the programme of a day that is gone changed."""
    mail.take_back(visit)


# --- Common to all -----------------------------------------------------------------------------------------------------


def _open(visit: Visit) -> Programme:
    """The programme as it is now, kept from others until the act is over; NotNow when it can no longer change."""
    programme = queries.programme_of(queries.visit_locked(visit.id))
    if programme.visit.state not in COMING or not programme.windows:
        raise NotNow(_("Only the programme of a visit with a day, that is still to come, can change."))
    return programme


def _row(programme: Programme, item: Item) -> tuple[ProgrammeItem, Item]:
    """The row of this item and what stands there now; NotNow when it is gone, StaleVersion when it is newer."""
    row, now = queries.row_of(programme.visit.id, item.id), programme.item(item.id)
    if row is None or now is None:
        raise NotNow(_("Somebody took this item out of the programme just before you."))
    if row.version != item.version:
        raise StaleVersion(_("Somebody else changed this item just before you."), theirs=now, mine=item)
    return row, now


def _refuse(programme: Programme, item: Item) -> None:
    """Raise Invalid with everything in an item that cannot be right."""
    problems = []
    if item.ends_at <= item.starts_at:
        problems.append(_("It must end after it starts."))
    if item.day not in {window.day for window in programme.windows}:
        problems.append(_("Choose a day of the visit."))
    if not item.people <= set(programme.names):
        problems.append(_("Choose people of the team."))
    if not set(item.norms) <= set(programme.outline.by_id):
        problems.append(_("Choose norms of the framework."))
    if not set(item.interlocutors) <= set(programme.outline.interlocutor_labels):
        problems.append(_("Choose functions of the framework."))
    if item.site_id is not None and item.site_id not in programme.site_names:
        problems.append(_("Choose a site of this visit."))
    if problems:
        raise Invalid(_("This item cannot be like this."), problems)


def _add(visit: Visit, item: Item) -> ProgrammeItem:
    row = ProgrammeItem(visit_id=visit.id)
    _fill(row, item)
    db.session.add(row)
    db.session.flush()
    return row


def _fill(row: ProgrammeItem, item: Item) -> None:
    row.kind, row.title, row.note = item.kind, item.title, item.note
    row.starts_at, row.ends_at = item.starts_at, item.ends_at
    row.site_id, row.room = item.site_id, item.room
    row.interlocutors = list(item.interlocutors)
    flag_modified(row, "interlocutors")  # so that the version rises also when only people or norms change
    row.people, row.norms = queries.people_with_ids(item.people), queries.norms_with_ids(item.norms)


def _give_times(rows: dict[int, ProgrammeItem], moved: dict[int, tuple[datetime, datetime]]) -> None:
    for id, (starts_at, ends_at) in moved.items():
        rows[id].starts_at, rows[id].ends_at = starts_at, ends_at


def _facts(item: Item) -> dict[str, Any]:
    """What the audit trail keeps of an item: no texts."""
    return {
        "kind": item.kind, "starts_at": item.starts_at, "ends_at": item.ends_at, "people": sorted(item.people),
        "norms": list(item.norms), "functions": list(item.interlocutors), "site": item.site_id, "room": item.room,
    }  # fmt: skip


def _changed(visit: Visit) -> None:
    """A final programme that changed is sent to everybody anew."""
    db.session.flush()
    now = queries.programme_of(queries.visit_locked(visit.id))
    if now.visit.state == VisitState.PROGRAMME_FINAL:
        mail.tell_changed(now)
