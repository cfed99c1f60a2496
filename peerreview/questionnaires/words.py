"""What audiences, steps and stages are called, in the language now spoken."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from peerreview.core import i18n
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.lifecycle import Audience, Stage, Stance

AUDIENCES = {
    Audience.CLIENTS: _l("Clients"),
    Audience.VOLUNTEERS: _l("Volunteers"),
    Audience.PARTNERS: _l("Partners"),
}
STANCES = {
    Stance.FULLY: _l("I fully agree"),
    Stance.AGREE: _l("I agree"),
    Stance.DISAGREE: _l("I disagree"),
    Stance.NOT_AT_ALL: _l("I do not agree at all"),
    Stance.UNKNOWN: _l("I do not know"),
}


def audience(which: Audience) -> str:
    return str(AUDIENCES[which])


def stance(which: str) -> str:
    return str(STANCES[Stance(which)])


def state(asked: Asked) -> tuple[str, str]:
    """The kind and words of the state of a list, for `ui.state`."""
    made = asked.questionnaire
    if made is None:
        return "todo", _("Not made yet")
    if asked.stage == Stage.PREPARED:
        return "due", _("Opens on %(day)s", day=i18n.day(made.opens_on))
    if asked.stage == Stage.OPEN:
        return "busy", _("Open up to and including %(day)s", day=i18n.day(made.closes_on))
    return ("todo", _("Link closed, not counted yet")) if asked.stage == Stage.ENDED else ("done", _("Closed"))


def told_so_far(count: int) -> str:
    """How many answered, as far as that may be told before the closing."""
    return str(_("%(num)s or more", num=count) if count else _("fewer than five"))
