"""What the secretariat types about a round."""

from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional
from wtforms.validators import Length as TextLength

from peerreview.core.forms import Form
from peerreview.rounds import words
from peerreview.rounds.dates import NAMES, Dates
from peerreview.rounds.lengths import ABOVE, LONGEST, MOST_ROWS, Length
from peerreview.rounds.rules import BOUNDS, Rules


class RoundForm(Form):
    """Name, framework, five days and all rules; `reason` matters once the round has begun."""

    version = HiddenField()
    name = StringField(
        _l("What is the round called?"),
        description=_l("For example: Spring 2027."),
        validators=[
            DataRequired(_l("Give the round a name.")),
            TextLength(max=100, message=_l("Use at most 100 characters.")),
        ],
    )
    framework_version_id = SelectField(
        _l("Which norms apply?"),
        description=_l("Every trajectory of this round works with this version."),
        coerce=int,
        validators=[DataRequired(_l("Choose a framework that is published."))],
    )
    reason = TextAreaField(
        _l("Why do you change this?"),
        description=_l("The round has begun. Others read this in the audit trail."),
        validators=[TextLength(max=1000, message=_l("Use at most 1,000 characters."))],
    )

    def dates(self) -> Dates:
        return Dates(**{name: self[name].data for name in NAMES})

    def rules(self) -> Rules:
        return Rules(**{field.name: self[field.name].data for field in fields(Rules)})

    def blame(self, problems: list[str], message: str) -> None:
        """Put a message beside each field that it is about, or on top of the form."""
        for name in problems:
            self[name].errors = [*self[name].errors, message]
        if not problems:
            self.form_errors.append(message)


def _add_fields() -> None:
    for name, (label, hint) in words.DATES.items():
        missing = InputRequired(_l("Fill in a day, for example 15-02-2027."))
        setattr(RoundForm, name, DateField(label, description=hint, validators=[missing]))
    for name, (label, hint, _unit) in words.RULES.items():
        least, most = BOUNDS[name]
        wrong = _l("Fill in a whole number from %(least)s to %(most)s.", least=least, most=most)
        checks: list[Any] = [InputRequired(wrong), NumberRange(least, most, wrong)]
        setattr(
            RoundForm, name, IntegerField(label, description=hint, default=getattr(Rules(), name), validators=checks)
        )


_add_fields()


class OpenForm(Form):
    tell = BooleanField(_l("Tell every coordinator by letter"), default=True)


class ReopenForm(Form):
    until = DateField(_l("Signing up until"), validators=[InputRequired(_l("Fill in a day, for example 15-02-2027."))])
    reason = TextAreaField(
        _l("Why do you open it again?"),
        validators=[
            DataRequired(_l("Say why you change a round that has begun.")),
            TextLength(max=1000, message=_l("Use at most 1,000 characters.")),
        ],
    )


class LengthsForm(Form):
    """The table of lengths: `MOST_ROWS` rows, the last for every larger organisation; a row without a size is none."""

    rows = range(MOST_ROWS)

    def table(self) -> list[Length]:
        sizes = [self[f"up_to_{n}"].data for n in self.rows[:-1]] + [ABOVE]
        filled = [n for n, size in enumerate(sizes) if size is not None]
        return [Length(sizes[n], self[f"whole_{n}"].data or 0, self[f"parts_{n}"].data or 0) for n in filled]

    @staticmethod
    def filled(table: "tuple[Length, ...]") -> dict[str, int]:
        """What the fields hold for this table."""
        found: dict[str, int] = {}
        for n, row in [*enumerate(table[:-1]), (MOST_ROWS - 1, table[-1])]:
            found |= {f"up_to_{n}": row.up_to, f"whole_{n}": row.whole, f"parts_{n}": row.parts}
        return found


def _add_length_fields() -> None:
    wrong_size = _l("Fill in a whole number from %(least)s to %(most)s.", least=1, most=9999)
    for n in LengthsForm.rows:
        if n < MOST_ROWS - 1:
            setattr(
                LengthsForm,
                f"up_to_{n}",
                IntegerField(_l("Up to so many fte"), validators=[Optional(), NumberRange(1, 9999, wrong_size)]),
            )
        for name, label in (("whole", _l("The whole organisation")), ("parts", _l("Parts of it"))):
            setattr(
                LengthsForm,
                f"{name}_{n}",
                SelectField(label, coerce=int, choices=[(k, words.half_days(k)) for k in range(1, LONGEST + 1)]),
            )


_add_length_fields()
