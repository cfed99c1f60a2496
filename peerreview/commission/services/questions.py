"""Asking back: the secretariat puts a question about one line of the checklist, the team or the organisation answers."""

from datetime import date

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.commission.completeness import DEFERRAL, ITEMS
from peerreview.commission.lifecycle import COMPLETENESS_QUESTION, Addressee, DeferralCause, QuestionState
from peerreview.commission.mail import questions as mail
from peerreview.commission.models import CompletenessQuestion, Decision, Dossier
from peerreview.commission.queries.questions import ANSWERED_IN, QUESTION, asked_with, team_of
from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotNow
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of


def ask_question(
    trajectory: Trajectory, *, item: str, addressee: Addressee, text: str, due_on: date, by: Actor
) -> CompletenessQuestion:
    """Ask the team or the organisation about one line of the checklist; they get a letter and have until `due_on`.

    Raises Invalid without words, with a day that has passed, or when nobody can answer; NotNow once the dossier is decided.
    """
    _check(trajectory, text, due_on)
    if item not in (*ITEMS, DEFERRAL):
        raise Invalid(_("Choose what the question is about."))
    with unit_of_work():
        question = CompletenessQuestion(
            trajectory_id=trajectory.id, item=item, addressee=addressee, text=text.strip(), due_on=due_on,
            asked_at=clock.now(), asked_by_id=by.person_id, state_since=clock.now(),
        )  # fmt: skip
        db.session.add(question)
        db.session.flush()
        audit.record("completeness_question.ask", question, by=by, after={"item": item, "addressee": addressee})
        _send(question)
    return question


def _check(trajectory: Trajectory, text: str, due_on: date) -> None:
    if trajectory.state not in ANSWERED_IN:
        raise NotNow(_("Nothing can be asked about this dossier now."))
    if not text.strip():
        raise Invalid(_("Write down what you want to know."))
    if due_on <= clock.today():
        raise Invalid(_("Choose a day in the future."))


def ask_what_is_missing(decision: Decision, *, by: Actor) -> CompletenessQuestion | None:
    """Put what the commission asks at a deferral to who can answer it: the organisation for information, the team for an
    inquiry. The day is that on which the commission takes it up again, else the round's working days for corrections.
    """
    if not decision.asks.strip():
        return None
    dossier = db.session.get_one(Dossier, decision.dossier_id)
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    inquiry = decision.deferral_cause == DeferralCause.INQUIRY and bool(team_of(trajectory.id))
    due_on = decision.return_on or clock.today()
    if due_on <= clock.today():
        due_on = clock.add_working_days(clock.today(), round_of(trajectory).rules.correct_within)
    side = Addressee.TEAM if inquiry else Addressee.ORGANISATION
    with unit_of_work():
        if not inquiry and not people_with(Role.COORDINATOR, trajectory.organisation_id):
            return None  # the executive has the letter; the secretariat asks by hand
        return ask_question(trajectory, item=DEFERRAL, addressee=side, text=decision.asks, due_on=due_on, by=by)


def _send(question: CompletenessQuestion) -> None:
    if not mail.ask(asked_with(question)):
        whole = question.addressee == Addressee.ORGANISATION
        raise Invalid(
            _("This organisation has no coordinator who can answer.") if whole else _("There is no team to ask.")
        )


def answer_question(question: CompletenessQuestion, *, text: str, by: Actor) -> None:
    """Answer; the secretariat is told. Raises NotNow when it was answered or withdrawn meanwhile."""
    if not text.strip():
        raise Invalid(_("Write your answer down."))
    with unit_of_work():
        _locked(question)
        _refuse_unless(QuestionState.ASKED, question)
        if db.session.get_one(Trajectory, question.trajectory_id).state not in ANSWERED_IN:
            raise NotNow(_("Nothing can be asked about this dossier now."))
        question.answer, question.answered_at, question.answered_by_id = text.strip(), clock.now(), by.person_id
        audit.change_state(question, COMPLETENESS_QUESTION, "answer", by=by)
        mail.tell_answered(asked_with(question))


def ask_question_again(question: CompletenessQuestion, *, text: str, due_on: date, by: Actor) -> None:
    """Ask further after an answer that does not do; what was asked and answered until now stays in the history."""
    with unit_of_work():
        _locked(question)
        _refuse_unless(QuestionState.ANSWERED, question)
        _check(db.session.get_one(Trajectory, question.trajectory_id), text, due_on)
        was = {"text": question.text, "answer": question.answer}
        history.keep(question, was | {"answered": _moment(question)}, by=by, apart=True)
        question.text, question.due_on, question.asked_at = text.strip(), due_on, clock.now()
        question.answer, question.answered_at, question.answered_by_id = "", None, None
        audit.change_state(question, COMPLETENESS_QUESTION, "ask_again", by=by)
        db.session.flush()
        _send(question)


def _moment(question: CompletenessQuestion) -> str:
    return question.answered_at.isoformat() if question.answered_at else ""


def withdraw_question(question: CompletenessQuestion, *, by: Actor) -> None:
    """Take a question back; who still had to answer it is told."""
    with unit_of_work():
        _locked(question)
        waited = question.state == QuestionState.ASKED
        if not COMPLETENESS_QUESTION.can(question.state, "withdraw"):
            raise NotNow(_("This question was already taken back."))
        audit.change_state(question, COMPLETENESS_QUESTION, "withdraw", by=by)
        if waited:
            mail.tell_withdrawn(asked_with(question))


@mover(QUESTION)
def move_question_day(question_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give who must answer another day."""
    with unit_of_work():
        question = db.session.get_one(CompletenessQuestion, question_id)
        _locked(question)
        before, question.due_on = question.due_on, due_on
        moved = {"before": {"due_on": before}, "after": {"due_on": due_on}}
        audit.record("completeness_question.move", question, by=by, reason=reason, **moved)


def _locked(question: CompletenessQuestion) -> None:
    db.session.refresh(question, with_for_update=True)


def _refuse_unless(state: QuestionState, question: CompletenessQuestion) -> None:
    if question.state != state:
        raise NotNow(_("Somebody was before you: this question now stands otherwise."))
