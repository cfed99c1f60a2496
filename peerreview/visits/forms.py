"""What may be typed about visits: marks, another day, the choice of a plan, a move and its reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from peerreview.core.forms import Form
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Slot
from peerreview.visits.poll import Poll, PollVisit

PARTS = {"both": (Half.MORNING, Half.AFTERNOON), "morning": (Half.MORNING,), "afternoon": (Half.AFTERNOON,)}
OTHER = "other"
LENGTHS = [("", _l("Whole day")), (Half.MORNING.value, _l("Morning")), (Half.AFTERNOON.value, _l("Afternoon"))]
NO_DAY = _l("Fill in a day, for example 13-04-2027.")
TOO_LONG = _l("Use at most 1,000 characters.")


class MarkForm(Form):
    """One button of a day: an answer for the whole day, or for one of its halves."""

    both = StringField(validators=[Optional(), AnyOf(list(Can))])
    morning = StringField(validators=[Optional(), AnyOf(list(Can))])
    afternoon = StringField(validators=[Optional(), AnyOf(list(Can))])

    def mark(self) -> tuple[tuple[Half, ...], Can] | None:
        """The half-days and the answer; None when nothing was pressed."""
        pressed = [(halves, self[name].data) for name, halves in PARTS.items() if self[name].data]
        return (pressed[0][0], Can(pressed[0][1])) if pressed else None


class DayForm(Form):
    day = DateField(_l("Which day?"), validators=[InputRequired(NO_DAY)])


class ReasonForm(Form):
    reason = TextAreaField(_l("Why?"), validators=[DataRequired(_l("Say why.")), Length(max=1000, message=TOO_LONG)])


class PlanForm(Form):
    """One of the plans; for the secretariat with a reason, and with days of its own choice."""

    plan = RadioField(
        _l("Which days do you choose?"), validate_choice=False, validators=[InputRequired(_l("Choose a plan."))]
    )
    reason = TextAreaField(
        _l("Why does the secretariat choose the days?"),
        description=_l("It stands in the audit trail."),
        validators=[Length(max=1000, message=TOO_LONG)],
    )

    def slots(self, poll: Poll) -> dict[int, Slot] | None:
        """The chosen slot of each visit; None for a plan that is not one."""
        if self.plan.data != OTHER:
            return read_slots(self.plan.data or "")
        if any(f"day_{visit.id}" not in self for visit in poll.open_visits):
            return None
        days = {visit.id: (self[f"day_{visit.id}"].data, self[f"length_{visit.id}"].data) for visit in poll.open_visits}
        return {id: slot_of(day, length) for id, (day, length) in days.items() if day}


def plan_form(poll: Poll, plans: Sequence[Mapping[int, Slot]], *, own_days: bool) -> PlanForm:
    """The form for these plans; `own_days` adds a day and a length for each visit."""
    fields: dict[str, Any] = {}
    for visit in poll.open_visits if own_days else ():
        fields[f"day_{visit.id}"] = DateField(_l("Day"), validators=[Optional()])
        fields[f"length_{visit.id}"] = SelectField(
            _l("Length"), choices=LENGTHS, default="" if visit.whole_day else Half.MORNING.value
        )
    form: PlanForm = type("ChosenPlanForm", (PlanForm,), fields)()
    for name in fields:
        form[name].flags.optional = False  # needed as soon as "other days" is chosen
    form.plan.choices = [(written(slots), "") for slots in plans] + ([(OTHER, "")] if own_days else [])
    return form


def day_fields(form: PlanForm, visit: PollVisit) -> tuple[Any, Any]:
    """The fields for day and length of a visit."""
    return form[f"day_{visit.id}"], form[f"length_{visit.id}"]


def written(slots: Mapping[int, Slot]) -> str:
    """Slots as the value of a choice: '12=2027-04-13;13=2027-04-15/morning'."""
    return ";".join(f"{id}={slot.day}{'/' + slot.half if slot.half else ''}" for id, slot in slots.items())


def read_slots(text: str) -> dict[int, Slot] | None:
    """The reverse of `written`; None for anything else."""
    try:
        pairs = [part.split("=") for part in text.split(";")]
        return {int(id): slot_of(date.fromisoformat(when[:10]), when[11:]) for id, when in pairs}
    except ValueError:
        return None


def slot_of(day: date, length: str | None) -> Slot:
    """The slot of a day and a length: '' for the whole day, else a half."""
    return Slot(day, Half(length) if length else None)


class MoveForm(Form):
    """Where a visit goes; `seen` is the day whose consequences the mover was shown."""

    version = HiddenField()
    seen = HiddenField()
    day = DateField(_l("New day"), validators=[InputRequired(NO_DAY)])
    length = SelectField(_l("Length"), choices=LENGTHS)
    location = StringField(
        _l("Place"),
        validators=[
            DataRequired(_l("Say where the visit is.")),
            Length(max=300, message=_l("Use at most 300 characters.")),
        ],
    )
    reason = TextAreaField(
        _l("Why is the visit moved?"),
        description=_l("Everybody on the visit reads this."),
        validators=[DataRequired(_l("Say why the visit is moved.")), Length(max=1000, message=TOO_LONG)],
    )

    @property
    def slot(self) -> Slot:
        return slot_of(self.day.data, self.length.data)
