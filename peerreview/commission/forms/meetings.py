"""What is typed about meetings: planning them, answering, interests, substitutes, minutes."""

from datetime import datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from peerreview.commission.forms.fields import TOO_LONG, MayStayEmpty
from peerreview.commission.lifecycle import Coming
from peerreview.core import clock
from peerreview.core.forms import Form


class MeetingForm(Form):
    version = HiddenField()
    on = DateField(_l("On which day?"), validators=[InputRequired(_l("Choose a day."))])
    at = TimeField(_l("At what time?"), validators=[InputRequired(_l("Choose a time."))])
    place = StringField(
        _l("Where?"),
        description=_l("An address. Empty when you only meet online."),
        validators=[MayStayEmpty(), Length(max=200, message=_l("Use at most 200 characters."))],
    )
    link = StringField(
        _l("The link to join online"),
        validators=[
            MayStayEmpty(),
            Length(max=300, message=_l("Use at most 300 characters.")),
            Regexp("https://[^ ]+$", message=_l("Give the whole link: it begins with https://.")),
        ],
    )
    quorum = IntegerField(
        _l("How many members are needed to decide?"),
        description=_l("Only members who are present and have no interest count."),
        validators=[InputRequired(_l("Give a number.")), NumberRange(1, 30, _l("Choose a number from 1 to 30."))],
        default=3,
    )

    def starts_at(self) -> datetime:
        return datetime.combine(self.on.data, self.at.data, clock.AMSTERDAM)

    def closes_at(self) -> datetime | None:
        return None

    def facts(self) -> dict[str, Any]:
        """What the services ask of a meeting."""
        return {
            "starts_at": self.starts_at(), "closes_at": self.closes_at(), "place": self.place.data or "",
            "link": self.link.data or "", "quorum": self.quorum.data,
        }  # fmt: skip


class WrittenForm(Form):
    version = HiddenField()
    on = DateField(
        _l("From which day can members vote?"),
        description=_l("Leave it empty to begin as soon as you open it."),
        validators=[MayStayEmpty()],
    )
    closes_on = DateField(_l("Until which day?"), validators=[InputRequired(_l("Choose a day."))])
    closes_time = TimeField(_l("Until what time?"), default=time(17), validators=[InputRequired(_l("Choose a time."))])
    quorum = IntegerField(
        _l("How many members must vote to decide?"),
        description=_l("Members with an interest do not count."),
        validators=[InputRequired(_l("Give a number.")), NumberRange(1, 30, _l("Choose a number from 1 to 30."))],
        default=3,
    )

    def closes_at(self) -> datetime:
        return datetime.combine(self.closes_on.data, self.closes_time.data, clock.AMSTERDAM)

    def facts(self) -> dict[str, Any]:
        """What the services ask of a written procedure; without a day it is opened by hand, until it closes."""
        began = datetime.combine(self.on.data, time(9), clock.AMSTERDAM) if self.on.data else self.closes_at()
        return {
            "starts_at": began if self.on.data else clock.now(), "closes_at": self.closes_at(), "place": "", "link": "",
            "quorum": self.quorum.data,
        }  # fmt: skip


class ReplyForm(Form):
    coming = RadioField(
        _l("Do you come?"),
        choices=[
            (Coming.HERE.value, _l("I come")),
            (Coming.ONLINE.value, _l("I join online")),
            (Coming.ABSENT.value, _l("I cannot come")),
        ],
        validators=[InputRequired(_l("Choose one of these."))],
    )
    note = TextAreaField(
        _l("Do you want to add something?"),
        description=_l("The secretariat and the chair read it."),
        validators=[MayStayEmpty(), Length(max=1000, message=_l("Use at most 1,000 characters."))],
    )


NONE, INTEREST = "none", "interest"


class CaseInterestForm(PlainForm):
    dossier_id = HiddenField()
    answer = RadioField(
        _l("Do you have an interest?"),
        choices=[(NONE, _l("No interest")), (INTEREST, _l("I have an interest"))],
        validators=[MayStayEmpty()],
    )
    note = TextAreaField(_l("What is your interest?"), validators=[Length(max=1000)])


class DeclarationForm(Form):
    """For each case whether the member has an interest; a case without an answer stays open."""

    cases = FieldList(FormField(CaseInterestForm))

    def answers(self) -> dict[int, str | None]:
        """By dossier: None for no interest, else the words of the interest."""
        given = [row.data for row in self.cases if (row.data["dossier_id"] or "").isdecimal()]
        return {
            int(row["dossier_id"]): None if row["answer"] == NONE else (row["note"] or "")
            for row in given
            if row["answer"] in (NONE, INTEREST)
        }


class CallForm(Form):
    person_id = SelectField(_l("Who stands in?"), coerce=int)
    reason = TextAreaField(
        _l("Why?"),
        description=_l("The substitute reads this in the letter. Name no dossier."),
        validators=[DataRequired(_l("Write the reason down: the other reads it.")), TOO_LONG],
    )


class MinutesForm(Form):
    version = HiddenField()
    heading = StringField(_l("Subject"), validators=[MayStayEmpty(), Length(max=200)])
    text = TextAreaField(_l("What was said and decided"), validators=[MayStayEmpty(), Length(max=20_000)])
