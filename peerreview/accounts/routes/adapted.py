"""What we change of Flask-Security: where it keeps people, how it writes letters, and the forms that must ask more."""

from typing import Any
from urllib.parse import urlsplit

from flask import session
from flask_babel import lazy_gettext as _l
from flask_security import (
    ForgotPasswordForm,
    MailUtil,
    SQLAlchemyUserDatastore,
    Totp,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    WebAuthnRegisterForm,
    WebAuthnSigninResponseForm,
    WebauthnUtil,
)
from flask_security.utils import get_message
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from peerreview.accounts import queries, services
from peerreview.accounts.models import Person
from peerreview.core import outbox
from peerreview.core.db import unit_of_work


def plain(user: Any) -> Person:
    """The person itself, where the library passes the stand-in of the current one."""
    unwrap = getattr(user, "_get_current_object", None)
    return unwrap() if unwrap else user  # type: ignore[no-any-return]


class People(SQLAlchemyUserDatastore):
    """Where Flask-Security finds people and keeps what it changes about them."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        """The person by one attribute; by what a session carries without making the question again."""
        if kwargs.keys() == {"fs_uniquifier"} and not case_insensitive:
            return queries.signed_in(kwargs["fs_uniquifier"])
        return super().find_user(case_insensitive, **kwargs)  # type: ignore[return-value]

    def commit(self) -> None:
        """What a page of the library changed is committed like every act of ours, letters and audit trail included."""
        with unit_of_work():
            pass


class Letters(MailUtil):
    """The library's letters become ours: in the outbox, in the reader's language, at our own address.

    Only the path of its links is used: their host comes from the request, which an outsider can forge.
    """

    def normalize(self, email: str) -> str:
        return super().normalize(email.strip()).lower()

    def validate(self, email: str) -> str:
        return super().validate(email.strip()).lower()

    def send_mail(self, template: str, *_parts: Any, **context: Any) -> None:
        person = plain(context["user"])
        name = template.rsplit("/", 1)[-1]
        if name == "confirmation_instructions":
            services.send_again(person, outbox.address(urlsplit(context["confirmation_link"]).path))
        elif name == "reset_instructions":
            services.send_recovery(person, outbox.address(urlsplit(context["reset_link"]).path))
        elif name in ("reset_notice", "change_notice"):
            services.note_safety(person, "password")


class Passkeys(WebauthnUtil):
    """Any authenticator will do (phone, laptop, key), as long as it asks for a finger, a face or a code."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


class OneTimeCodes(Totp):
    """Codes of an app work once: who looked over a shoulder cannot use the same code again."""

    def get_last_counter(self, user: Any) -> int | None:
        return plain(user).tf_last_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        plain(user).tf_last_counter = tmatch.counter


class AppForm(TwoFactorSetupForm):
    """Set up an app, or switch it off; the only two choices that this site knows."""

    setup = RadioField(
        choices=[SelectChoice("authenticator", _l("App")), SelectChoice("disable", _l("Switch the app off"))]
    )


class RescueForm(TwoFactorRescueForm):
    """Not drawn anywhere: our pages link to the recovery codes themselves. Sent anyway, it does nothing."""

    help_setup = RadioField(choices=[SelectChoice("help", _l("Help"))])


class RecoverForm(ForgotPasswordForm):
    """Also for an address that was not confirmed yet: the letter with the link confirms it."""

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            return True
        if self.requires_confirmation:
            self.email.errors = []
        return self.requires_confirmation


class PasskeyForm(WebAuthnRegisterForm):
    """A new passkey signs in alone unless its owner chooses otherwise."""

    usage = RadioField(
        _l("How do you want to use it?"),
        choices=[
            SelectChoice("first", _l("Instead of my password")),
            SelectChoice("secondary", _l("As second step, after my password")),
        ],
        default="first",
    )


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    """As second step only a passkey of the person whose password was right counts, and none of a closed account."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        person = plain(self.user)
        strange = self.is_secondary and person.fs_uniquifier != session.get("tf_user_id")
        if strange or not person.is_active or person.confirmed_at is None:
            self.credential.errors.append(get_message("WEBAUTHN_UNKNOWN_CREDENTIAL_ID")[0])
            return False
        return True
