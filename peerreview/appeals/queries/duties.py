"""What of appeals and complaints waits for whom, with its day."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation
from peerreview.appeals.clocks import PANEL, seat_answer_by
from peerreview.appeals.lifecycle import AppealState, ComplaintState, PanelAnswer
from peerreview.appeals.models import Appeal, Complaint, PanelMember
from peerreview.commission.models import Decision, Interest
from peerreview.commission.queries.duties import kept_out
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.organisations.models import Organisation

ADMIT, SEAT, PANEL_KIND, FORM = "appeals.admit", "appeals.seat", "appeals.decide", "appeals.panel"
ACKNOWLEDGE, ANSWER = "appeals.acknowledge", "appeals.answer"
ALL_ROLES = tuple(role.value for role in Role)


def _lodged() -> Question:
    return (
        select(Appeal.id, Appeal.admissible_by, Appeal.lodged_at, Organisation.name)
        .join(Organisation, Organisation.id == Appeal.organisation_id)
        .where(Appeal.state == AppealState.LODGED)
    )


def _unmanned() -> Question:
    """Appeals that were taken up and do not have three people who were asked or sit."""
    standing = (
        select(func.count())
        .where(PanelMember.appeal_id == Appeal.id, PanelMember.answer != PanelAnswer.DECLINED)
        .correlate(Appeal)
        .scalar_subquery()
    )
    return (
        select(Appeal.id, Appeal.state_since, Organisation.name)
        .join(Organisation, Organisation.id == Appeal.organisation_id)
        .where(Appeal.state == AppealState.ADMITTED, standing < PANEL)
    )


def _seats() -> Question:
    return (
        select(
            PanelMember.id, Appeal.id.label("appeal_id"), PanelMember.person_id,
            Affiliation.organisation_id.label("held_in"), PanelMember.answer, PanelMember.asked_at, Appeal.decide_by,
            Affiliation.role, Organisation.name,
        )
        .join(Appeal, Appeal.id == PanelMember.appeal_id)
        .join(Organisation, Organisation.id == Appeal.organisation_id)
        .join(Affiliation, Affiliation.person_id == PanelMember.person_id)
        .where(Appeal.state == AppealState.ADMITTED, PanelMember.answer != PanelAnswer.DECLINED)
        .where(Affiliation.ended_at.is_(None))
    )  # fmt: skip


def _kept() -> Question:
    """Who has an interest in a dossier about which an appeal runs."""
    return (
        select(Interest.id, Appeal.id.label("subject_id"), Interest.person_id)
        .join(Decision, Decision.dossier_id == Interest.dossier_id)
        .join(Appeal, Appeal.decision_id == Decision.id)
        .where(Appeal.state.in_((AppealState.LODGED, AppealState.ADMITTED)))
    )


def _complaints() -> Question:
    return select(
        Complaint.id, Complaint.state, Complaint.received_at, Complaint.acknowledge_by, Complaint.answer_by
    ).where(Complaint.state.in_((ComplaintState.RECEIVED, ComplaintState.ACKNOWLEDGED)))


@deadlines(
    ADMIT, FORM, SEAT, PANEL_KIND, ACKNOWLEDGE, ANSWER,
    roles=ALL_ROLES, asks=(_lodged, _unmanned, _seats, _kept, _complaints),
)  # fmt: skip
def appeals_waited_for(
    lodged: Iterable[Any], unmanned: Iterable[Any], seats: Iterable[Any], kept: Iterable[Any], complaints: Iterable[Any]
) -> Iterator[Due]:
    """Each appeal to take up or not, each panel to form and each place on one, each complaint.

    The hands of a panel member are those of that person alone, in whichever role they act.
    """
    out = kept_out(kept)
    for row in lodged:
        title = _l("Say whether the appeal of %(name)s is taken up", name=row.name)
        yield Due(
            ADMIT,
            row.id,
            title,
            row.admissible_by,
            OFFICE,
            f"/appeals/{row.id}",
            since=row.lodged_at,
            kept_from=out[row.id],
        )
    for row in unmanned:
        title = _l("Form the panel for the appeal of %(name)s", name=row.name)
        day = seat_answer_by(clock.local(row.state_since).date())
        yield Due(
            FORM, row.id, title, day, OFFICE, f"/appeals/{row.id}/panel", since=row.state_since, kept_from=out[row.id]
        )
    people: dict[int, list[Any]] = {}
    for row in seats:
        people.setdefault(row.id, []).append(row)
    for seat_id, rows in people.items():
        yield _seat(seat_id, rows, out[rows[0].appeal_id] - {rows[0].person_id})
    for row in complaints:
        received = row.state == ComplaintState.RECEIVED
        kind, day = (ACKNOWLEDGE, row.acknowledge_by) if received else (ANSWER, row.answer_by)
        title = _l("Tell who complained that you look into it") if received else _l("Answer a complaint")
        yield Due(kind, row.id, title, day, OFFICE, f"/complaints/{row.id}", since=row.received_at)


def _seat(seat_id: int, rows: list[Any], kept: frozenset[int]) -> Due:
    first = rows[0]
    hands = tuple(Hand(row.role.value, row.held_in, first.person_id) for row in rows)
    link = f"/appeals/{first.appeal_id}"
    if first.answer == PanelAnswer.ASKED:
        title, day = _l("Say whether you can sit on a panel"), seat_answer_by(clock.local(first.asked_at).date())
        return Due(SEAT, seat_id, title, day, hands, link, since=first.asked_at, kept_from=kept)
    title = _l("Decide on the appeal of %(name)s", name=first.name)
    return Due(PANEL_KIND, seat_id, title, first.decide_by, hands, link, since=first.asked_at, kept_from=kept)
