"""What an organisation types about what it brings and what it looks for."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.marketplace import offer_words as words
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.offering import LONGEST_STORY, MOST_EXPERIENCED, MOST_REVIEWS, WORKING_DAYS, Content
from peerreview.trajectories.words import TRAVEL, month_names, travel_name

Pairs = Iterable[tuple[Any, Any]]
HOW_MANY = _l("Fill in a number from 0 to %(most)s.", most=MOST_EXPERIENCED)


def _choices(pairs: Pairs) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class OfferForm(Form):
    """The whole offer; each part may stay empty until it is published."""

    version = HiddenField()
    work_fields = MultiCheckboxField(
        _l("What work do you do?"), description=_l("We filled in what stands in your sign-up.")
    )
    strengths = MultiCheckboxField(_l("What can others see with you?"))
    experienced_reviewers = IntegerField(
        _l("How many of your reviewers have done this before?"),
        validators=[InputRequired(HOW_MANY), NumberRange(0, MOST_EXPERIENCED, HOW_MANY)],
    )
    reviews = SelectField(
        _l("How many reviews can you do in this round?"),
        coerce=int,
        description=_l("With one you are in a pair. In a ring of three or four it is also one."),
    )
    learning = MultiCheckboxField(_l("What do you want to learn about?"))
    norms = MultiCheckboxField(_l("Which norms do you want to look at with others?"))
    partner_fields = MultiCheckboxField(
        _l("Must your partner do certain work?"), description=_l("Choose nothing when all work is welcome.")
    )
    partner_size = RadioField(_l("How large may your partner be?"))
    partner_experience = RadioField(_l("Has your partner done this before?"))
    max_travel_minutes = SelectField(
        _l("How far do you want to travel?"),
        coerce=int,
        description=_l("One way, from your main site to your partner."),
    )
    months = MultiCheckboxField(_l("In which months do visits suit you?"), coerce=int)
    days = MultiCheckboxField(
        _l("On which days do visits suit you?"),
        coerce=int,
        description=_l("For example because many of you work part-time. Choose nothing when every day is fine."),
    )
    story = TextAreaField(
        _l("What do you want to say to the others?"),
        description=_l("A few lines. What are you busy with, and what would you like somebody to look at?"),
        validators=[
            Length(max=LONGEST_STORY, message=_l("This text is too long: use at most %(max)s characters.", max="1.500"))
        ],
    )

    def offer(self, *, work_fields: Pairs, competencies: Pairs, norms: Pairs, travel: int) -> None:
        """Fill in what there is to choose from; `travel` is what stands there now."""
        work, parts = list(work_fields), list(competencies)
        self.work_fields.choices, self.partner_fields.choices = _choices(work), _choices(work)
        self.strengths.choices, self.learning.choices = _choices(parts), _choices(parts)
        self.norms.choices = _choices(norms)
        self.reviews.choices = _choices((number, str(number)) for number in range(1, MOST_REVIEWS + 1))
        self.partner_size.choices = _choices((wish.value, label) for wish, label in words.SIZES.items())
        self.partner_experience.choices = _choices((wish.value, label) for wish, label in words.EXPERIENCE.items())
        self.max_travel_minutes.choices = _choices((n, travel_name(n)) for n in sorted({*TRAVEL, travel}))
        self.months.choices = _choices(month_names())
        self.days.choices = _choices((number, words.weekday(number)) for number in WORKING_DAYS)

    def values(self) -> Content:
        """What was typed, as values; only after it was found right."""
        return Content(
            story=self.story.data or "",
            work_fields=_all(self.work_fields.data),
            strengths=_all(self.strengths.data),
            experienced_reviewers=self.experienced_reviewers.data,
            reviews=self.reviews.data,
            learning=_all(self.learning.data),
            norms=_all(self.norms.data),
            partner_fields=_all(self.partner_fields.data),
            partner_size=SizeWish(self.partner_size.data),
            partner_experience=ExperienceWish(self.partner_experience.data),
            max_travel_minutes=self.max_travel_minutes.data,
            months=tuple(sorted(self.months.data or [])),
            days=tuple(sorted(self.days.data or [])),
        )


def _all(chosen: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(chosen or ())


def typed(content: Content) -> dict[str, Any]:
    """An offer as the form shows it."""
    values = {each.name: getattr(content, each.name) for each in fields(Content)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()} | {
        "partner_size": content.partner_size.value,
        "partner_experience": content.partner_experience.value,
    }
