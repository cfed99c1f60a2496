"""What may be typed: another day with its reason, and the hour of the letter."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from peerreview.core.forms import Form


class PostponeForm(Form):
    """`was` is the day that the page showed, `seen` the new day of which the consequences were shown."""

    was = HiddenField()
    seen = HiddenField()
    on = DateField(_l("The new day"), validators=[InputRequired(_l("Choose a day."))])
    reason = TextAreaField(
        _l("Why?"),
        description=_l("Who must act reads this in a letter."),
        validators=[
            InputRequired(_l("Write the reason down: who must act reads it.")),
            Length(max=1000, message=_l("Use at most 1,000 characters.")),
        ],
    )

    @property
    def known(self) -> date | None:
        """The day that stood there when the page was made."""
        try:
            return date.fromisoformat(self.was.data or "")
        except ValueError:
            return None


class HourForm(Form):
    hour = SelectField(_l("From which hour?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hour.choices = [SelectChoice(hour, str(_l("%(hour)s:00", hour=hour))) for hour in range(24)]
