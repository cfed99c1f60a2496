"""Letters to the members about meetings: none names a dossier, for who is kept out of one gets the same words.

Each carries the meeting as an entry for the reader's own calendar (iTIP, as visits have it); the entry names nobody else
who is invited, and nothing of the agenda.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import MeetingKind, MeetingState
from peerreview.commission.mail.writing import Attach, Words, write
from peerreview.commission.models import Meeting
from peerreview.core import clock, i18n, outbox
from peerreview.visits.invitations import CANCEL, REQUEST, Attendee, Entry, calendar_of

FILE = "vergadering.ics"


def invite(meeting: Meeting, people: Iterable[Person], *, until: datetime) -> int:
    """Invite these people; the number of letters."""

    def words() -> tuple[str, str]:
        if meeting.kind == MeetingKind.WRITTEN:
            return _("The commission decides in writing"), " ".join(
                [_("A written procedure begins on %(day)s.", day=_moment(meeting.starts_at)), _closes(meeting), _read()]
            )
        return _("The commission meets on %(day)s", day=i18n.day(meeting.starts_at)), "\n\n".join(
            [
                _("You are invited to the meeting on %(day)s.", day=_moment(meeting.starts_at)) + _where(meeting),
                _("Please say on its page whether you come.") + " " + _read(),
            ]
        )

    return _send("meeting.invite", meeting, people, words, until)


def tell_moved(meeting: Meeting, people: Iterable[Person], *, until: datetime) -> None:
    """Tell these people of the new moment or place; calendars replace the old one."""

    def words() -> tuple[str, str]:
        if meeting.kind == MeetingKind.WRITTEN:
            begins = _("A written procedure begins on %(day)s.", day=_moment(meeting.starts_at))
            return _("The written procedure has changed"), begins + " " + _closes(meeting)
        moved = _("The meeting of the commission is now on %(day)s.", day=_moment(meeting.starts_at)) + _where(meeting)
        again = _("Please say again on its page whether you come.")
        return _("The meeting of the commission has changed"), moved + "\n\n" + again

    _send("meeting.moved", meeting, people, words, until)


def tell_cancelled(meeting: Meeting, people: Iterable[Person], *, reason: str, until: datetime) -> None:
    """Take the meeting out of the calendar of these people."""

    def words() -> tuple[str, str]:
        day = i18n.day(meeting.starts_at)
        subject, text = _("The meeting of %(day)s is cancelled", day=day), _(
            "The meeting of %(day)s does not take place.", day=day
        )  # fmt: skip
        if meeting.kind == MeetingKind.WRITTEN:
            subject = _("The written procedure is cancelled")
            text = _("The written procedure that begins on %(day)s does not take place.", day=day)
        return subject, text + f"\n\n{reason}"

    _send("meeting.cancelled", meeting, people, words, until, method=CANCEL, cancelled=True)


def tell_called(meeting: Meeting, people: Iterable[Person], *, reason: str, until: datetime) -> None:
    """Call a substitute: an invitation with the reason."""

    def words() -> tuple[str, str]:
        when = _moment(meeting.starts_at)
        text = [_("You are called as a substitute for the meeting on %(day)s.", day=when) + _where(meeting)]
        if meeting.kind == MeetingKind.WRITTEN:
            text = [_("You are called as a substitute for a written procedure.") + " " + _closes(meeting)]
        return _("The commission calls you as a substitute"), "\n\n".join(
            [*text, _("The reason: %(reason)s", reason=reason), _read()]
        )

    _send("meeting.called", meeting, people, words, until)


def tell_not_called(meeting: Meeting, people: Iterable[Person], *, until: datetime) -> None:
    """A substitute is not needed after all."""

    def words() -> tuple[str, str]:
        day = i18n.day(meeting.starts_at)
        return _("You are not needed on %(day)s", day=day), _(
            "You need not stand in on %(day)s after all. You do not have to do anything.", day=day
        )

    _send("meeting.not_called", meeting, people, words, until, method=CANCEL)


def tell_put_to_a_meeting(meeting: Meeting, people: Iterable[Person], *, name: str) -> None:
    """Tell the secretariat that a case of a written procedure has to come before a meeting."""

    def words() -> tuple[str, str]:
        text = _("%(name)s asks to discuss a case of the written procedure at a meeting.", name=name)
        return _("A case has to come before a meeting"), text + " " + _("It waits for an agenda now.")

    write("meeting.asked_for", people, words, path="/commission", about=meeting)


def _send(
    kind: str,
    meeting: Meeting,
    people: Iterable[Person],
    words: Words,
    until: datetime,
    *,
    method: str = REQUEST,
    cancelled: bool = False,
) -> int:
    def entry(reader: Person) -> Sequence[dict[str, str]]:
        me = Attendee(reader.name, reader.email)
        shown = entry_of(meeting, until, attendees=(me,), cancelled=cancelled, changed_at=clock.now())
        content = calendar_of([shown], method=method, organiser=Attendee(*outbox.sender()))
        return [{"name": FILE, "type": f"text/calendar; method={method}; charset=UTF-8", "content": content}]

    attach: Attach | None = entry if meeting.kind == MeetingKind.GATHERING else None
    return write(kind, people, words, path=f"/meetings/{meeting.id}", about=meeting, attach=attach)


def entry_of(
    meeting: Meeting,
    until: datetime,
    *,
    attendees: tuple[Attendee, ...] = (),
    cancelled: bool = False,
    changed_at: datetime | None = None,
) -> Entry:
    """A meeting as a calendar entry in the language now spoken. It never tells what is on the agenda."""
    link = outbox.address(f"/meetings/{meeting.id}")
    return Entry(
        uid=f"meeting-{meeting.id}@{urlsplit(link).hostname or 'peerreview'}",
        sequence=meeting.sequence,
        changed_at=changed_at or max(meeting.state_since, meeting.invited_at or meeting.state_since),
        starts_at=meeting.starts_at,
        ends_at=until,
        title=_("Meeting of the commission"),
        location=meeting.place or meeting.link,
        description="\n".join(line for line in (meeting.link, link) if line),
        url=link,
        attendees=attendees,
        cancelled=cancelled or meeting.state == MeetingState.CANCELLED,
    )


def _moment(moment: datetime) -> str:
    return str(_("%(day)s at %(time)s", day=i18n.day(moment, year=True), time=i18n.clock_time(moment)))


def _where(meeting: Meeting) -> str:
    place = " " + _("Place: %(place)s.", place=meeting.place) if meeting.place else ""
    return place + (" " + _("Online: %(link)s", link=meeting.link) if meeting.link else "")


def _closes(meeting: Meeting) -> str:
    return str(_("You can vote until %(day)s.", day=_moment(meeting.closes_at))) if meeting.closes_at else ""


def _read() -> str:
    return str(_("Please read the dossiers and say for each case whether you have an interest in it."))
