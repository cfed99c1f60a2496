"""The five questions and what old texts are told about, in words."""

from flask_babel import lazy_gettext as _l

from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.placing import LOOSE, SEVERAL, UNKNOWN

QUESTIONS = {
    Question.WELL: _l("What goes well?"),
    Question.SHARE: _l("What goes so well that you would share it?"),
    Question.NOT_YET: _l("What does not go well yet?"),
    Question.CAN_DO: _l("What can you do about it?"),
    Question.HELP: _l("Where do you need help?"),
}
HINTS = {
    Question.WELL: _l("What are you proud of? What do the people you work for notice?"),
    Question.SHARE: _l("Other organisations may learn from this."),
    Question.NOT_YET: _l("It is no shame. Here your reviewers can think along."),
    Question.CAN_DO: _l("What is within your own reach, this year?"),
    Question.HELP: _l("From whom: your reviewers, other members, the municipality?"),
}
STRANGE = {
    LOOSE: _l("no norm stands with this"),
    UNKNOWN: _l("this norm is not in your framework"),
    SEVERAL: _l("more than one norm stands with this"),
}
