"""What an organisation types when it signs up, and what the secretariat types in answer."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.trajectories import words
from peerreview.trajectories.lifecycle import Route, ScopeKind
from peerreview.trajectories.signup import LONGEST_WISH, MOST_EXCLUSIONS, Offered, SignUp

TOO_LONG = _l("This text is too long: use at most %(max)s characters.", max="5.000")


def _choices(pairs: Sequence[tuple[Any, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def read_fte(text: str | None) -> Decimal:
    """'42,5' or '42.5' as a number of at most one decimal; empty is 0. Raises ValueError."""
    plain = (text or "").strip().replace(",", ".")
    if not plain:
        return Decimal(0)
    try:
        fte = Decimal(plain)
    except InvalidOperation:
        raise ValueError from None
    if not fte.is_finite() or not 0 <= fte <= 99_999:
        raise ValueError
    return fte.quantize(Decimal("0.1"))


class ExclusionForm(PlainForm):
    """One organisation that must not be met, and why."""

    organisation = SelectField(_l("Organisation"), coerce=int, default=0)
    reason = StringField(
        _l("Why not?"), validators=[Length(max=500, message=_l("Use at most 500 characters for the reason."))]
    )


class SignUpForm(Form):
    """The whole sign-up; each part may stay empty until it is signed."""

    version = HiddenField()
    route = RadioField(
        _l("How do you want to be reviewed?"), choices=[SelectChoice(r.value, w[0]) for r, w in words.ROUTES.items()]
    )
    scope_kind = RadioField(
        _l("For what do you sign up?"), choices=[SelectChoice(s.value, w[0]) for s, w in words.SCOPES.items()]
    )
    scope_text = TextAreaField(
        _l("Which parts?"),
        description=_l("Only when you sign up some parts. For example: youth work in Zutphen and Lochem."),
        validators=[Length(max=2000, message=_l("Use at most 2,000 characters."))],
    )
    fte = StringField(
        _l("How many fte does your organisation have?"),
        description=_l("Count paid staff only. An estimate will do, for example 42.5."),
    )
    work_fields = MultiCheckboxField(
        _l("In which work fields?"), coerce=int, description=_l("We filled in what stands in your profile.")
    )
    reviewers = MultiCheckboxField(_l("Who can review another organisation?"), coerce=int)
    experienced = MultiCheckboxField(_l("Who has done this before?"), coerce=int)
    lead = RadioField(_l("Who leads the team?"), coerce=int, validate_choice=False)
    max_travel_minutes = SelectField(
        _l("How far do you want to travel?"),
        coerce=int,
        description=_l("One way, from your main site to your partner."),
    )
    months = MultiCheckboxField(
        _l("In which months do visits suit you?"),
        coerce=int,
        description=_l("The more months, the easier it is to match."),
    )
    learning = MultiCheckboxField(_l("What do you want to learn about?"))
    strengths = MultiCheckboxField(_l("What are you strong in?"))
    wishes = TextAreaField(
        _l("What else do you wish for?"),
        description=_l("In your own words. For example: a partner that works in villages too."),
        validators=[Length(max=LONGEST_WISH, message=TOO_LONG)],
    )
    exclusions = FieldList(FormField(ExclusionForm), max_entries=MOST_EXCLUSIONS)

    def validate_fte(self, field: StringField) -> None:
        try:
            read_fte(field.data)
        except ValueError:
            raise ValidationError(_l("Fill in the number of fte as a number, for example 42.5.")) from None

    def offer(
        self,
        *,
        work_fields: Sequence[tuple[int, str]],
        people: Sequence[tuple[int, str]],
        competencies: Sequence[tuple[str, str]],
        others: Sequence[tuple[int, str]],
        travel: int,
    ) -> None:
        """Fill in what there is to choose from."""
        self.work_fields.choices = _choices(work_fields)
        self.reviewers.choices = self.experienced.choices = self.lead.choices = _choices(people)
        self.learning.choices = self.strengths.choices = _choices(competencies)
        self.months.choices = _choices(words.month_names())
        minutes = sorted({*words.TRAVEL, travel})
        self.max_travel_minutes.choices = _choices([(n, words.travel_name(n)) for n in minutes])
        organisations = _choices([(0, str(_l("Nobody"))), *others])
        for entry in self.exclusions:
            entry.form.organisation.choices = organisations

    def values(self) -> SignUp:
        """What was typed, as values; only after it was found right."""
        experienced = set(self.experienced.data or [])
        reasons = {e.form.organisation.data: (e.form.reason.data or "").strip() for e in self.exclusions}
        return SignUp(
            route=Route(self.route.data),
            scope_kind=ScopeKind(self.scope_kind.data),
            scope_text=self.scope_text.data or "",
            fte=read_fte(self.fte.data),
            work_field_ids=frozenset(self.work_fields.data or []),
            reviewers=tuple(Offered(n, n in experienced, n == self.lead.data) for n in self.reviewers.data or []),
            max_travel_minutes=self.max_travel_minutes.data,
            months=tuple(sorted(self.months.data or [])),
            wishes=self.wishes.data or "",
            learning=tuple(self.learning.data or []),
            strengths=tuple(self.strengths.data or []),
            exclusions=tuple((n, reason) for n, reason in reasons.items() if n),
        )


def typed(sign_up: SignUp, *, experienced: set[int]) -> dict[str, Any]:
    """A sign-up as the form shows it, with two empty rows for organisations; `experienced` from earlier rounds."""
    marked = {offered.person_id for offered in sign_up.reviewers if offered.experienced}
    known = marked | (experienced - {offered.person_id for offered in sign_up.reviewers})
    empty = min(2, MOST_EXCLUSIONS - len(sign_up.exclusions))
    return {
        "route": sign_up.route.value,
        "scope_kind": sign_up.scope_kind.value,
        "scope_text": sign_up.scope_text,
        "fte": f"{sign_up.fte.normalize():f}".replace(".", ",") if sign_up.fte else "",
        "work_fields": sorted(sign_up.work_field_ids),
        "reviewers": [offered.person_id for offered in sign_up.reviewers],
        "experienced": sorted(known),
        "lead": next((offered.person_id for offered in sign_up.reviewers if offered.lead), None),
        "max_travel_minutes": sign_up.max_travel_minutes,
        "months": list(sign_up.months),
        "learning": list(sign_up.learning),
        "strengths": list(sign_up.strengths),
        "wishes": sign_up.wishes,
        "exclusions": [{"organisation": n, "reason": reason} for n, reason in sign_up.exclusions]
        + [{"organisation": 0, "reason": ""}] * empty,
    }


class ReasonForm(Form):
    """A reason that the other reads."""

    reason = TextAreaField(
        _l("Why?"),
        description=_l("The other reads this word for word."),
        validators=[
            DataRequired(_l("Write the reason down: the other reads it.")),
            Length(max=3000, message=_l("Use at most 3,000 characters.")),
        ],
    )


class ReasonAndDayForm(ReasonForm):
    """The same with a day."""

    on = DateField(_l("Until which day?"), validators=[InputRequired(_l("Fill in a day, for example 15-02-2027."))])


class ReasonAndDueForm(ReasonForm):
    """A reason, and the day by which what comes next is due."""

    on = DateField(_l("By which day?"), validators=[InputRequired(_l("Fill in a day, for example 15-02-2027."))])
