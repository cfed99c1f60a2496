"""What may be typed: an address to follow with, the words of an organisation's page, and why one is hidden."""

import email_validator
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from peerreview.core.forms import Form
from peerreview.register.words import LONGEST, Words, words_from

_TOO_LONG = _l("This is longer than fits. Take something out.")


class FollowForm(Form):
    """`homepage` is a trap: people do not see it, programs fill it in."""

    email = StringField(_l("Your e-mail address"), [InputRequired(_l("Fill in an e-mail address.")), Length(max=320)])
    organisation = HiddenField()
    homepage = StringField(_l("Leave this empty"))

    def validate_email(self, field: StringField) -> None:
        try:
            found = email_validator.validate_email(field.data or "", check_deliverability=False, allow_smtputf8=False)
        except ValueError:
            raise ValidationError(_l("This is not an e-mail address. Write it like name@example.nl.")) from None
        field.data = found.normalized


class PageForm(Form):
    """The words of a page; a story is a title and a text."""

    version = HiddenField()
    looked_at = TextAreaField(
        _l("What did your colleagues look at?"), [Optional(), Length(max=LONGEST["looked_at"], message=_TOO_LONG)],
        description=_l("With whom did they talk, what did they see? Write it for somebody who does not know you."),
    )  # fmt: skip
    title1 = StringField(
        _l("What is the first story about?"), [Optional(), Length(max=LONGEST["title"], message=_TOO_LONG)]
    )
    text1 = TextAreaField(_l("The first story"), [Optional(), Length(max=LONGEST["story"], message=_TOO_LONG)])
    title2 = StringField(
        _l("What is the second story about?"), [Optional(), Length(max=LONGEST["title"], message=_TOO_LONG)]
    )
    text2 = TextAreaField(_l("The second story"), [Optional(), Length(max=LONGEST["story"], message=_TOO_LONG)])
    title3 = StringField(
        _l("What is the third story about?"), [Optional(), Length(max=LONGEST["title"], message=_TOO_LONG)]
    )
    text3 = TextAreaField(_l("The third story"), [Optional(), Length(max=LONGEST["story"], message=_TOO_LONG)])
    works_on = TextAreaField(
        _l("What do you work on now?"), [Optional(), Length(max=LONGEST["works_on"], message=_TOO_LONG)],
        description=_l("What came out as something to improve, and what do you do about it?"),
    )  # fmt: skip

    def shows(self, words: Words, version: int) -> None:
        """Fill the form with what stands there."""
        self.version.data = str(version)
        self.looked_at.data, self.works_on.data = words.looked_at, words.works_on
        for number, (title, text) in enumerate(words.stories, 1):
            self[f"title{number}"].data, self[f"text{number}"].data = title, text

    def words(self) -> Words:
        """What was typed; empty stories at the end are left out."""
        return words_from({field.name: field.data or "" for field in self})

    def seen_version(self) -> int:
        """The version that was shown with the form; -1, which is always stale, when it is no number."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else -1


class HidingForm(Form):
    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Write the reason down: the organisation reads it.")), Length(max=2000)]
    )
