"""The form with which the secretariat changes a status."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from peerreview.core.forms import Form


class StatusForm(Form):
    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Write the reason down: the organisation reads it.")), Length(max=2000)]
    )
