"""What organisations, the secretariat, the panel and who complains type."""

from datetime import datetime
from typing import Any

import email_validator
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from peerreview.appeals.lifecycle import AppealOutcome, EntryKind
from peerreview.appeals.services import Judgement
from peerreview.appeals.words import ENTRIES, OUTCOMES, REFUSALS
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.services import ConditionText
from peerreview.core import clock
from peerreview.core.forms import Form

LONG = Length(max=10_000, message=_l("Use at most 10,000 characters."))
SHORT = Length(max=3000, message=_l("Use at most 3,000 characters."))
ONE = InputRequired(_l("Choose one of these."))
FILES = _l("PDF, Word, Excel, PNG, JPEG, TXT or CSV; at most 25 MB each.")
ROWS = 3


class MayStayEmpty(Optional):
    """Empty is no mistake here; the page does not say "(optional)", because a filled row needs it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class _WithFiles(Form):
    files = MultipleFileField(_l("Files"), description=FILES, validators=[MayStayEmpty()])

    def brought(self) -> list[tuple[str, bytes]]:
        """The name and the content of each file that was chosen."""
        return [(file.filename, file.read()) for file in self.files.data or () if getattr(file, "filename", "")]


class _Versioned:
    version: Any

    def seen_version(self) -> int:
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0


class AppealForm(_Versioned, _WithFiles):
    version = HiddenField()
    grounds = TextAreaField(
        _l("Why do you disagree with the decision?"), validators=[LONG],
        description=_l("Which norm or reason, and what was overlooked? Functions, no names of clients or interviewees."),
    )  # fmt: skip
    wish = TextAreaField(_l("What should the decision be instead?"), validators=[SHORT])


class RejectForm(Form):
    why = RadioField(_l("Why is it not taken up?"), choices=list(REFUSALS.items()), validators=[ONE])
    reason = TextAreaField(
        _l("Explain it to the organisation"),
        validators=[InputRequired(_l("Write the reason down: the organisation reads it.")), SHORT],
    )


class PanelForm(Form):
    person = HiddenField(validators=[InputRequired()])
    chair = BooleanField(_l("In the chair"))

    def person_id(self) -> int:
        return int(self.person.data) if (self.person.data or "").isdecimal() else 0


class RecordForm(_WithFiles):
    kind = RadioField(_l("What is it?"), coerce=EntryKind, validators=[ONE])
    text = TextAreaField(_l("Text"), validators=[LONG])

    def offer(self, kinds: tuple[EntryKind, ...]) -> "RecordForm":
        """The kinds that this reader adds; one alone is not asked."""
        self.kind.choices = [(kind.value, ENTRIES[kind]) for kind in kinds]
        if len(kinds) == 1:
            self.kind.data, self.kind.raw_data = kinds[0], [kinds[0].value]
            self.kind.validators = []
        return self


class HearingForm(Form):
    on = DateField(_l("On which day?"), validators=[InputRequired(_l("Choose a day."))])
    at = TimeField(_l("At what time?"), validators=[InputRequired(_l("Choose a time."))])
    place = StringField(
        _l("Where?"), description=_l("An address, or a link to meet online."),
        validators=[InputRequired(_l("Write down where it is.")), Length(max=200)],
    )  # fmt: skip

    def moment(self) -> datetime:
        return datetime.combine(self.on.data, self.at.data, clock.AMSTERDAM)


class ConditionRow(PlainForm):
    norm = SelectField(_l("Norm"), validate_choice=False)
    what = TextAreaField(_l("What must be done?"), validators=[Length(max=1000)])
    by = DateField(_l("When is it done?"), validators=[MayStayEmpty()])


class OutcomeForm(_Versioned, Form):
    version = HiddenField()
    outcome = RadioField(
        _l("What does the panel decide?"), coerce=AppealOutcome, choices=[(o.value, w) for o, w in OUTCOMES.items()],
        validators=[ONE],
    )  # fmt: skip
    instead = RadioField(
        _l("Which decision comes in its place?"),
        choices=[
            (Outcome.GRANTED.value, _l("Granted")),
            (Outcome.GRANTED_WITH_CONDITIONS.value, _l("Granted with conditions")),
            (Outcome.REFUSED.value, _l("Refused")),
        ],
        validators=[MayStayEmpty()],
    )
    conditions = FieldList(FormField(ConditionRow), min_entries=ROWS, max_entries=20)
    motivation = TextAreaField(
        _l("Why does the panel decide this?"), description=_l("The organisation reads this word for word."),
        validators=[LONG],
    )  # fmt: skip

    def offer(self, norms: list[tuple[str, str]]) -> "OutcomeForm":
        for row in self.conditions:
            row.norm.choices = [("", "–"), *norms]
        return self

    def judgement(self) -> Judgement:
        """What was chosen; a condition without its day raises ValueError."""
        rows = [row.data for row in self.conditions if row.data["norm"] or row.data["what"] or row.data["by"]]
        outcome, instead = self.outcome.data, Outcome(self.instead.data) if self.instead.data else None
        if outcome not in (AppealOutcome.AMENDED, AppealOutcome.REVERSED):
            return Judgement(outcome, self.motivation.data or "")
        if instead != Outcome.GRANTED_WITH_CONDITIONS:
            return Judgement(outcome, self.motivation.data or "", instead)
        if any(row["by"] is None for row in rows):
            raise ValueError
        texts = [ConditionText(row["norm"] or "", row["what"] or "", row["by"]) for row in rows]
        return Judgement(outcome, self.motivation.data or "", instead, texts)


class VersionForm(_Versioned, Form):
    """A button on a text that was read: it says which version."""

    version = HiddenField()


class ComplaintForm(Form):
    """`homepage` is a trap: people do not see it, programs fill it in."""

    name = StringField(_l("Your name"), validators=[InputRequired(_l("Fill in your name.")), Length(max=200)])
    email = StringField(_l("Your e-mail address"), [InputRequired(_l("Fill in an e-mail address.")), Length(max=320)])
    text = TextAreaField(
        _l("What is your complaint about?"), description=_l("What happened, when, and what would put it right?"),
        validators=[InputRequired(_l("Write down what your complaint is about.")), LONG],
    )  # fmt: skip
    homepage = StringField(_l("Leave this empty"))

    def validate_email(self, field: StringField) -> None:
        try:
            found = email_validator.validate_email(field.data or "", check_deliverability=False, allow_smtputf8=False)
        except ValueError:
            raise ValidationError(_l("This is not an e-mail address. Write it like name@example.nl.")) from None
        field.data = found.normalized


class MoreForm(Form):
    text = TextAreaField(
        _l("Do you want to add something?"), validators=[InputRequired(_l("Write something down.")), LONG]
    )


class NoteForm(_WithFiles):
    text = TextAreaField(_l("Note for the record"), validators=[LONG])


class AnswerForm(Form):
    answer = TextAreaField(
        _l("The answer"), description=_l("It goes by mail, word for word. Say in it who reads it beside the writer."),
        validators=[InputRequired(_l("Write down the answer.")), LONG],
    )  # fmt: skip
