"""What may be typed about a letter: why it is held, let go or sent again."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from peerreview.core.forms import Form


class ReasonForm(Form):
    reason = StringField(
        _l("Why?"),
        validators=[
            InputRequired(_l("Write down why; it stands in the log.")),
            Length(max=500, message=_l("Use at most 500 characters for the reason.")),
        ],
    )
