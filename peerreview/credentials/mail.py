"""Letters to a reviewer about being qualified."""

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import i18n, outbox
from peerreview.credentials.models import Qualification


def tell_qualified(qualification: Qualification, person: Person) -> None:
    """Until when, and where the badge is."""
    with i18n.speaking(person.language):
        parts = [
            _(
                "You are a qualified reviewer up to and including %(day)s.",
                day=i18n.day(qualification.ends_on, year=True),
            ),
            _("Thank you for what you did for other organisations."),
            _("Your digital badge is here, to take home and to show: %(link)s", link=outbox.address("/badge")),
        ]
        _queue("qualification.given", _("You are a qualified reviewer"), parts, qualification, person)


def tell_ended(qualification: Qualification, person: Person) -> None:
    """That it ended, and why."""
    with i18n.speaking(person.language):
        parts = [
            _("From today you are no longer a qualified reviewer, and your badge no longer counts."),
            _("This is why:") + "\n" + qualification.reason,
        ]
        _queue("qualification.ended", _("Your qualification as a reviewer has ended"), parts, qualification, person)


def _queue(kind: str, subject: str, parts: list[str], qualification: Qualification, person: Person) -> None:
    body = "\n\n".join([_("Dear %(name)s,", name=person.name), *parts]) + "\n"
    outbox.queue(
        kind, to=person.email, name=person.name, language=person.language, subject=subject, body=body,
        about=qualification,
    )  # fmt: skip
