"""Invitations that follow each change of a visit."""

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import i18n, outbox
from peerreview.visits import queries
from peerreview.visits.invitations import CANCEL, REQUEST
from peerreview.visits.mail.writing import title_of, write
from peerreview.visits.models import Visit


def _facts(visit: Visit) -> str:
    return "\n".join(
        [
            _("Day: %(day)s", day=i18n.day(visit.starts_at, year=True)),
            _("Time: %(start)s – %(end)s", start=i18n.clock_time(visit.starts_at), end=i18n.clock_time(visit.ends_at)),
            _("Place: %(place)s", place=visit.location),
            _("Team: %(names)s", names=", ".join(member.person.name for member in visit.team)),
        ]
    )


def invite(visit: Visit) -> None:
    """Send everybody on the visit its calendar invitation."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("The day is fixed: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The invitation in this letter puts it in your calendar."),
            outbox.address(f"/visits/{visit.id}"),
        ]

    write("visit.invitation", queries.people_on(visit), words, visit, REQUEST)


def tell_moved(visit: Visit, *, reason: str) -> None:
    """Tell everybody on the visit of its new day; calendars replace the old one."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Moved: %(title)s", title=title_of(visit)), [
            _facts(visit),
            _("The reason: %(reason)s", reason=reason),
            _("The invitation in this letter replaces the old day in your calendar."),
            outbox.address(f"/visits/{visit.id}"),
        ]

    write("visit.moved", queries.people_on(visit), words, visit, REQUEST)


def tell_cancelled(visit: Visit, *, reason: str) -> None:
    """Take a visit, which must still have its day, out of everybody's calendar."""

    def words(reader: Person) -> tuple[str, list[str]]:
        day = i18n.day(visit.starts_at, year=True)
        text = [_("The visit on %(day)s does not take place.", day=day)]
        if reason:
            text.append(_("The reason: %(reason)s", reason=reason))
        return _("Cancelled: %(title)s", title=title_of(visit)), [
            *text,
            _("The invitation in this letter takes it out of your calendar."),
        ]

    write("visit.cancelled", queries.people_on(visit), words, visit, CANCEL)
