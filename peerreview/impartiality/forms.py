"""What may be typed about a conflict of interest, and the words when it is not right."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from peerreview.core.forms import Form
from peerreview.impartiality import words
from peerreview.impartiality.kinds import BETWEEN_ORGANISATIONS, OF_PERSONS
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Severity

A_DAY = _l("Fill in a day, for example 15-02-2027.")
WHY = [
    DataRequired(_l("Write why: it stays in the register.")),
    Length(max=2000, message=_l("Use at most 2,000 characters.")),
]
NOTE = Length(max=2000, message=_l("Use at most 2,000 characters."))


class DayOrNothing(DateField):
    """A day that may stay empty; what is no day is told in our words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if any(value.strip() for value in valuelist):
            try:
                super().process_formdata(valuelist)
            except ValueError:
                raise ValueError(str(A_DAY)) from None


class ADay(DayOrNothing):
    """A day that must be there."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [InputRequired(A_DAY)], **kwargs)


class DeclareForm(Form):
    """What ties the own organisation, or oneself, to another organisation."""

    about = HiddenField()
    kind = RadioField(
        _l("Do you know each other?"), [InputRequired(_l("Choose what it is about."))], coerce=ConflictKind
    )
    direction = SelectField(_l("For whom does it count?"))
    note = TextAreaField(
        _l("What is it about?"),
        [Optional(), NOTE],
        description=_l("In a few words, without names. Only the secretariat and oversight read it."),
    )
    starts_on = DayOrNothing(_l("Since when?"), [Optional()], description=_l("Not sure? Leave this empty."))
    ends_on = DayOrNothing(_l("Until when?"), [Optional()], description=_l("Does it go on? Leave this empty."))

    def __init__(self, *args: Any, person: bool, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = words.SAID_BY_ME if person else words.SAID_BY_US
        self.kind.choices = [(kind, said[kind]) for kind in (OF_PERSONS if person else BETWEEN_ORGANISATIONS)]
        if person:
            self.kind.label.text = _l("What ties you to it?")
            del self.direction
        else:
            self.direction.choices = [
                SelectChoice("", _l("For both of us")),
                SelectChoice("ours", _l("We have an interest in %(name)s, not the other way round", name=name)),
                SelectChoice("theirs", _l("%(name)s has an interest in us, not the other way round", name=name)),
            ]


class RegisterForm(Form):
    """A conflict that the secretariat writes down: of an organisation with another, or with a person."""

    organisation = SelectField(_l("Organisation"), [DataRequired(_l("Choose an organisation."))], coerce=int)
    other = SelectField(
        _l("Other organisation"), coerce=int, default=0, description=_l("When two organisations are tied.")
    )
    person = SelectField(
        _l("Or a person"), coerce=int, default=0, description=_l("Reviewers and members of the commission.")
    )
    kind = SelectField(_l("What is it about?"), [InputRequired(_l("Choose what it is about."))], coerce=ConflictKind)
    direction = SelectField(
        _l("For whom does it count?"),
        default=Direction.BOTH,
        choices=[
            (Direction.BOTH, _l("Both ways")),
            (Direction.TOWARDS, _l("One way: the other one has an interest in the first")),
        ],
    )
    severity = SelectField(
        _l("How heavy is it?"),
        choices=[("", _l("As usual for this kind")), *words.SEVERITY_NAMES.items()],
    )
    note = TextAreaField(
        _l("What do you know?"), [Optional(), NOTE], description=_l("Only the secretariat and oversight read it.")
    )
    starts_on = DayOrNothing(_l("Since when?"), [Optional()], description=_l("Not sure? Leave this empty."))
    ends_on = DayOrNothing(_l("Until when?"), [Optional()], description=_l("Does it go on? Leave this empty."))

    def __init__(self, *args: Any, members: Sequence[Any], judges: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(row.id, f"{row.name}, {row.place}") for row in members]
        self.organisation.choices = _from(named, _l("Choose"))
        self.other.choices = _from(named, _l("None"))
        self.person.choices = _from(((row.id, f"{row.name}, {row.email}") for row in judges), _l("None"))
        self.kind.choices = list(words.KINDS.items())

    def chosen_severity(self) -> Severity | None:
        return Severity(self.severity.data) if self.severity.data else None


def _from(named: Iterable[tuple[int, str]], empty: Any) -> list[SelectChoice]:
    return [SelectChoice(0, empty), *(SelectChoice(number, name) for number, name in named)]


class ReasonForm(Form):
    """Why; for who looks back later."""

    reason = TextAreaField(_l("Why?"), WHY, description=_l("Oversight reads this too."))


class WaiverForm(ReasonForm):
    """Why there is leave, and until when."""

    ends_on = ADay(_l("Until when does the leave hold?"), description=_l("That day included."))


class EndForm(Form):
    """When it ended or will end."""

    ends_on = ADay(_l("When did it end, or when will it?"))


class QuestionForm(Form):
    """What is not right, for the secretariat."""

    note = TextAreaField(
        _l("What is not right?"),
        [DataRequired(_l("Write in a few words what is not right.")), NOTE],
        description=_l("Only the secretariat and oversight read it."),
    )
