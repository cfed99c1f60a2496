"""What is typed about a list: its questions and days, their words, and one filled-in sheet."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from peerreview.core import i18n
from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.frameworks.outline import Outline
from peerreview.questionnaires import words
from peerreview.questionnaires.asking import (
    LONGEST_ANSWER,
    LONGEST_INTRODUCTION,
    LONGEST_QUESTION,
    MOST_OPEN,
    OwnQuestion,
    proposed,
)
from peerreview.questionnaires.disclosure import OPEN, SCALE, Question
from peerreview.questionnaires.lifecycle import Audience, Stance
from peerreview.questionnaires.models import Questionnaire

MISSING = _l("Fill in a day, for example 15-02-2027.")
TOO_LONG = _l("A question has at most 300 characters.")
ANSWER_TOO_LONG = _l("Use at most 2,000 characters for one answer.")


class QuestionsForm(Form):
    """Which questions, from when, until when."""

    version = HiddenField()
    norms = MultiCheckboxField(_l("About which norms?"), coerce=int)
    introduction = TextAreaField(
        _l("What do people read first?"),
        description=_l("Two or three short sentences: why you ask, and what you do with it. It stays as you wrote it."),
        validators=[Optional(), Length(max=LONGEST_INTRODUCTION, message=_l("Use at most 1,000 characters."))],
    )
    opens_on = DateField(
        _l("First day"),
        description=_l("From this day on people can answer, and the questions no longer change."),
        validators=[InputRequired(MISSING)],
    )
    closes_on = DateField(_l("Last day"), validators=[InputRequired(MISSING)])

    def own(self) -> list[OwnQuestion]:
        """The open questions that were filled in."""
        parts = [(self[f"open{n}"].data, self[f"open{n}_en"].data, self[f"open{n}_norm"].data) for n in OWN]
        return [OwnQuestion(nl, en or "", norm or None) for nl, en, norm in parts if nl]


OWN = range(1, MOST_OPEN + 1)


def _only_with_dutch(form: Any, field: Any) -> None:
    if field.data and not form[field.name.removesuffix("_en")].data:
        raise ValidationError(_l("Write the question in Dutch too."))


def _norm_id(value: Any) -> int:
    return int(value or 0)


for _n in OWN:
    _long = Length(max=LONGEST_QUESTION, message=TOO_LONG)
    setattr(QuestionsForm, f"open{_n}", StringField(_l("Question %(num)s, in Dutch", num=_n), validators=[_long]))
    _english = StringField(_l("Question %(num)s, in English", num=_n), validators=[_long, _only_with_dutch])
    setattr(QuestionsForm, f"open{_n}_en", _english)
    setattr(QuestionsForm, f"open{_n}_norm", SelectField(_l("It is about"), coerce=_norm_id, default=0))


def questions_form(outline: Outline, audience: Audience, made: Questionnaire | None, **otherwise: Any) -> QuestionsForm:
    """The form with what was chosen before, else with `otherwise`."""
    shown: dict[str, Any] = {"version": 0} | otherwise
    if made is not None:
        shown = {
            "version": made.version, "introduction": made.introduction, "opens_on": made.opens_on,
            "closes_on": made.closes_on, "norms": [q["norm_id"] for q in made.questions if q["kind"] == SCALE],
        }  # fmt: skip
        for n, question in enumerate([q for q in made.questions if q["kind"] == OPEN], 1):
            nl, en = question["text"]["nl"], question["text"]["en"]
            shown |= {f"open{n}": nl, f"open{n}_en": "" if en == nl else en, f"open{n}_norm": question["norm_id"] or 0}
    form = QuestionsForm(data=shown)
    form.norms.choices = [SelectChoice(norm.id, i18n.localised(norm.statement)) for norm in proposed(outline, audience)]
    about = [SelectChoice(0, _l("no norm in particular"))]
    about += [SelectChoice(norm.id, f"{norm.code} {i18n.localised(norm.title)}") for norm in outline.norms]
    for n in OWN:
        form[f"open{n}_norm"].choices = about
    return form


class WordsForm(Form):
    """The words of each question, in both languages."""

    version = HiddenField()

    def texts(self, questions: Sequence[Question]) -> dict[str, tuple[str, str]]:
        return {q["id"]: (self[q["id"]].data or "", self[f"{q['id']}_en"].data or "") for q in questions}


def words_form(made: Questionnaire) -> WordsForm:
    fields: dict[str, Any] = {}
    shown: dict[str, Any] = {"version": made.version}
    for question in made.questions:
        long = Length(max=LONGEST_QUESTION, message=TOO_LONG)
        needed = InputRequired(_l("Every question needs words in Dutch."))
        fields[question["id"]] = TextAreaField(_l("In Dutch"), validators=[needed, long])
        fields[f"{question['id']}_en"] = TextAreaField(_l("In English"), validators=[Optional(), long])
        nl, en = question["text"]["nl"], question["text"]["en"]
        shown |= {question["id"]: nl, f"{question['id']}_en": "" if en == nl else en}
    form: WordsForm = type("WordsOfQuestions", (WordsForm,), fields)(data=shown)
    return form


class LastDayForm(Form):
    closes_on = DateField(_l("Last day"), validators=[InputRequired(MISSING)])


class SheetForm(Form):
    """One filled-in sheet; `key` makes that it counts once, `read` that its warning was seen."""

    key = HiddenField()
    read = HiddenField()

    def answers(self, questions: Sequence[Question]) -> dict[str, str]:
        return {q["id"]: self[q["id"]].data or "" for q in questions}

    def texts(self, questions: Sequence[Question]) -> list[str]:
        return [self[q["id"]].data or "" for q in questions if q["kind"] == OPEN]


def sheet_form(questions: Sequence[Question], key: str, **kwargs: Any) -> SheetForm:
    """A sheet with these questions, in the language now spoken. Every one may be skipped."""
    fields: dict[str, Any] = {}
    for question in questions:
        text = i18n.localised(question["text"])
        if question["kind"] == OPEN:
            long = Length(max=LONGEST_ANSWER, message=ANSWER_TOO_LONG)
            fields[question["id"]] = TextAreaField(text, validators=[long])
        else:
            choices = [SelectChoice(stance.value, words.stance(stance)) for stance in Stance]
            known = AnyOf([stance.value for stance in Stance], message=_l("Choose one of the answers."))
            fields[question["id"]] = RadioField(
                text, choices=choices, validate_choice=False, validators=[Optional(), known]
            )
    form: SheetForm = type("SheetOfQuestions", (SheetForm,), fields)(data={"key": key}, **kwargs)
    return form
