"""What may be typed for fair play."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from peerreview.core import i18n
from peerreview.core.forms import Form
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.words import QUESTIONS, SCORES
from peerreview.frameworks.outline import NormView

TOO_LONG = _l("This text is too long: at most %(max)d characters. Shorten it; it is still here.")
CHOOSE = _l("Choose an answer.")
CHOICES = [(str(score), words) for score, words in SCORES.items()]


def _question(question: Question) -> RadioField:
    return RadioField(QUESTIONS[question], choices=CHOICES, validators=[InputRequired(CHOOSE)])


class FeedbackForm(Form):
    """Four questions and two texts; the texts may stay empty."""

    version = IntegerField(default=0, validators=[Optional()])
    prepared = _question(Question.PREPARED)
    listened = _question(Question.LISTENED)
    fair = _question(Question.FAIR)
    useful = _question(Question.USEFUL)
    helped = TextAreaField(_l("What helped you?"), [Optional(), Length(max=3000, message=TOO_LONG)])
    better = TextAreaField(_l("What could be better next time?"), [Optional(), Length(max=3000, message=TOO_LONG)])

    def scores(self) -> dict[Question, int]:
        return {question: int(self[question.value].data) for question in Question}


def no_norm(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None


class TakeHomeForm(Form):
    """What somebody wants to use at home, with or without a norm."""

    version = HiddenField(default="0")
    text = TextAreaField(
        _l("What do you want to use at home?"),
        [DataRequired(_l("Write down what you take home.")), Length(max=3000, message=TOO_LONG)],
        description=_l("Only your own organisation reads this. Functions, never names."),
    )
    norm_id = SelectField(_l("Which norm is it about?"), coerce=no_norm, validators=[Optional()])

    def with_norms(self, norms: Iterable[NormView]) -> "TakeHomeForm":
        self.norm_id.choices = [
            ("", str(_l("None in particular"))),
            *((norm.id, f"{norm.code} {i18n.localised(norm.title)}") for norm in norms),
        ]
        return self


class DrawForm(Form):
    """How many to draw, and the word or number that makes the draw repeatable."""

    count = IntegerField(
        _l("How many reviews?"),
        [InputRequired(_l("Write a number.")), NumberRange(1, 50, message=_l("From 1 to 50."))],
        default=5,
    )
    seed = StringField(
        _l("Lot number"),
        [Optional(), Length(max=40, message=TOO_LONG)],
        description=_l("With the same lot number the same reviews come out. Empty: we make one."),
    )


class AddForm(Form):
    """A review that is read again for a reason."""

    review_id = SelectField(_l("Which review?"), coerce=no_norm, validators=[InputRequired(_l("Choose a review."))])
    reason = StringField(
        _l("Why?"), [DataRequired(_l("Write down why you add this review.")), Length(max=200, message=TOO_LONG)]
    )


class RemarkForm(Form):
    """What a moderator found."""

    version = IntegerField(default=0, validators=[Optional()])
    remark = TextAreaField(
        _l("What stands out?"),
        [Optional(), Length(max=3000, message=TOO_LONG)],
        description=_l("Nothing? Save it empty. You read whether ratings fit with what was seen and heard."),
    )
