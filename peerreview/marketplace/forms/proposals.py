"""What an organisation types when it asks another, answers, takes back, or would rather not meet somebody."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.marketplace.services.answering import Choice, Tie
from peerreview.marketplace.services.wishes import LONGEST_REASON

K = ConflictKind
TIES: Mapping[ConflictKind, Any] = {
    K.SHARED_DIRECTOR: _l("Somebody directs, works for or supervises both of us"),
    K.SAME_TENDER: _l("In the past year we competed for the same contract"),
    K.PERSONAL_RELATION: _l("There is a family tie or a friendship that counts"),
    K.SUBCONTRACTING: _l("We carry out a contract together"),
}
TOO_LONG = _l("Use at most 3,000 characters.")


class ProposeForm(Form):
    """What one writes to whom one asks."""

    message = TextAreaField(
        _l("Your message"),
        description=_l("Why would you like to look at each other? Name no clients or colleagues."),
        validators=[DataRequired(_l("Write a few words: they read this first.")), Length(max=3000, message=TOO_LONG)],
    )


class AnswerForm(Form):
    """What ties us to the others, the answer, what they read and what only the secretariat reads."""

    version = HiddenField()
    ties = MultiCheckboxField(_l("Do you know each other?"), validators=[Optional()])
    no_ties = BooleanField(_l("None of these"))
    choice = RadioField(
        _l("Your answer to them"),
        choices=[
            SelectChoice(Choice.YES.value, _l("Yes, gladly")),
            SelectChoice(Choice.PERHAPS.value, _l("Perhaps, we look further first")),
            SelectChoice(Choice.NO.value, _l("Rather not")),
        ],
        validators=[InputRequired(_l("Choose your answer."))],
    )
    message = TextAreaField(_l("Your message"), validators=[Optional(), Length(max=3000, message=TOO_LONG)])
    reason = TextAreaField(
        _l("What should the secretariat know?"),
        description=_l("Which contract or tie, or why you would rather not. Only you and the secretariat read this."),
        validators=[Optional(), Length(max=2000, message=_l("Use at most 2,000 characters."))],
    )

    def offer(self, others: Sequence[int]) -> None:
        """Which ties there are to choose from: each kind with each of these organisations."""
        self.ties.choices = [SelectChoice(f"{other}-{kind.value}", TIES[kind]) for other in others for kind in TIES]

    def validate_no_ties(self, field: BooleanField) -> None:
        if field.data and self.ties.data:
            raise ValidationError(_("Choose either what is so, or none of these."))
        if not field.data and not self.ties.data and self.choice.data == Choice.YES:
            raise ValidationError(_("Tick what is so, or none of these."))

    def chosen(self) -> list[Tie]:
        """Each tie as an organisation and a kind."""
        pairs = (value.split("-", 1) for value in self.ties.data or [])
        return [(int(other), ConflictKind(kind)) for other, kind in pairs]


class WithdrawForm(Form):
    """What the others read when one takes a proposal back."""

    reason = TextAreaField(
        _l("Do you want to say why?"),
        description=_l("The others read this word for word."),
        validators=[Optional(), Length(max=3000, message=TOO_LONG)],
    )


class BlockForm(Form):
    """Why one would rather not meet an organisation."""

    reason = TextAreaField(
        _l("Why would you rather not?"),
        description=_l("Only the secretariat reads this."),
        validators=[
            DataRequired(_l("Write down why. Only the secretariat reads it.")),
            Length(max=LONGEST_REASON, message=_l("Use at most 500 characters.")),
        ],
    )
