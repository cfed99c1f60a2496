"""Letters about conditions: to the commission that something was shown, to the organisation what came of it."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.commission.lifecycle import ConditionState
from peerreview.commission.mail.writing import write
from peerreview.commission.queries.conditions import Shown
from peerreview.commission.queries.seats import people
from peerreview.core import i18n


def tell_shown(shown: Shown) -> int:
    """Tell who of the commission checks it; the letter names no organisation."""

    def words() -> tuple[str, str]:
        return (
            _("A condition waits for your judgement"),
            _("An organisation shows that it meets a condition. You look at that norm alone."),
        )

    readers = people(sorted(shown.checkers))
    return write("condition.shown", readers, words, path=f"/conditions/{shown.condition.id}", about=shown.condition)


def tell_checked(shown: Shown) -> int:
    """Tell the organisation whether its condition is met, or what is still asked."""
    condition = shown.condition

    def words() -> tuple[str, str]:
        norm = condition.norm
        if condition.state == ConditionState.MET:
            head, text = (
                _("Your condition about %(norm)s is met", norm=norm),
                _("The commission looked at what you showed."),
            )
        elif condition.state == ConditionState.NOT_MET:
            head = _("Your condition about %(norm)s is not met", norm=norm)
            text = _("The secretariat calls you about what this means for your certificate.")
        else:
            head = _("The commission asks more about %(norm)s", norm=norm)
            text = _("Show it by %(day)s.", day=i18n.day(condition.due_on))
        return head, "\n\n".join(filter(None, [text, condition.verdict]))

    return write("condition.checked", _people(shown), words, path=f"/conditions/{condition.id}", about=condition)


def _people(shown: Shown) -> list[Person]:
    own = shown.trajectory.organisation_id
    return [*people_with(Role.COORDINATOR, own), *people_with(Role.EXECUTIVE, own)]
