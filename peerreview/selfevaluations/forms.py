"""What somebody types about one norm, how norms are divided, and why it is opened again."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, Length

from peerreview.core.forms import Form, MultiCheckboxField
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.progress import LONGEST_STORY


class AnswerForm(Form):
    """The story and own rating of one norm, and documents beside it; all in one form, so that nothing typed is lost."""

    version = HiddenField()
    story = TextAreaField(
        _l("How are things with you now?"),
        description=_l("An example says more than a rule. No names of clients."),
        validators=[
            Length(
                max=LONGEST_STORY, message=_l("This story is too long. Use at most 100,000 characters: about 40 pages.")
            )
        ],
    )
    changes = TextAreaField(
        _l("What has changed since then?"),
        description=_l("Say what you did with the last report. Your reviewers read this too."),
        validators=[
            Length(
                max=LONGEST_STORY, message=_l("This story is too long. Use at most 100,000 characters: about 40 pages.")
            )
        ],
    )
    rating = RadioField(_l("What do you think yourselves?"), validate_choice=False)
    file = FileField(
        _l("Add a new document"),
        description=_l("PDF, Word, Excel, PNG, JPEG, TXT or CSV; at most 25 MB."),
    )
    documents = MultiCheckboxField(_l("Choose from your documents"), coerce=int)

    def own_rating(self) -> OwnRating | None:
        """The chosen rating; None when nothing that exists was chosen."""
        return OwnRating(self.rating.data) if self.rating.data in list(OwnRating) else None


class ReflectionForm(Form):
    """The answer to one of the five questions."""

    version = HiddenField()
    text = TextAreaField(
        validators=[
            Length(
                max=LONGEST_STORY, message=_l("This story is too long. Use at most 100,000 characters: about 40 pages.")
            )
        ],
    )


class RemarkForm(Form):
    text = TextAreaField(
        _l("Your remark"),
        description=_l("Only your own organisation reads this, also later."),
        validators=[
            DataRequired(_l("Write what you want to say.")),
            Length(max=3000, message=_l("Use at most 3,000 characters.")),
        ],
    )


class OldTextForm(Form):
    file = FileField(
        _l("Your old text"),
        description=_l("Word (.docx), Excel (.xlsx), CSV or plain text (.txt); at most 25 MB."),
        validators=[FileRequired(_l("Choose a file."))],
    )


class ReopenForm(Form):
    reason = TextAreaField(
        _l("Why?"),
        description=_l("The other reads this word for word."),
        validators=[
            DataRequired(_l("Write the reason down: the other reads it.")),
            Length(max=3000, message=_l("Use at most 3,000 characters.")),
        ],
    )
