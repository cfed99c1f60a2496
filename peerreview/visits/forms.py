"""What may be typed about visits: marks, another day, the choice of a plan, a move and its reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional, Regexp

from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.rounds.words import half_days
from peerreview.visits.lifecycle import Can, Coming, Half, Part, Region
from peerreview.visits.planning import Slot
from peerreview.visits.poll import Poll, PollVisit
from peerreview.visits.words import REGIONS

PARTS = {"both": (Half.MORNING, Half.AFTERNOON), "morning": (Half.MORNING,), "afternoon": (Half.AFTERNOON,)}
OTHER, OPEN = "other", "open"
HALF_OF_WEEK = r"^[0-4]-(morning|afternoon)$"
LENGTHS = [
    ("", _l("Whole day")), (Half.MORNING.value, _l("Morning")), (Half.AFTERNOON.value, _l("Afternoon")),
    ("3", _l("A day and a half")), ("4", _l("Two days")), ("5", _l("Two and a half days")), ("6", _l("Three days")),
]  # fmt: skip
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
        fields[f"length_{visit.id}"] = SelectField(_l("Length"), choices=LENGTHS, default=length_for(visit.half_days))
    form: PlanForm = type("ChosenPlanForm", (PlanForm,), fields)()
    for name in fields:
        form[name].flags.optional = False  # needed as soon as "other days" is chosen
    form.plan.choices = [(written(slots), "") for slots in plans] + ([(OTHER, "")] if own_days else [])
    return form


def day_fields(form: PlanForm, visit: PollVisit) -> tuple[Any, Any]:
    """The fields for day and length of a visit."""
    return form[f"day_{visit.id}"], form[f"length_{visit.id}"]


def written(slots: Mapping[int, Slot]) -> str:
    """Slots as the value of a choice: '12=2027-04-13;13=2027-04-15/morning;14=2027-04-20/3' (three half-days)."""
    lengths = {id: length_of(slot) for id, slot in slots.items()}
    return ";".join(f"{id}={slot.day}{'/' + lengths[id] if lengths[id] else ''}" for id, slot in slots.items())


def read_slots(text: str) -> dict[int, Slot] | None:
    """The reverse of `written`; None for anything else."""
    try:
        pairs = [part.split("=") for part in text.split(";")]
        return {int(id): slot_of(date.fromisoformat(when[:10]), when[11:]) for id, when in pairs}
    except ValueError:
        return None


def slot_of(day: date, length: str | None) -> Slot:
    """The slot of a day and a length: '' for the whole day, a half, or from 3 on the number of half-days."""
    if length in list(Half):
        return Slot(day, Half(length))
    return Slot.of(day, int(length)) if length else Slot(day)


def length_of(slot: Slot) -> str:
    """The length of a slot as `slot_of` reads it."""
    return slot.half.value if slot.half else str(slot.half_days) if slot.more else ""


def length_for(half_days: int) -> str:
    """The length that a visit of so many half-days has at first; half a day is then a morning."""
    return length_of(Slot.of(date.min, half_days))


class AnswerForm(Form):
    """Yes, maybe or no to an invitation: the button that was pressed, and a line about it."""

    answer = HiddenField(validators=[AnyOf([one for one in Coming if one != Coming.WAITING], _l("Choose an answer."))])
    comment = StringField(
        _l("Do you want to add something?"),
        description=_l("The lead reviewer and the coordinators read this."),
        validators=[Optional(), Length(max=500, message=_l("Use at most 500 characters."))],
    )

    @property
    def coming(self) -> Coming:
        return Coming(self.answer.data)


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


class QuickForm(Form):
    """One answer for many days at once: every day that is still open, or a week (its Monday)."""

    which = StringField(validators=[DataRequired()])
    can = StringField(validators=[DataRequired(), AnyOf(list(Can))])

    @property
    def monday(self) -> date | None:
        """The week that is meant; None for every day that is still open. ValueError for anything else."""
        return None if self.which.data == OPEN else date.fromisoformat(self.which.data or "")


class OffForm(Form):
    """One button of the working week: 'on' or 'off' for '0-morning', with 0 for Monday."""

    on = StringField(validators=[Optional(), Regexp(HALF_OF_WEEK)])
    off = StringField(validators=[Optional(), Regexp(HALF_OF_WEEK)])

    def choice(self) -> tuple[int, Half, bool] | None:
        """The weekday, the half, and whether it is off; None when nothing was pressed."""
        pressed = self.off.data or self.on.data
        if not pressed:
            return None
        weekday, half = pressed.split("-")
        return int(weekday), Half(half), bool(self.off.data)


class HolidayForm(Form):
    region = SelectField(_l("Region"), choices=[(one.value, REGIONS[one]) for one in Region])
    name = StringField(
        _l("Which holiday?"),
        validators=[
            DataRequired(_l("Say which holiday it is.")),
            Length(max=100, message=_l("Use at most 100 characters.")),
        ],
    )
    first_on = DateField(_l("First day"), validators=[InputRequired(NO_DAY)])
    last_on = DateField(_l("Last day"), validators=[InputRequired(NO_DAY)])


class LengthForm(Form):
    """How long one visit is, and why it is not what the table says."""

    half_days = SelectField(_l("How long is the visit?"), coerce=int, choices=[(n, half_days(n)) for n in range(1, 7)])
    reason = TextAreaField(
        _l("Why?"),
        description=_l("It stands in the audit trail."),
        validators=[DataRequired(_l("Say why.")), Length(max=1000, message=TOO_LONG)],
    )


class RoundDaysForm(Form):
    """Exchanges of a round with the days chosen for them: to be proposed, or fixed with a reason."""

    chosen = MultiCheckboxField(_l("Which exchanges?"), validate_choice=False)
    reason = TextAreaField(
        _l("Why does the secretariat choose the days?"),
        description=_l("Only needed when you fix the days. It stands in the audit trail."),
        validators=[Length(max=1000, message=TOO_LONG)],
    )

    def slots(self) -> list[tuple[int, dict[int, Slot]]] | None:
        """Each chosen exchange with its slots; None for what is not one."""
        found = []
        for text in self.chosen.data or ():
            exchange_id, _colon, rest = text.partition(":")
            slots = read_slots(rest)
            if not exchange_id.isdecimal() or slots is None:
                return None
            found.append((int(exchange_id), slots))
        return found


# --- The team ---------------------------------------------------------------------------------------------------------

IN_TEAM = "team"
PARTS_IN_VISIT = [
    (IN_TEAM, _l("In the team")), (Part.SUBSTITUTE.value, _l("Substitute")), (Part.TRAINEE.value, _l("Trainee")),
    (Part.OBSERVER.value, _l("Observer")),
]  # fmt: skip


class PersonForm(Form):
    """Who goes, and as what."""

    person = SelectField(
        _l("Who?"), coerce=int, validate_choice=False, validators=[InputRequired(_l("Choose a person."))]
    )
    part = RadioField(_l("As what?"), choices=PARTS_IN_VISIT, default=IN_TEAM, validators=[InputRequired()])

    @property
    def chosen_part(self) -> Part | None:
        """None for the team itself."""
        return None if self.part.data == IN_TEAM else Part(self.part.data)


class LimitForm(Form):
    most = IntegerField(_l("At most"), validators=[InputRequired(_l("Fill in a number."))])


class ObjectionForm(Form):
    reason = TextAreaField(
        _l("Why would you rather not have this person come?"),
        description=_l("Only you and the secretariat read this."),
        validators=[
            DataRequired(_l("Write why. Only you and the secretariat read it.")),
            Length(max=1000, message=TOO_LONG),
        ],
    )


class DecisionForm(Form):
    """What the secretariat decides about an objection."""

    verdict = RadioField(
        _l("What do you decide?"),
        choices=[("uphold", _l("This person does not go")), ("reject", _l("This person goes along after all"))],
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    answer = TextAreaField(
        _l("What do you write to the host?"),
        validators=[DataRequired(_l("Write an answer: the host reads it.")), Length(max=1000, message=TOO_LONG)],
    )
    tell = TextAreaField(
        _l("What may the other organisation know?"),
        description=_l("It reads that this person does not go, and this. Never what the host wrote."),
        validators=[Optional(), Length(max=1000, message=TOO_LONG)],
    )
