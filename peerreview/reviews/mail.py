"""Letters about reviews. They say that something is there to read and by when, never what it says."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.reviews.models import Review


def _send(kind: str, review: Review, person: Person, subject: str, paragraphs: Iterable[str], path: str) -> None:
    body = "\n\n".join([_("Hello %(name)s,", name=person.name), *paragraphs, outbox.address(path)]) + "\n"
    outbox.queue(
        kind,
        to=person.email,
        name=person.name,
        language=person.language,
        subject=subject,
        body=body,
        about=review,
    )


def _hosts(review: Review) -> list[Person]:
    """Coordinators and executives of the host, each once."""
    organisation_id = review.visit.host.organisation_id
    found = {p.id: p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, organisation_id)}
    return list(found.values())


def _team(review: Review) -> list[Person]:
    return [member.person for member in review.visit.team]


def _leads(review: Review) -> list[Person]:
    return [member.person for member in review.visit.team if member.lead] or _team(review)


def tell_released(review: Review, due_on: date) -> None:
    """To the host: the report is there, answer by then. To the team: the host can read it."""
    host, team = review.visit.host.organisation.name, review.visit.reviewing.organisation.name
    path = f"/reviews/{review.id}/report"
    for person in _hosts(review):
        with i18n.speaking(person.language):
            _send(
                "reviews.released",
                review,
                person,
                _("The report of %(team)s about you is ready", team=team),
                [
                    _(
                        "%(team)s wrote down what they saw and heard at your place. You can read the report now.",
                        team=team,
                    ),
                    _(
                        "Say for each finding whether it is right. You have until %(day)s; what you do not answer "
                        "counts as agreed.",
                        day=i18n.day(due_on),
                    ),
                ],
                path,
            )
    for person in _team(review):
        with i18n.speaking(person.language):
            _send(
                "reviews.released",
                review,
                person,
                _("Your report about %(host)s has been released", host=host),
                [
                    _(
                        "All reports of this exchange were released at the same moment. %(host)s can answer until "
                        "%(day)s.",
                        host=host,
                        day=i18n.day(due_on),
                    ),
                ],
                path,
            )


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


def tell_stopped(review: Review, reason: str) -> None:
    """To the team: this review was stopped, and why."""
    host = review.visit.host.organisation.name
    for person in _team(review):
        with i18n.speaking(person.language):
            _send(
                "reviews.stopped",
                review,
                person,
                _("Your review of %(host)s has stopped", host=host),
                [_("The reason: %(reason)s", reason=reason or "-"), _("You do not have to do anything.")],
                f"/reviews/{review.id}",
            )
