"""Member lists: looked at first, then applied as one whole, or thrown away."""

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _

from peerreview.accounts import services as accounts
from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, Refused
from peerreview.core.events import announce
from peerreview.organisations import queries
from peerreview.organisations.lifecycle import MEMBER_IMPORT, ImportState, OrganisationState
from peerreview.organisations.member_list import Row, compared, read_member_list, row_as_json, row_from_json
from peerreview.organisations.models import MemberImport, Organisation, WorkField
from peerreview.organisations.services.members import ensure_work_fields, facts_of, new_organisation, put_facts, told
from peerreview.organisations.words import said
from peerreview.organisations.wrong import Wrong

STATUSES = ("new", "changed", "unchanged", "wrong")


def preview_import(content: bytes, *, file_name: str, by: Actor) -> MemberImport:
    """Keep what this file says beside the members as they are now; no member changes yet.

    Raises Invalid, in words, when it is no member list.
    """
    with unit_of_work():
        ensure_work_fields()
        try:
            read = read_member_list(content, queries.known_work_fields())
        except Wrong as wrong:
            raise Invalid(said(wrong)) from wrong
        compared(read.rows, queries.members_by_kvk())
        preview = MemberImport(
            file_name=(file_name or "-")[-200:],
            rows=[row_as_json(row) for row in read.rows],
            counts=_counts(read.rows),
            notices=[[notice.message, notice.values] for notice in read.notices],
            uploaded_by_id=by.person_id,
            uploaded_at=clock.now(),
        )
        db.session.add(preview)
        audit.record("member_import.preview", preview, by=by, after={"file": preview.file_name, **preview.counts})
    return preview


def apply_import(preview: MemberImport, *, invite_contacts: bool = False, by: Actor) -> MemberImport:
    """Add and change every member of the list whose row is right: all of them in one transaction, or none.

    Rows are compared once more with the members as they are by now, and the report says what really happened. With
    `invite_contacts` the contact of each new member gets an invitation as its coordinator. Applying twice changes
    nothing. Announces `organisation.joined` for each new member. Raises NotNow when the list was thrown away.
    """
    with unit_of_work():
        db.session.refresh(preview, with_for_update=True)
        if preview.state == ImportState.APPLIED:
            return preview
        if preview.state == ImportState.DISCARDED:
            raise NotNow(_("This list was thrown away. Upload it again."))
        wrong = [kept for kept in preview.rows if kept["status"] == "wrong"]
        rows = [row_from_json(kept) for kept in preview.rows if kept["status"] != "wrong"]
        compared(rows, queries.members_by_kvk())
        joined = _write(rows, by=by)
        counts = _counts(rows)
        counts["wrong"] += len(wrong)
        counts["invited"] = _invite(joined, by=by) if invite_contacts else 0
        preview.rows = sorted([*wrong, *(row_as_json(row) for row in rows)], key=lambda kept: kept["row"])
        preview.counts, preview.applied_at = counts, clock.now()
        audit.change_state(preview, MEMBER_IMPORT, "apply", by=by)
    return preview


def discard_import(preview: MemberImport, *, by: Actor) -> MemberImport:
    """Throw the list away; no member changed. Raises NotNow when it was applied."""
    with unit_of_work():
        db.session.refresh(preview, with_for_update=True)
        if preview.state == ImportState.APPLIED:
            raise NotNow(_("This list was applied already."))
        if preview.state == ImportState.PREVIEWED:
            audit.change_state(preview, MEMBER_IMPORT, "discard", by=by)
            preview.rows = []
    return preview


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    found = Counter(row.status for row in rows)
    return {status: found[status] for status in STATUSES}


def _write(rows: Sequence[Row], *, by: Actor) -> list[Organisation]:
    """Write the new and changed rows; the new members."""
    fields = {field.code: field for field in queries.work_fields()}
    taken = queries.slugs()
    known = queries.members_by_kvk()
    members = queries.organisations_with(known[row.values["kvk"]].id for row in rows if row.status == "changed")
    joined = []
    for row in rows:
        facts = _facts(row, fields)
        if row.status == "new":
            organisation = new_organisation(facts, OrganisationState.MEMBER, taken=taken)
            joined.append(organisation)
            audit.record("organisation.import", organisation, by=by, after=told(facts))
        elif row.status == "changed":
            _change(members[known[row.values["kvk"]].id], facts, row, by=by)
    db.session.flush()
    for organisation in joined:
        announce("organisation.joined", organisation, by=by)
    return joined


def _change(organisation: Organisation, facts: dict[str, object], row: Row, *, by: Actor) -> None:
    before = facts_of(organisation)
    put_facts(
        organisation, {name: facts[name] for name in facts if name in row.changes or name in ("place", "province")}
    )
    was = {name: before[name] for name in row.changes}
    now = {name: facts[name] for name in row.changes}
    audit.record("organisation.import", organisation, by=by, before=told(was), after=told(now))


def _facts(row: Row, fields: dict[str, WorkField]) -> dict[str, object]:
    """The values of a row as `put_facts` takes them; what a new member needs and the row leaves out is empty."""
    facts = {name: value for name, value in row.values.items() if name not in ("latitude", "longitude")}
    if "work_fields" in facts:
        facts["work_fields"] = [fields[code] for code in facts["work_fields"] if code in fields]
    return facts


def _invite(joined: Sequence[Organisation], *, by: Actor) -> int:
    """Invite the contact of each new member as its coordinator; how many were."""
    invited = 0
    for organisation in joined:
        if not organisation.contact_email:
            continue
        try:
            accounts.invite(
                organisation.contact_email, name=organisation.contact_name, role=Role.COORDINATOR,
                organisation_id=organisation.id, by=by,
            )  # fmt: skip
        except Refused:
            continue  # an address that cannot be written to; the report counts who was invited
        invited += 1
    return invited
