"""Letters to the members about meetings: none names a dossier, for who is kept out of one gets the same words."""

from flask_babel import gettext as _

from peerreview.commission.mail.writing import write
from peerreview.commission.models import Meeting
from peerreview.commission.queries.recusal import members_now
from peerreview.core import i18n


def invite(meeting: Meeting) -> int:
    """Invite every member of the commission; the number of letters."""

    def words() -> tuple[str, str]:
        day, time = i18n.day(meeting.starts_at), i18n.clock_time(meeting.starts_at)
        return (
            _("The commission meets on %(day)s", day=day),
            _("You are invited to the meeting on %(day)s at %(time)s.", day=day, time=time)
            + (" " + _("Place: %(place)s.", place=meeting.place) if meeting.place else "")
            + " "
            + _("Please read the dossiers and tell before the meeting whether you have an interest in one."),
        )

    return write("meeting.invite", members_now(), words, path=f"/meetings/{meeting.id}", about=meeting)


def tell_meeting(meeting: Meeting, kind: str, *, reason: str = "") -> None:
    """Tell the members that were invited: the meeting was 'moved' or 'cancelled'."""

    def words() -> tuple[str, str]:
        day, time = i18n.day(meeting.starts_at), i18n.clock_time(meeting.starts_at)
        if kind == "moved":
            text = _("The meeting of the commission is now on %(day)s at %(time)s.", day=day, time=time)
            if meeting.place:
                text += " " + _("Place: %(place)s.", place=meeting.place)
            return _("The meeting of the commission has changed"), text
        text = _("The meeting of %(day)s does not take place.", day=day)
        return _("The meeting of %(day)s is cancelled", day=day), text + (f"\n\n{reason}" if reason else "")

    write(f"meeting.{kind}", members_now(), words, path=f"/meetings/{meeting.id}", about=meeting)
