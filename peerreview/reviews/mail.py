"""Letters about reviews. They say that something is there to read and by when, never what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.reviews.models import Review
from peerreview.reviews.queries.delivery import TOLD_HOST

TOLD_TEAM = "reviews.released_team"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as its reader will get it, in their language; not yet queued."""

    kind: str
    person: Person
    subject: str
    body: str


def _written(kind: str, person: Person, subject: str, paragraphs: Iterable[str], path: str) -> Written:
    body = "\n\n".join([_("Hello %(name)s,", name=person.name), *paragraphs, outbox.address(path)]) + "\n"
    return Written(kind, person, subject, body)


def _queue(review: Review, letters: Iterable[Written]) -> None:
    for letter in letters:
        outbox.queue(
            letter.kind,
            to=letter.person.email,
            name=letter.person.name,
            language=letter.person.language,
            subject=letter.subject,
            body=letter.body,
            about=review,
        )


def _send(kind: str, review: Review, person: Person, subject: str, paragraphs: Iterable[str], path: str) -> None:
    _queue(review, [_written(kind, person, subject, paragraphs, path)])


def _hosts(review: Review) -> list[Person]:
    """Coordinators and executives of the host, each once."""
    organisation_id = review.visit.host.organisation_id
    found = {p.id: p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, organisation_id)}
    return list(found.values())


def _team(review: Review) -> list[Person]:
    return [member.person for member in review.visit.team]


def _leads(review: Review) -> list[Person]:
    return [member.person for member in review.visit.team if member.lead] or _team(review)


def released_letters(review: Review, due_on: date) -> list[Written]:
    """To the host: the report is there, answer by then. To the team: the host can read it."""
    host, team = review.visit.host.organisation.name, review.visit.reviewing.organisation.name
    within = review.visit.host.round.rules.fact_check_within
    path, letters = f"/reviews/{review.id}/report", []
    for person in _hosts(review):
        with i18n.speaking(person.language):
            read = _(
                "%(team)s wrote down what they saw and heard at your place. You can read the report now.", team=team
            )
            days = ngettext("%(num)s working day", "%(num)s working days", within)
            answer = _(
                "Say for each finding whether it is right; what you do not answer counts as agreed. You have %(days)s "
                "from the day on which you get this letter: until %(day)s if that is today.",
                days=days,
                day=i18n.day(due_on),
            )
            subject = _("The report of %(team)s about you is ready", team=team)
            letters.append(_written(TOLD_HOST, person, subject, [read, answer], path))
    for person in _team(review):
        with i18n.speaking(person.language):
            released = _(
                "All reports of this exchange were released at the same moment. %(host)s can answer until %(day)s.",
                host=host,
                day=i18n.day(due_on),
            )
            subject = _("Your report about %(host)s has been released", host=host)
            letters.append(_written(TOLD_TEAM, person, subject, [released], path))
    return letters


def tell_released(review: Review, due_on: date) -> None:
    """Queue what `released_letters` writes."""
    _queue(review, released_letters(review, due_on))


def tell_fact_checked(review: Review, questions: int, due_on: date) -> None:
    """To the lead reviewer: the host is ready, and so many answers wait for a verdict."""
    host = review.visit.host.organisation.name
    for person in _leads(review):
        with i18n.speaking(person.language):
            if questions:
                what = _(
                    "Some answers of %(host)s ask for your verdict. Accept or reject each, with a reason, by %(day)s.",
                    host=host,
                    day=i18n.day(due_on),
                )
            else:
                what = _("%(host)s agrees with everything. You can make the report final now.", host=host)
            _send(
                "reviews.fact_checked",
                review,
                person,
                _("%(host)s has answered your report", host=host),
                [what],
                f"/reviews/{review.id}/report",
            )


def ask_second_reader(review: Review, reader: Person, due_on: date | None) -> None:
    """To somebody who was not on the visit: read along what the host says, and give the lead reviewer advice."""
    host = review.visit.host.organisation.name
    with i18n.speaking(reader.language):
        why = _(
            "The reviewers of %(host)s ask you to look along. You were not on the visit, so you read with fresh eyes.",
            host=host,
        )
        what = _(
            "Read what the host says about the facts, and say for each answer: take it over, or leave it as it is."
        )
        when = _("The lead reviewer decides by %(day)s.", day=i18n.day(due_on)) if due_on else ""
        subject = _("Would you read along with the report about %(host)s?", host=host)
        paragraphs = [why, what, when] if when else [why, what]
        _send("reviews.second_reader", review, reader, subject, paragraphs, f"/reviews/{review.id}/report")


def tell_reader_replaced(review: Review, reader: Person) -> None:
    """To who was asked to read along before: somebody else does."""
    host = review.visit.host.organisation.name
    with i18n.speaking(reader.language):
        subject = _("You do not have to read along with the report about %(host)s", host=host)
        _send("reviews.reader_replaced", review, reader, subject, [_("Somebody else does that now.")], "/reviews")


def tell_advised(review: Review, reader: Person) -> None:
    """To the lead reviewer: the second reader has given advice on every answer."""
    host = review.visit.host.organisation.name
    for person in _leads(review):
        with i18n.speaking(person.language):
            subject = _("%(name)s has read along with the report about %(host)s", name=reader.name, host=host)
            what = _("Their advice stands beside each answer. You decide.")
            _send("reviews.advised", review, person, subject, [what], f"/reviews/{review.id}/report")


def tell_final(review: Review, plan_by: date) -> None:
    """To the host: the report is final, the improvement plan is next."""
    team = review.visit.reviewing.organisation.name
    for person in _hosts(review):
        with i18n.speaking(person.language):
            _send(
                "reviews.final",
                review,
                person,
                _("The report of %(team)s is final", team=team),
                [
                    _("The reviewers answered each of your remarks. You can read in the report what they changed."),
                    _("The next step is your improvement plan, by %(day)s.", day=i18n.day(plan_by)),
                ],
                f"/reviews/{review.id}/report",
            )


def stopped_letters(review: Review, reason: str) -> list[Written]:
    """To the team: this review was stopped, and why."""
    host, letters = review.visit.host.organisation.name, []
    for person in _team(review):
        with i18n.speaking(person.language):
            subject = _("Your review of %(host)s has stopped", host=host)
            paragraphs = [_("The reason: %(reason)s", reason=reason or "-"), _("You do not have to do anything.")]
            letters.append(_written("reviews.stopped", person, subject, paragraphs, f"/reviews/{review.id}"))
    return letters


def tell_stopped(review: Review, reason: str) -> None:
    """Queue what `stopped_letters` writes."""
    _queue(review, stopped_letters(review, reason))


def no_report_letters(review: Review, reason: str) -> list[Written]:
    """To the host of a review that was stopped because its team was late: no report comes, and why."""
    team, letters = review.visit.reviewing.organisation.name, []
    for person in _hosts(review):
        with i18n.speaking(person.language):
            subject = _("%(team)s makes no report about you in this round", team=team)
            paragraphs = [
                _("Their team was not ready in time, so their review of you has stopped."),
                _("The reason: %(reason)s", reason=reason or "-"),
                _("The secretariat contacts you about what comes instead. You do not have to do anything."),
            ]
            path = f"/trajectories/{review.visit.host_id}"
            letters.append(_written("reviews.no_report", person, subject, paragraphs, path))
    return letters


def tell_no_report(review: Review, reason: str) -> None:
    """Queue what `no_report_letters` writes."""
    _queue(review, no_report_letters(review, reason))
