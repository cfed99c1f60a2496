"""What is typed about dossiers: checks, questions, conditions, letters, an interest."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length

from peerreview.commission import completeness
from peerreview.commission.forms.fields import TOO_LONG, MayStayEmpty
from peerreview.commission.lifecycle import Addressee
from peerreview.core.forms import Form


class ReasonForm(Form):
    reason = TextAreaField(
        _l("What is it about?"),
        description=_l("The other reads this word for word."),
        validators=[DataRequired(_l("Write the reason down: the other reads it.")), TOO_LONG],
    )


class CheckForm(Form):
    """A reason for each line that is let go; `named` finds the field of a line by its code."""

    self_evaluation = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    reviewers = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    no_ties = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    independence = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    report = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    delivered = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    second_reader = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    questions = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    fact_check = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    plan_signed = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])
    plan_covers = TextAreaField(_l("Why may it go on without?"), validators=[TOO_LONG])

    def reasons(self) -> dict[str, str]:
        return {field.name: field.data or "" for field in self if isinstance(field, TextAreaField)}

    def named(self, code: str) -> Any:
        return self[code] if code != completeness.RECIPROCITY else None


class ForwardForm(Form):
    release_reason = TextAreaField(
        _l("Why may this dossier go before the other report?"),
        description=_l("Only needed while the exchange still waits for a report."),
        validators=[TOO_LONG],
    )


class AgainForm(Form):
    """What the secretariat asks further."""

    text = TextAreaField(
        _l("What do you want to know?"),
        description=_l("The other reads this word for word."),
        validators=[DataRequired(_l("Write down what you want to know.")), TOO_LONG],
    )
    due_on = DateField(_l("By when?"), validators=[InputRequired(_l("Choose a day."))])


class QuestionForm(AgainForm):
    """What the secretariat asks back, and of whom."""

    item = HiddenField()
    addressee = RadioField(
        _l("Who can answer this?"),
        choices=[(Addressee.TEAM.value, _l("The review team")), (Addressee.ORGANISATION.value, _l("The organisation"))],
        validators=[InputRequired(_l("Choose one of these."))],
    )


class AnswerForm(Form):
    text = TextAreaField(
        _l("What is your answer?"),
        description=_l("The secretariat reads it, and later the commission. Name functions, no people."),
        validators=[DataRequired(_l("Write your answer down.")), TOO_LONG],
    )


class ShowConditionForm(Form):
    """How the organisation meets a condition: in words, with files, or both."""

    text = TextAreaField(
        _l("How do you meet this condition?"),
        description=_l("What did you do, and what do people notice of it? Name functions, no people."),
        validators=[Length(max=10_000, message=_l("Use at most 10,000 characters."))],
    )
    files = MultipleFileField(
        _l("Files that show it"), description=_l("PDF, Word, Excel, PNG, JPEG, TXT or CSV; at most 25 MB each.")
    )
    version = HiddenField()

    def number(self) -> int:
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def brought(self) -> list[tuple[str, bytes]]:
        """The name and the content of each file that was chosen."""
        return [(file.filename, file.read()) for file in self.files.data or () if getattr(file, "filename", "")]


class VerdictForm(Form):
    verdict = RadioField(
        _l("Is the condition met?"),
        choices=[("meet", _l("Condition met")), ("ask_again", _l("Ask for more")), ("fail", _l("Condition not met"))],
        validators=[InputRequired(_l("Choose one of these."))],
    )
    reason = TextAreaField(
        _l("What do you tell the organisation?"),
        description=_l("Needed when you ask for more, and when it is not met."),
        validators=[TOO_LONG],
    )
    due_on = DateField(_l("By when must it show more?"), validators=[MayStayEmpty()])


class LetterForm(Form):
    """What the chair adds to one letter; sent, it also says that the letter was read."""

    letter = TextAreaField(
        _l("Do you want to add something?"),
        description=_l("It stands in the letter under “From the commission”. You may leave it empty."),
        validators=[TOO_LONG],
    )
    version = HiddenField()

    def number(self) -> int:
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def stale(self, theirs: str | None) -> str:
        """What somebody else wrote meanwhile, to lay beside one's own text."""
        return str(_("Somebody else changed this letter meanwhile. There it says now: “%(text)s”", text=theirs or "–"))


class InterestForm(Form):
    note = TextAreaField(
        _l("What is your interest?"),
        description=_l("In a few words. The secretariat and the other members can read it."),
        validators=[
            DataRequired(_l("Write in a few words what your interest is.")),
            Length(max=1000, message=_l("Use at most 1,000 characters.")),
        ],
    )
