"""Letters about a change of a certificate's status and about its end, to the organisation's coordinators and executives."""

from collections.abc import Iterable

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import organisation_name, people_with
from peerreview.certificates.models import Certificate
from peerreview.certificates.standing import sign_up_by
from peerreview.core import i18n, outbox


def _holders(certificate: Certificate) -> Iterable[Person]:
    people = [
        *people_with(Role.COORDINATOR, certificate.organisation_id),
        *people_with(Role.EXECUTIVE, certificate.organisation_id),
    ]
    return {person.id: person for person in people}.values()


def status_changed(certificate: Certificate, status: str, reason: str) -> None:
    """What changed, from when, why, and what to do next."""
    for person in _holders(certificate):
        with i18n.speaking(person.language):
            words = {
                "suspended": _("Your certificate %(number)s is suspended from today.", number=certificate.number),
                "active": _("Your certificate %(number)s is valid again from today.", number=certificate.number),
                "withdrawn": _("Your certificate %(number)s is withdrawn from today.", number=certificate.number),
                "surrendered": _("You gave certificate %(number)s back. It ended today.", number=certificate.number),
            }[status]
            parts = [_("Dear %(name)s,", name=person.name), words, _("This is why:") + "\n" + reason]
            parts.append(_("Everybody sees it at once here: %(link)s", link=outbox.address(f"/c/{certificate.number}")))
            outbox.queue(
                f"certificate.{status}", to=person.email, name=person.name, language=person.language, subject=words,
                body="\n\n".join(parts) + "\n", about=certificate,
            )  # fmt: skip


def tell_surrendered(certificate: Certificate, reason: str) -> None:
    """To the secretariat: an organisation gave its certificate back, and why."""
    name = organisation_name(certificate.organisation_id)
    for person in people_with(Role.SECRETARIAT):
        with i18n.speaking(person.language):
            subject = _("%(name)s gave certificate %(number)s back", name=name, number=certificate.number)
            parts = [
                _("Dear %(name)s,", name=person.name),
                _("From today this certificate is no longer valid. The register shows it already."),
                _("This is why:") + "\n" + reason,
                outbox.address(f"/certificates/{certificate.id}"),
            ]
            outbox.queue(
                "certificate.told_surrendered", to=person.email, name=person.name, language=person.language,
                subject=subject, body="\n\n".join(parts) + "\n", about=certificate,
            )  # fmt: skip


def announce_renewal(certificate: Certificate) -> None:
    """When it ends, by when to sign up, and what goes along."""
    for person in _holders(certificate):
        with i18n.speaking(person.language):
            end, by_day = (i18n.day(day, year=True) for day in (certificate.ends_on, sign_up_by(certificate.ends_on)))
            subject = _("Your certificate ends on %(day)s", day=end)
            parts = [
                _("Dear %(name)s,", name=person.name),
                _("Certificate %(number)s is valid up to and including %(day)s.", number=certificate.number, day=end),
                _("Do you want a new one? Then sign up by %(day)s, so that there is time for the whole road.", day=by_day),
                _(
                    "You do not begin at nothing. What your reviewers found and the actions of your plan go along. "
                    "You read them here: %(link)s", link=outbox.address("/certificate/renewal"),
                ),
            ]  # fmt: skip
            outbox.queue(
                "certificate.renewal", to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(parts) + "\n", about=certificate,
            )  # fmt: skip
