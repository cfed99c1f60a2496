"""Which file the secretariat brings in."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from peerreview.core.forms import Form


class FrameworkForm(Form):
    file = FileField(
        _l("Framework file"),
        [FileRequired(_l("Choose a file."))],
        description=_l("A JSON file with everything in it: chapters, competencies, norms, in Dutch and English."),
    )
