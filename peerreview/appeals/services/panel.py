"""The panel of an appeal: three people who had no part in it, one of them in the chair."""

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.appeals import mail
from peerreview.appeals.clocks import PANEL
from peerreview.appeals.independence import why_not
from peerreview.appeals.lifecycle import AppealState, PanelAnswer
from peerreview.appeals.models import Appeal, PanelMember
from peerreview.appeals.queries.appeals import Case, case_with
from peerreview.appeals.queries.parts import parts_of
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow


def ask_for_panel(appeal: Appeal, *, person_id: int, chair: bool = False, by: Actor) -> None:
    """Ask somebody to sit; they get a letter and five working days.

    Raises Invalid for who had a part in the review or the decision, or has a tie; NotNow when three sit or were asked,
    and for somebody who was asked before.
    """
    with unit_of_work():
        case = _running(appeal)
        if any(seat.person_id == person_id for seat in case.seats):
            raise NotNow(_("This person was already asked."))
        if len(case.standing) >= PANEL:
            raise NotNow(_("Three people sit or were asked. First wait for their answer."))
        person = db.session.get(Person, person_id)
        if person is None or not person.active:
            raise Invalid(_("Choose somebody from the list."))
        refuse_unless_free(case, [person_id])
        if chair:
            _take_the_chair(case)
        seat = PanelMember(appeal_id=appeal.id, person_id=person_id, chair=chair, asked_at=clock.now())
        db.session.add(seat)
        db.session.flush()
        audit.record("panel.ask", appeal, by=by, after={"person_id": person_id, "chair": chair})
        mail.ask_for_panel(appeal, person)


def refuse_unless_free(case: Case, person_ids: list[int]) -> None:
    """Raises Invalid when one of them had a part in it."""
    parts = parts_of(case.decision.dossier, person_ids)
    if any(why_not(person_id, parts) for person_id in person_ids):
        raise Invalid(_("Who had a part in the review or the decision, or a tie with it, cannot sit on this panel."))


def accept_seat(case: Case, *, by: Actor) -> None:
    """Sit on the panel: from now on the dossier and the record are open to this person."""
    _answer(case, PanelAnswer.ACCEPTED, by)


def decline_seat(case: Case, *, by: Actor) -> None:
    """Say no, or no longer; the secretariat asks somebody else. What the panel agreed so far is asked again."""
    _answer(case, PanelAnswer.DECLINED, by)


def _answer(case: Case, answer: PanelAnswer, by: Actor) -> None:
    with unit_of_work():
        now = _running(case.appeal)
        seat = next((seat for seat in now.seats if seat.person_id == by.person_id), None)
        if seat is None or seat.answer == PanelAnswer.DECLINED:
            raise NotNow(_("You do not sit on this panel."))
        if seat.answer == answer:
            return
        if answer == PanelAnswer.ACCEPTED:
            refuse_unless_free(now, [seat.person_id])
        else:
            seat.chair = False
            forget_agreement(now)
        seat.answer, seat.answered_at = answer, clock.now()
        audit.record(f"panel.{answer.value}", now.appeal, by=by, after={"person_id": seat.person_id})
        db.session.flush()
        mail.tell_answered(now.appeal, seat)


def give_chair(appeal: Appeal, *, person_id: int, by: Actor) -> None:
    """Let one of the panel chair it."""
    with unit_of_work():
        case = _running(appeal)
        seat = next((seat for seat in case.standing if seat.person_id == person_id), None)
        if seat is None:
            raise Invalid(_("Choose somebody who sits on the panel."))
        _take_the_chair(case)
        seat.chair = True
        audit.record("panel.chair", appeal, by=by, after={"person_id": person_id})


def _take_the_chair(case: Case) -> None:
    for seat in case.seats:
        seat.chair = False


def forget_agreement(case: Case) -> None:
    """What was agreed must be agreed again: the text changed, or the panel."""
    for seat in case.seats:
        seat.agrees = None


def _running(appeal: Appeal) -> Case:
    db.session.refresh(appeal, with_for_update=True)
    if appeal.state != AppealState.ADMITTED:
        raise NotNow(_("There is no panel to form for this appeal now."))
    return case_with(appeal)
