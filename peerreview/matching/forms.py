"""What organisations and the secretariat type about an exchange."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from peerreview.core.forms import Form

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
