"""What may be asked of the register, and the form with which the secretariat changes a status."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from peerreview.core.forms import Form


def read_day(typed: str) -> date | None:
    """A day as people type it: 4-10-2027, 4/10/2027, 2027-10-04; None when it is none."""
    text = typed.strip().replace("/", "-").replace(".", "-")
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d-%m-%y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


class StatusForm(Form):
    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Write the reason down: the organisation reads it.")), Length(max=2000)]
    )
