"""Letters about a change of a certificate's status, to the organisation's coordinators and executives."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.certificates.models import Certificate
from peerreview.core import i18n, outbox


def status_changed(certificate: Certificate, status: str, reason: str) -> None:
    """What changed, from when, why, and what to do next."""
    people = [
        *people_with(Role.COORDINATOR, certificate.organisation_id),
        *people_with(Role.EXECUTIVE, certificate.organisation_id),
    ]
    for person in {person.id: person for person in people}.values():
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
