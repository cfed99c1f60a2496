"""What the secretariat alone is told: conflicts of interest in a team."""

from collections.abc import Sequence

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import outbox
from peerreview.impartiality.queries import Standing
from peerreview.visits.mail.writing import title_of, write
from peerreview.visits.models import Visit


def tell_left_out(visit: Visit, standing: Sequence[Standing]) -> None:
    """Tell the secretariat that offered reviewers are not in the team, and which conflicts of interest are why."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Somebody is left out of the team: %(title)s", title=title_of(visit)), [
            _("A conflict of interest with the host keeps a reviewer out of the team. Nobody else is told. See why:"),
            _links(visit, standing),
        ]

    write("visit.left_out", people_with(Role.SECRETARIAT), words, visit)


def tell_interests(visit: Visit, standing: Sequence[Standing]) -> None:
    """Tell the secretariat what stands in the way of a visit that has got its day, and did not when it was planned."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("A new conflict of interest: %(title)s", title=title_of(visit)), [
            _("Since this visit was planned, a conflict of interest came up. Nobody else is told. Look at it:"),
            _links(visit, standing),
        ]

    write("visit.interests", people_with(Role.SECRETARIAT), words, visit)


def _links(visit: Visit, standing: Sequence[Standing]) -> str:
    conflicts = [outbox.address(f"/impartiality/{one.conflict_id}") for one in standing]
    return "\n".join([*conflicts, outbox.address(f"/visits/{visit.id}")])
