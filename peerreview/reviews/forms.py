"""What may be typed about a review. Texts have a length that no story needs, so that nobody can send a library."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from peerreview.core import i18n
from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.frameworks.outline import Outline
from peerreview.reviews.lifecycle import Advice, FactAnswer, Rating, Source

LONGEST = 20_000
TOO_LONG = _l("This text is too long: at most %(max)d characters. Shorten it; it is still here.")


class LongText(TextAreaField):
    """A text of a few pages at most; what is too long stays in the form."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, Length(max=LONGEST, message=TOO_LONG)], **kwargs)


class MayBeEmpty(Optional):
    """Nothing chosen is fine for now; unlike Optional it does not print "(optional)" beside the label."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, Any] = {}


class Drafted(Form):
    """A form that is saved while somebody writes: `version` is what they saw, `autosave` tells a draft."""

    version = IntegerField(default=0, validators=[Optional()])
    autosave = HiddenField()

    @property
    def is_draft(self) -> bool:
        return bool(self.autosave.data == "1")


def rating_choices(outline: Outline) -> list[tuple[str, str]]:
    """The framework's scale, best first, and `not_assessed` beside it."""
    scale = [(code, str(i18n.localised(label))) for code, label in outline.rating_labels.items()]
    return [*scale, (Rating.NOT_ASSESSED.value, str(_l("Not assessed")))]


def function_choices(outline: Outline) -> list[tuple[str, str]]:
    functions = [(code, str(i18n.localised(label))) for code, label in outline.interlocutor_labels.items()]
    return [("", str(_l("Nobody in particular"))), *functions]


def norm_choices(outline: Outline) -> list[tuple[str, str]]:
    norms = [(str(norm.id), f"{norm.code} {i18n.localised(norm.title)}") for norm in outline.norms]
    return [("", str(_l("No norm yet: choose later"))), *norms]


def number_in(value: str | None) -> int | None:
    """The number that a choice stands for; None for the empty choice."""
    return int(value) if value and value.isdecimal() and len(value) < 10 else None


def observation_choices(noted: Iterable[Any]) -> list[tuple[int, str]]:
    """What may be ticked: rows with their text, or bare ids where nobody reads them."""
    return [(row, "") if isinstance(row, int) else (row.id, row.text) for row in noted]


def to_rating(value: str | None) -> Rating | None:
    return Rating(value) if value else None


class ObservationForm(Drafted):
    text = LongText(
        _l("What did you see or hear?"),
        [DataRequired(_l("Write down what you saw or heard."))],
        description=_l("Only what was there. Judging comes later."),
    )
    source = RadioField(
        _l("How do you know this?"),
        choices=[
            (Source.HEARD.value, _l("Heard")),
            (Source.SEEN.value, _l("Seen on a walk")),
            (Source.SHADOWED.value, _l("Seen while going along")),
            (Source.READ.value, _l("Read in documents")),
        ],
        default=Source.HEARD.value,
    )
    interlocutor = SelectField(_l("From whom?"), description=_l("A function, never a name."))
    flagged = BooleanField(_l("I want to talk about this with my team"))
    norm_id = SelectField(_l("Which norm is it about?"), default="")
    item_id = SelectField(
        _l("In which talk?"), default="", validate_choice=False
    )  # it may have left the programme meanwhile
    files = MultipleFileField(
        _l("Photo or document"), description=_l("PDF, Word, Excel, PNG, JPEG, TXT or CSV; at most 25 MB each.")
    )
    client_key = HiddenField(validators=[Length(max=100)])

    def __init__(self, outline: Outline, items: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.interlocutor.choices = function_choices(outline)
        self.norm_id.choices = norm_choices(outline)
        self.item_id.choices = [("", str(_l("Outside a talk"))), *items]

    def values(self) -> dict[str, Any]:
        return {
            "text": self.text.data,
            "source": Source(self.source.data),
            "interlocutor": self.interlocutor.data,
            "flagged": bool(self.flagged.data),
            "norm_id": number_in(self.norm_id.data),
            "item_id": number_in(self.item_id.data),
        }

    def files_sent(self) -> list[FileStorage]:
        """The files that were chosen, if any."""
        return [file for file in self.files.data or [] if isinstance(file, FileStorage) and file.filename]


class ArrivalForm(ObservationForm):
    """A note that a device kept: by whom, when by its clock (milliseconds since 1970), and which number it had there."""

    person = IntegerField(validators=[InputRequired()])
    noted_at = IntegerField(validators=[InputRequired(), NumberRange(0, 10**14)])
    position = IntegerField(default=0, validators=[Optional(), NumberRange(0, 2**31 - 1)])
    edited = BooleanField()
    client_key = HiddenField(validators=[DataRequired(), Length(max=100)])


class RatingForm(Drafted):
    rating = RadioField(_l("What is your rating?"), validators=[MayBeEmpty()])
    note = LongText(_l("Your story"), description=_l("What did you see, and what does it mean? You can use it later."))
    observations = MultiCheckboxField(_l("Which of these lead to your rating?"), coerce=int)

    def __init__(self, outline: Outline, noted: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rating.choices = rating_choices(outline)
        self.observations.choices = observation_choices(noted)

    def validate(self, extra_validators: Any = None) -> bool:
        """A draft may be anything; who moves on has rated, and says why when they could not."""
        valid = bool(super().validate(extra_validators))
        if valid and not self.is_draft and self.rating.data == Rating.NOT_ASSESSED and not self.note.data:
            self.note.errors = [_l("Write down why you cannot rate this.")]
            return False
        return valid


class FindingForm(Drafted):
    rating = RadioField(_l("What will your rating be?"), validators=[MayBeEmpty()])
    not_assessed_reason = LongText(_l("Why could you not assess this?"))
    story = LongText(
        _l("The story in the report"), description=_l("Your texts stand here together. Make one story of them.")
    )
    strength = LongText(_l("What is strong?"))
    improvement = LongText(_l("What can be better?"), description=_l("Needed when the norm is not met in full."))
    diverging_opinion = LongText(
        _l("One of us still sees it otherwise"),
        description=_l("Then that opinion comes in the report as 'diverging opinion'. That is fine."),
    )
    observations = MultiCheckboxField(_l("On which observations does this lean?"), coerce=int)
    leaned = HiddenField()  # what was ticked when the page was made: only what changed since is this writer's

    def __init__(self, outline: Outline, noted: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rating.choices = rating_choices(outline)
        self.observations.choices = observation_choices(noted)

    def leaned_ids(self) -> list[int] | None:
        """The ids that were ticked when the page was made; None when it does not say."""
        said = self.leaned.data
        return None if said is None else [int(part) for part in said.split(",") if part.isdecimal() and len(part) < 10]

    def values(self) -> dict[str, Any]:
        texts = ("not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")
        return {name: self[name].data or "" for name in texts} | {"rating": to_rating(self.rating.data)}


class SummaryForm(Drafted):
    summary = LongText(
        _l("Summary"),
        description=_l("A few sentences that the host recognises: who did you meet, and what stays with you?"),
    )


class WordForm(Form):
    file = FileField(
        _l("The Word file (.docx)"),
        [FileRequired(_l("Choose a file."))],
        description=_l("You see what would change before anything is kept."),
    )


class ReasonForm(Form):
    reason = LongText(_l("Reason"))


class AnswerForm(Drafted):
    """What the host says about one finding. A draft may lack anything."""

    answer = RadioField(
        _l("What do you think?"),
        choices=[
            (FactAnswer.AGREE.value, _l("This is right")),
            (FactAnswer.ERROR.value, _l("There is an error")),
            (FactAnswer.COMMENT.value, _l("We explain something")),
        ],
        validators=[MayBeEmpty()],
    )
    text = LongText(
        _l("What is not right, or what do you want to explain?"),
        description=_l("It is about facts. The rating changes only when a fact beneath it changes."),
    )
    evidence = StringField(
        _l("What shows that?"),
        [Length(max=500, message=TOO_LONG)],
        description=_l("A document, a figure, a date. Needed with an error."),
    )
    evidence_id = SelectField(
        _l("Which of your documents shows it?"),
        validators=[MayBeEmpty()],
        description=_l("Not needed. The reviewers may open it when you choose it."),
    )
    file = FileField(
        _l("Add a new document"),
        description=_l("PDF, Word, Excel, an image (PNG, JPEG) or plain text (TXT, CSV), at most 25 MB."),
    )

    def __init__(self, documents: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.evidence_id.choices = [("", str(_l("No document"))), *((str(row.id), row.title) for row in documents)]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if valid and not self.is_draft and not self.answer.data:
            self.answer.errors = [_l("Choose what you think of it.")]
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """What it says; a text of which nobody said what it is explains something."""
        chosen = self.evidence_id.data
        return {
            "answer": FactAnswer(self.answer.data or FactAnswer.COMMENT),
            "text": self.text.data or "",
            "evidence": self.evidence.data or "",
            "document_id": int(chosen) if chosen else None,
        }

    @property
    def is_empty(self) -> bool:
        return not (self.answer.data or self.text.data or self.evidence.data or self.evidence_id.data)


class VerdictForm(Form):
    verdict = RadioField(
        _l("What do you decide?"),
        choices=[("accept", _l("Take it over")), ("reject", _l("Leave it as it is"))],
        validators=[InputRequired(_l("Choose what you decide."))],
    )
    story = LongText(_l("The story as it should read now"))
    rating = RadioField(_l("Rating"), validators=[MayBeEmpty()])
    reason = LongText(_l("Your answer to the host"), description=_l("Needed when you leave it as it is."))
    unread_reason = LongText(
        _l("Why do you decide without advice?"),
        description=_l("You write this once. The host and the commission can read it in the report."),
    )

    def __init__(self, outline: Outline, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rating.choices = rating_choices(outline)


class AdviceForm(Form):
    advice = RadioField(
        _l("What do you advise?"),
        choices=[(Advice.TAKE_OVER.value, _l("Take it over")), (Advice.LEAVE.value, _l("Leave it as it is"))],
        validators=[InputRequired(_l("Choose what you advise."))],
    )
    text = LongText(
        _l("Why do you think so?"), description=_l("Needed when it stays as it is. The host does not read this.")
    )


class ReaderForm(Form):
    """Whom the lead reviewer asks to read along."""

    person_id = SelectField(_l("Who reads along?"), coerce=int)

    def __init__(self, readers: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.person_id.choices = [(one.person_id, one.name) for one in readers]


class DeliveryForm(Form):
    """That a host got its report otherwise than by our letter."""

    day = DateField(_l("On which day did they get it?"), validators=[InputRequired(_l("Choose a day."))])
    reason = LongText(_l("How did they get it?"), description=_l("For example: on paper, or by another address."))
