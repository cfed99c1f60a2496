"""Letters about accounts: short, one link, and how long it holds. All in the reader's language."""

from flask_babel import gettext as _

from peerreview.accounts.models import Invitation, Person
from peerreview.accounts.words import ROLE_NAMES
from peerreview.core import i18n, outbox


def _letter(kind: str, person: Person, subject: str, *paragraphs: str) -> None:
    _post(kind, person.email, person.name, person.language, subject, *paragraphs, about=person)


def _post(kind: str, to: str, name: str, language: str, subject: str, *paragraphs: str, about: object) -> None:
    greeting = _("Dear %(name)s,", name=name) if name else _("Hello,")
    goodbye = _("Questions? Answer this letter or call the secretariat.")
    body = "\n\n".join([greeting, *paragraphs, goodbye]) + "\n"
    outbox.queue(kind, to=to, name=name, language=language, subject=subject, body=body, about=about)


def invite(invitation: Invitation, token: str, *, inviter: str, place: str) -> None:
    """To somebody who may take a role; the only place where the token is ever written."""
    with i18n.speaking(invitation.language):
        role = str(ROLE_NAMES[invitation.role])
        _post(
            "accounts.invitation", invitation.email, invitation.name, invitation.language,
            _("%(inviter)s invites you", inviter=inviter),
            _("%(inviter)s invites you to work along in the role %(role)s at %(place)s.",
              inviter=inviter, role=role, place=place),
            _("Take the role with this link:") + "\n" + outbox.address(f"/invitations/{token}"),
            _("The link holds until %(day)s and works once. Did you not expect this? Then do nothing.",
              day=i18n.day(invitation.expires_at).replace(i18n.NBSP, " ")),
            about=invitation,
        )  # fmt: skip


def welcome(person: Person, link: str) -> None:
    """To somebody whose account was just started: the link confirms the address and lets them choose a password."""
    with i18n.speaking(person.language):
        _letter(
            "accounts.welcome", person, _("Choose your password"),
            _("You are almost there. With this link you confirm your address and choose a password:") + "\n" + link,
            _("The link holds for one day. Later? Then ask for a new one: %(link)s", link=outbox.address("/reset")),
            _("Did you not sign up yourself? Then do nothing: without the link nobody can use this account."),
        )  # fmt: skip


def known(person: Person) -> None:
    """To somebody who signs up again: they have an account already. Only they read this, no one else learns it."""
    with i18n.speaking(person.language):
        _letter(
            "accounts.known", person, _("You already have an account"),
            _("Somebody, probably you, signed up with this address. You already have an account."),
            _("Sign in here: %(link)s", link=outbox.address("/login")),
            _("Forgot your password? Choose a new one: %(link)s", link=outbox.address("/reset")),
        )  # fmt: skip


def confirm(person: Person, link: str) -> None:
    """The link that confirms an address."""
    with i18n.speaking(person.language):
        _letter(
            "accounts.confirm", person, _("Is this your address?"),
            _("With this link you confirm that this address is yours:") + "\n" + link,
            _("The link holds for two days."),
        )  # fmt: skip


def recover(person: Person, link: str) -> None:
    """The link with which somebody chooses a new password."""
    with i18n.speaking(person.language):
        _letter(
            "accounts.recover", person, _("Choose a new password"),
            _("With this link you choose a new password:") + "\n" + link,
            _("The link holds for one day and works once."),
            _("Did you not ask for this? Then do nothing: your password stays as it is."),
        )  # fmt: skip


def warn(person: Person, what: str) -> None:
    """Tell somebody that the safety of their account changed, in case it was not them. `what` is one of WARNINGS."""
    with i18n.speaking(person.language):
        said = {
            "password": _("Your password was changed."),
            "app_on": _("An app was set up as second step for signing in."),
            "app_off": _("The app as second step for signing in was switched off."),
            "passkey_on": _("A passkey was added to your account."),
            "passkey_off": _("A passkey was removed from your account."),
        }[what]
        _letter(
            "accounts.warning", person, said, said + " " + _("Was this you? Then you need not do anything."),
            _("Was it not you? Choose a new password at once and call the secretariat: %(link)s",
              link=outbox.address("/reset")),
        )  # fmt: skip
