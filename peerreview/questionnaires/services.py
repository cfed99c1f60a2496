"""Making a questionnaire, answering it by link or from paper, and closing it, after which its answers show.

Listens to "self_evaluation.submitted": what is still open then is closed. The rule that says what shows is in
disclosure.py; single answers leave no trace in the audit trail, for its hour would tell who gave them.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, uncounted, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import on
from peerreview.frameworks.queries import outline_of
from peerreview.questionnaires import queries
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.asking import (
    LONGEST_ANSWER,
    LONGEST_INTRODUCTION,
    LONGEST_QUESTION,
    MOST_OPEN,
    MOST_QUESTIONS,
    OwnQuestion,
    questions_of,
)
from peerreview.questionnaires.disclosure import OPEN, Question
from peerreview.questionnaires.lifecycle import Channel, Stage, Stance
from peerreview.questionnaires.models import Questionnaire, Response
from peerreview.trajectories.models import Trajectory

LONGEST_OPEN = 366  # days
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


# --- Making ----------------------------------------------------------------------------------------------------------


def set_questions(
    asked: Asked,
    *,
    norm_ids: Collection[int],
    own: Sequence[OwnQuestion],
    introduction: str,
    opens_on: date,
    closes_on: date,
    version: int,
    by: Actor,
) -> Questionnaire:
    """Make the list of this audience (`version` 0), or choose anew before its first day.

    A statement that was already worded keeps its words. NotNow once its first day has come or the self-evaluation was
    sent, StaleVersion when a colleague changed it meanwhile, Invalid for no or too many questions or impossible days.
    """
    _refuse_unless_changeable(asked)
    outline = outline_of(asked.trajectory.framework_version_id)
    before = asked.questionnaire.questions if asked.questionnaire else []
    questions = questions_of(norm_ids, own, outline, before)
    _check(questions, own, introduction)
    if not {one.norm_id for one in own if one.norm_id is not None} <= outline.by_id.keys():
        raise Invalid(_("Choose a norm of your own framework."))
    _check_days(opens_on, closes_on, first=clock.today())
    wanted = (questions, introduction, opens_on, closes_on)
    with unit_of_work():
        made = asked.questionnaire
        if made is None:
            made = Questionnaire(
                trajectory_id=asked.trajectory.id, audience=asked.audience, token=_token(), made_by_id=by.person_id,
                made_at=clock.now(),
            )  # fmt: skip
            db.session.add(made)
        elif (made.questions, made.introduction, made.opens_on, made.closes_on) == wanted:
            return made
        elif made.version != version:
            raise StaleVersion("")
        made.questions, made.introduction, made.opens_on, made.closes_on = wanted
        db.session.flush()
        audit.record("questionnaire.set", made, by=by, after=_told(made))
    return made


def reword(asked: Asked, *, texts: Mapping[str, tuple[str, str]], version: int, by: Actor) -> None:
    """Other words, (Dutch, English) by the id of a question; no English means the Dutch. Before the first day only."""
    _refuse_unless_changeable(asked)
    made = _made(asked)
    questions = []
    for question in made.questions:
        nl, en = texts.get(question["id"], ("", ""))
        if not nl:
            raise Invalid(_("Every question needs words in Dutch."))
        questions.append(question | {"text": {"nl": nl, "en": en or nl}})
    _check(questions, (), made.introduction)
    with unit_of_work():
        if made.version != version:
            raise StaleVersion("")
        made.questions = questions
        audit.record("questionnaire.reword", made, by=by)


def set_last_day(asked: Asked, *, closes_on: date, by: Actor) -> None:
    """Let the link stay open until this day. A closed list opens again, but only while nothing of it may be shown."""
    made = _made(asked)
    _refuse_unless_writing(asked)
    _check_days(made.opens_on, closes_on, first=None)
    if closes_on < clock.today():
        raise Invalid(_("Choose today or a later day."))
    with unit_of_work():
        made = _locked(made)
        if queries.results_of(made):
            raise NotNow(_("The answers can be read now. So no new answers can come in."))
        before, made.closed_at, made.closes_on = made.closes_on, None, closes_on
        audit.record("questionnaire.set_last_day", made, by=by, before={"day": before}, after={"day": closes_on})


def begin_again(asked: Asked, *, by: Actor) -> None:
    """Make the questions free again: what came in is thrown away unread, and the old link no longer works.

    For a mistake that was seen too late. NotNow when answers may be read, for then they would be chosen from.
    """
    made = _made(asked)
    _refuse_unless_writing(asked)
    with unit_of_work():
        made = _locked(made)
        if queries.results_of(made):
            raise NotNow(_("The answers can be read now. So you cannot begin again."))
        db.session.execute(delete(Response).where(Response.questionnaire_id == made.id))
        tomorrow = clock.add_working_days(clock.today(), 1)
        made.token, made.closed_at = _token(), None
        made.opens_on, made.closes_on = tomorrow, max(made.closes_on, tomorrow)
        audit.record("questionnaire.begin_again", made, by=by)


def close(asked: Asked, *, by: Actor) -> None:
    """No more answers, by link or from paper; the answers show when there are enough. Closing twice changes nothing."""
    made = _made(asked)
    if asked.stage == Stage.PREPARED:
        raise NotNow(_("This questionnaire is not open yet."))
    _close(made, by)


def _close(made: Questionnaire, by: Actor) -> None:
    with unit_of_work():
        made = _locked(made)
        if made.closed_at is None:
            made.closed_at = clock.now()
            audit.record("questionnaire.close", made, by=by)


@on("self_evaluation.submitted")
def close_what_is_open(trajectory: Trajectory, *, by: Actor) -> None:
    """The self-evaluation lies with others: what people said is counted, and stays as it is."""
    still = (Questionnaire.trajectory_id == trajectory.id) & Questionnaire.closed_at.is_(None)
    with unit_of_work():
        for made in db.session.scalars(select(Questionnaire).where(still).order_by(Questionnaire.id)).all():
            _close(made, by)


# --- Answering -------------------------------------------------------------------------------------------------------


def answer(token: str, *, answers: Mapping[str, str], language: str, client_key: str) -> bool:
    """Keep what one person answers by the link; the same `client_key` counts once. False for a link of nobody.

    NotNow when it is not open, Invalid when nothing was answered or an answer cannot be right.
    """
    with unit_of_work():
        asked = queries.asked_with(token, lock=True)
        if asked is None:
            return False
        if not asked.answerable:
            raise NotNow(_("This questionnaire is closed."))
        _keep(_made(asked), answers, language, client_key, Channel.WEB)
        return True


def type_sheet(asked: Asked, *, answers: Mapping[str, str], language: str, client_key: str) -> None:
    """Keep what stands on one sheet of paper; until the list is counted, also when its last day has passed."""
    with unit_of_work():
        made = _locked(_made(asked))
        if not Asked(asked.trajectory, asked.audience, made).typable:
            raise NotNow(_("This questionnaire is closed. No sheets can be added."))
        _keep(made, answers, language, client_key, Channel.PAPER)


def _keep(made: Questionnaire, answers: Mapping[str, str], language: str, client_key: str, channel: Channel) -> None:
    right = _right(made.questions, answers)
    key = f"{made.id}:{client_key[:50] or secrets.token_urlsafe(16)}"
    if db.session.scalar(select(Response.id).where(Response.client_key == key)) is not None:
        return
    id = uncounted()
    while db.session.get(Response, id) is not None:
        id = uncounted()
    answered = Response(
        id=id, questionnaire_id=made.id, client_key=key, answers=right, language=language, channel=channel,
        received_on=clock.today(),
    )  # fmt: skip
    db.session.add(answered)


def _right(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that were given, to questions that there are."""
    right = {}
    for question in questions:
        given = answers.get(question["id"], "").strip()
        if not given:
            continue
        if question["kind"] == OPEN and len(given) > LONGEST_ANSWER:
            raise Invalid(_("Use at most 2,000 characters for one answer."))
        if question["kind"] != OPEN and given not in list(Stance):
            raise Invalid(_("Choose one of the answers."))
        right[str(question["id"])] = given
    if not right:
        raise Invalid(_("Answer at least one question."))
    return right


# --- What may not be -------------------------------------------------------------------------------------------------


def _refuse_unless_writing(asked: Asked) -> None:
    if not asked.writing:
        raise NotNow(_("The self-evaluation was sent, so the questionnaires are closed."))


def _refuse_unless_changeable(asked: Asked) -> None:
    _refuse_unless_writing(asked)
    if not asked.changeable:
        raise NotNow(_("People can answer since the first day, so the questions no longer change."))


def _check(questions: Sequence[Question], own: Sequence[OwnQuestion], introduction: str) -> None:
    if not questions:
        raise Invalid(_("Choose at least one question."))
    if len(questions) > MOST_QUESTIONS or len(own) > MOST_OPEN:
        raise Invalid(_("Ask at most 15 questions. People who are tired stop halfway."))
    if any(len(text) > LONGEST_QUESTION for question in questions for text in question["text"].values()):
        raise Invalid(_("A question has at most 300 characters."))
    if len(introduction) > LONGEST_INTRODUCTION:
        raise Invalid(_("Use at most 1,000 characters."))


def _check_days(opens_on: date, closes_on: date, *, first: date | None) -> None:
    if first and opens_on < first:
        raise Invalid(_("Choose today or a later day."), ["opens_on"])
    if closes_on < opens_on:
        raise Invalid(_("The last day cannot be before the first day."), ["closes_on"])
    if (closes_on - opens_on).days > LONGEST_OPEN:
        raise Invalid(_("Choose a last day within a year."), ["closes_on"])


def _made(asked: Asked) -> Questionnaire:
    if asked.questionnaire is None:
        raise NotNow(_("There is no questionnaire yet."))
    return asked.questionnaire


def _locked(made: Questionnaire) -> Questionnaire:
    """The list as it stands now, for this act alone: nobody answers it while it is closed."""
    found = select(Questionnaire).where(Questionnaire.id == made.id).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def _token() -> str:
    """Four groups of five: 99 bits, and short enough to type over from paper; without letters that look alike."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(5)) for _group in range(4))


def _told(made: Questionnaire) -> dict[str, object]:
    return {
        "audience": made.audience, "questions": len(made.questions), "opens_on": made.opens_on,
        "closes_on": made.closes_on,
    }  # fmt: skip
