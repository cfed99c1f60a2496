"""Letters about appeals and complaints. A letter to the panel or to who defends says nothing of the record itself."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.accounts.queries import organisation_name, people_with
from peerreview.appeals.lifecycle import PanelAnswer
from peerreview.appeals.models import Appeal, Complaint, PanelMember
from peerreview.appeals.queries.appeals import Case, case_with
from peerreview.appeals.queries.letters import outcome_sentence
from peerreview.commission.models import Decision
from peerreview.core import i18n, outbox
from peerreview.core.db import db

Words = Callable[[], tuple[str, str]]


def write(kind: str, people: Iterable[Person], words: Words, *, path: str, about: Any) -> int:
    """One letter for each reader, in their language, with a link to `path`; the number of letters."""
    readers = {person.id: person for person in people}.values()
    for person in readers:
        with i18n.speaking(person.language):
            subject, text = words()
            link = _("You find it here: %(link)s", link=outbox.address(path))
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), text, link]) + "\n", about=about,
            )  # fmt: skip
    return len(readers)


def _organisation(appeal: Appeal) -> list[Person]:
    own = appeal.organisation_id
    return [*people_with(Role.EXECUTIVE, own), *people_with(Role.COORDINATOR, own)]


def _write(kind: str, people: list[Person], appeal: Appeal, words: Words) -> int:
    return write(kind, people, words, path=f"/appeals/{appeal.id}", about=appeal)


def tell_lodged(appeal: Appeal, name: str) -> None:
    """To the secretariat: it came in, and by when it says whether it is taken up. To the organisation: we have it."""
    day = appeal.admissible_by
    _write("appeal.lodged", people_with(Role.SECRETARIAT), appeal, lambda: (
        _("%(name)s appeals against its decision", name=name),
        _("Say by %(day)s whether the appeal is taken up. Nothing changes meanwhile.", day=i18n.day(day)),
    ))  # fmt: skip
    _write("appeal.received", _organisation(appeal), appeal, lambda: (
        _("We have your appeal"),
        _("You hear by %(day)s whether it is taken up. Until there is an outcome nothing changes.", day=i18n.day(day)),
    ))  # fmt: skip


def tell_admitted(appeal: Appeal) -> None:
    """To the organisation: a panel handles it, until when. To who signed the decision: the defence is theirs."""
    day = appeal.decide_by
    _write("appeal.admitted", _organisation(appeal), appeal, lambda: (
        _("Your appeal is taken up"),
        _("Three people without any part in the review or the decision handle it. You hear by %(day)s.",
          day=i18n.day(day)),
    ))  # fmt: skip
    signer = select(Person).join(Decision, Decision.signed_by_id == Person.id).where(Decision.id == appeal.decision_id)
    held = select(Affiliation.person_id).where(Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None))
    defends = list(db.session.scalars(signer.where(Person.active, Person.id.in_(held))))
    _write("appeal.defence", defends, appeal, lambda: (
        _("Defend a decision that you signed"),
        _("There is an appeal against it. Read the grounds and write what the commission has to say."),
    ))  # fmt: skip


def tell_rejected(appeal: Appeal) -> None:
    """To the organisation: it is not taken up, and why."""
    _write("appeal.rejected", _organisation(appeal), appeal, lambda: (
        _("Your appeal is not taken up"), _("This is why:") + "\n" + appeal.motivation,
    ))  # fmt: skip


def tell_withdrawn(appeal: Appeal) -> None:
    """To the secretariat and the panel: the organisation took it back."""
    name = organisation_name(appeal.organisation_id)
    panel = [seat.person for seat in case_with(appeal).standing]
    about = "/appeals"
    words: Words = lambda: (  # noqa: E731 - said in the language of each reader
        _("%(name)s took its appeal back", name=name), _("You need not do anything for it any more."),
    )  # fmt: skip
    write("appeal.withdrawn", [*people_with(Role.SECRETARIAT), *panel], words, path=about, about=appeal)


def ask_for_panel(appeal: Appeal, person: Person) -> None:
    """To who is asked: about which organisation, and what it is."""
    name = organisation_name(appeal.organisation_id)
    _write("panel.ask", [person], appeal, lambda: (
        _("Can you sit on a panel of three?"),
        _("%(name)s appeals against a decision about its quality label. Three people without any part in it decide.",
          name=name) + " " + _("Say whether you can. Only then you read what it is about."),
    ))  # fmt: skip


def tell_answered(appeal: Appeal, seat: PanelMember) -> None:
    """To the secretariat: somebody takes part, or cannot."""
    yes, name = seat.answer == PanelAnswer.ACCEPTED, seat.person.name
    _write("panel.answered", people_with(Role.SECRETARIAT), appeal, lambda: (
        _("%(name)s sits on the panel", name=name) if yes else _("%(name)s cannot sit on the panel", name=name),
        _("The page of the appeal shows who sits now.") if yes else _("Please ask somebody else."),
    ))  # fmt: skip


def tell_hearing(case: Case) -> None:
    """To the organisation, the panel, the secretariat and who signed the decision: when and where."""
    appeal = case.appeal
    moment, place = appeal.hearing_at, appeal.hearing_place
    signer = [case.decision.signed_by] if case.decision.signed_by else []
    people = [*_organisation(appeal), *(seat.person for seat in case.panel), *people_with(Role.SECRETARIAT), *signer]
    _write("appeal.hearing", people, appeal, lambda: (
        _("Hearing on %(day)s", day=i18n.day(moment)),
        _("%(day)s at %(time)s, %(place)s.", day=i18n.day(moment, year=True), time=i18n.clock_time(moment), place=place),
    ))  # fmt: skip


def send_outcome(case: Case, readers: tuple[Person, ...]) -> int:
    """To the organisation: the outcome; the signed letter stands on the page. To the secretariat: that it went."""
    appeal, name = case.appeal, case.trajectory.organisation.name
    _write("appeal.closed", people_with(Role.SECRETARIAT), appeal, lambda: (
        _("The panel decided on the appeal of %(name)s", name=name), _("The letter was sent to the organisation."),
    ))  # fmt: skip
    return _write("appeal.outcome", list(readers), appeal, lambda: (
        _("The decision about your appeal"),
        outcome_sentence(case) + " " + _("In the letter you read why, and what happens next."),
    ))  # fmt: skip


# --- Complaints ------------------------------------------------------------------------------------------------------


def confirm_complaint(complaint: Complaint) -> None:
    """To who complained: we have it, with the private link and the days."""
    _to_writer("complaint.received", complaint, _("We have your complaint"), _(
        "You hear by %(first)s who looks into it, and have our answer by %(last)s.",
        first=i18n.day(complaint.acknowledge_by), last=i18n.day(complaint.answer_by),
    ))  # fmt: skip
    for person in people_with(Role.SECRETARIAT):
        with i18n.speaking(person.language):
            text = _("Acknowledge it by %(day)s.", day=i18n.day(complaint.acknowledge_by))
            link = outbox.address(f"/complaints/{complaint.id}")
            outbox.queue(
                "complaint.told", to=person.email, name=person.name, language=person.language,
                subject=_("A complaint came in"), about=complaint,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), text, link]) + "\n",
            )  # fmt: skip


def acknowledge_complaint(complaint: Complaint) -> None:
    """To who complained: we look into it."""
    text = _("We look into it. You have our answer by %(day)s.", day=i18n.day(complaint.answer_by))
    _to_writer("complaint.acknowledged", complaint, _("We look into your complaint"), text)


def answer_complaint(complaint: Complaint) -> None:
    """To who complained: the answer, word for word."""
    _to_writer("complaint.answered", complaint, _("The answer to your complaint"), complaint.answer)


def _to_writer(kind: str, complaint: Complaint, subject: str, text: str) -> None:
    link = _(
        "Only who has this link can follow the complaint: %(link)s",
        link=outbox.address(f"/complaint/{complaint.token}"),
    )
    greeting = _("Dear %(name)s,", name=complaint.name)
    outbox.queue(
        kind, to=complaint.email, name=complaint.name, language=complaint.language, subject=subject,
        body="\n\n".join([greeting, text, link]) + "\n", about=complaint,
    )  # fmt: skip
