"""What may be typed about accounts, and the words when it is not right."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.services import PASSWORD_LENGTH, normal_address
from peerreview.accounts.words import ROLE_NAMES
from peerreview.core.errors import Invalid
from peerreview.core.forms import Form

LANGUAGES = [SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")]
NAME = [DataRequired(_l("Fill in a name.")), Length(max=200, message=_l("Keep it under 200 characters."))]


class InviteForm(Form):
    """Whom to invite for which role; the roles are those that this actor may give there."""

    email = StringField(_l("E-mail address"), [DataRequired(_l("Fill in an e-mail address."))])
    name = StringField(_l("Name"), NAME)
    role = RadioField(_l("Which role?"), [DataRequired(_l("Choose a role."))])
    language = RadioField(_l("Language of the letter"), choices=LANGUAGES)

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, ROLE_NAMES[role]) for role in roles]
        self.role.validate_choice = True

    def validate_email(self, field: StringField) -> None:
        try:
            field.data = normal_address(field.data or "")
        except Invalid as wrong:
            raise ValidationError(wrong.message) from None


class JoinForm(Form):
    """What a new person fills in to take the role they were invited for."""

    name = StringField(_l("Your name"), NAME)
    language = RadioField(_l("Which language do you read?"), choices=LANGUAGES)
    password = PasswordField(_l("Choose a password"), [DataRequired(_l("Choose a password."))])
    password_confirm = PasswordField(
        _l("The same password once more"), [EqualTo("password", _l("The two passwords are not the same."))]
    )

    def validate_password(self, field: PasswordField) -> None:
        if len(field.data or "") < PASSWORD_LENGTH:
            raise ValidationError(_l("Choose at least 12 characters."))


class ProfileForm(Form):
    """One's own name and language."""

    name = StringField(_l("Your name"), NAME)
    language = RadioField(_l("Which language do you read?"), choices=LANGUAGES)
