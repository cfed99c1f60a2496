"""What the forms of the commission share."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length, Optional

TOO_LONG = Length(max=3000, message=_l("Use at most 3,000 characters."))
ROWS = 4  # of conditions on the form of a motion; more come with each page that is sent


class MayStayEmpty(Optional):
    """Empty is no mistake here; the page does not say "(optional)", because a filled row needs it."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}
