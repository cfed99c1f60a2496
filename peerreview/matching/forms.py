"""What organisations and the secretariat type about an exchange, and what the secretariat tries in a rehearsal."""

from typing import Any, Self

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from peerreview.core.forms import Form
from peerreview.matching.trials import TRIED, WEIGHTS
from peerreview.rounds.rules import BOUNDS, Rules
from peerreview.rounds.words import RULES

TOO_LONG = Length(max=3000, message=_l("Use at most 3,000 characters."))


class ObjectionForm(Form):
    """Why an organisation does not want this exchange."""

    reason = TextAreaField(
        _l("Why do you object?"),
        description=_l("Only the secretariat reads this. Your partner does not hear why."),
        validators=[DataRequired(_l("Write down why you object. Only the secretariat reads it.")), TOO_LONG],
    )


class DissolutionForm(Form):
    """Why the secretariat ends an exchange."""

    reason = TextAreaField(
        _l("What do you tell the members?"),
        description=_l("All members read this. Do not repeat what one of them told you in confidence."),
        validators=[DataRequired(_l("Write the reason down: the members read it.")), TOO_LONG],
    )


class ByHandForm(Form):
    """Why a group is proposed by hand; needed when a rule forbids it."""

    reason = TextAreaField(
        _l("Why this group?"),
        description=_l("Only the secretariat reads this. You need it when a rule forbids the group."),
        validators=[TOO_LONG],
    )


class TrialForm(Form):
    """The weights and rules of one rehearsal; what is not sent stays as it was."""

    largest_ring = SelectField(
        _l("Which groups may be made?"),
        coerce=int,
        choices=[(2, _l("Pairs only")), (3, _l("Pairs and rings of three")), (4, _l("Pairs, rings of three and four"))],
    )
    best_worst_first = SelectField(
        _l("What comes first?"),
        coerce=int,
        choices=[(0, _l("The best total")), (1, _l("The weakest group as good as possible"))],
    )

    @classmethod
    def of(cls, rules: Rules, sent: bool = False) -> Self:
        """Filled with these rules, and with what was sent of it."""
        values = {name: getattr(rules, name) for name in TRIED}
        if not sent:
            return cls(formdata=None, data=values)
        given = MultiDict(request.form)
        for name, value in values.items():
            given.setdefault(name, str(value))
        return cls(formdata=given)

    def tried(self) -> dict[str, int]:
        """What was chosen, by the names of a round's rules."""
        return {name: self[name].data for name in TRIED}

    @property
    def weights(self) -> list[Any]:
        return [self[name] for name in WEIGHTS]


def _add_numbers() -> None:
    for name in (*WEIGHTS, "ring_cost"):
        least, most = BOUNDS[name]
        wrong = _l("Fill in a whole number from %(least)s to %(most)s.", least=least, most=most)
        checks: list[Any] = [InputRequired(wrong), NumberRange(least, most, wrong)]
        setattr(TrialForm, name, IntegerField(RULES[name][0], description=RULES[name][1], validators=checks))


_add_numbers()


class MoveForm(Form):
    """Whom to put with whom, in the next rehearsal."""

    who = SelectField(_l("Which organisation do you move?"), coerce=int)
    partner = SelectField(_l("With whom do you put it?"), coerce=int)
    how = RadioField(
        _l("How?"),
        choices=[("pair", _l("As a pair of two")), ("ring", _l("Into the group that it is in, as a ring"))],
        default="pair",
    )
    reason = TextAreaField(
        _l("Why?"),
        description=_l("Needed only when a rule forbids it. It stands in the impartiality register."),
        validators=[TOO_LONG],
    )

    def offer(self, choices: list[tuple[int, str]]) -> Self:
        self.who.choices = self.partner.choices = [(0, gettext("Choose")), *choices]
        return self


class PublicationForm(Form):
    """What is said at publishing: to whom an exchange ends for, and why something is done otherwise."""

    told = TextAreaField(
        _l("What do you tell the members whose exchange ends?"),
        description=_l("All members of it read this. Do not repeat what one of them told you in confidence."),
        validators=[TOO_LONG],
    )
    despite = BooleanField(_l("I publish it all the same"))
    reason = TextAreaField(
        _l("Why do you publish it all the same?"),
        description=_l("It stands in the impartiality register and in the audit trail."),
        validators=[TOO_LONG],
    )


class RetractionForm(Form):
    """Why a publication is taken back."""

    reason = TextAreaField(
        _l("Why do you take it back?"),
        description=_l("Only the secretariat reads this."),
        validators=[DataRequired(_l("Write down why you take it back.")), TOO_LONG],
    )


class SearchForm(Form):
    """Another day by which an organisation has a partner, and why."""

    on = DateField(_l("By which day?"), validators=[InputRequired(_l("Fill in a day, for example 15-02-2027."))])
    reason = TextAreaField(
        _l("Why another day?"),
        description=_l("The organisation reads this in a letter and on its page."),
        validators=[DataRequired(_l("Write the reason down: the organisation reads it.")), TOO_LONG],
    )
    version = HiddenField()

    @property
    def known(self) -> int | None:
        """The version that the writer saw; None when it is no number."""
        said = self.version.data or ""
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None
