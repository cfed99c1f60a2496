"""What somebody types about one action of the plan."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from peerreview.core.forms import Form
from peerreview.improvement.planning import Step

TOO_LONG = _l("Use at most 3,000 characters.")


class MayStayEmpty(Optional):
    """Empty is no mistake here; the page does not say "(optional)", because it is needed before the signature."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags: dict[str, bool] = {}


class ActionForm(Form):
    """One action; each part may stay empty until the plan is signed."""

    version = HiddenField()
    norm_id = SelectField(_l("About which norm?"), coerce=int, validate_choice=True)
    what = TextAreaField(
        _l("What are you going to do?"),
        description=_l("One thing that you can see being done."),
        validators=[Length(max=3000, message=TOO_LONG)],
    )
    owner = StringField(
        _l("Who makes sure of it?"),
        description=_l("A name or a function in your own organisation."),
        validators=[Length(max=200, message=_l("Use at most 200 characters."))],
    )
    due_on = DateField(_l("When is it done?"), validators=[MayStayEmpty()])
    expected_effect = TextAreaField(
        _l("What will people notice?"),
        description=_l("Think of an inhabitant, a volunteer or a colleague."),
        validators=[Length(max=3000, message=TOO_LONG)],
    )

    def step(self) -> Step:
        return Step(
            self.norm_id.data,
            self.what.data or "",
            self.owner.data or "",
            self.due_on.data,
            self.expected_effect.data or "",
        )
