"""Saying that somebody is a qualified reviewer, and taking it back."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from peerreview.core.forms import Form
from peerreview.credentials.services import MONTHS


class QualifyForm(Form):
    ground = TextAreaField(_l("On what ground?"), [InputRequired(_l("Write down on what ground.")), Length(max=2000)])
    months = IntegerField(
        _l("For how many months?"), [NumberRange(1, 60, _l("Choose a term between 1 and 60 months."))], default=MONTHS
    )


class EndForm(Form):
    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Write the reason down: the reviewer reads it.")), Length(max=2000)]
    )
