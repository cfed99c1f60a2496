"""Visits as calendar entries (RFC 5545) and as invitations by mail (iTIP, RFC 5546; iMIP, RFC 6047).

An entry keeps its UID for ever; each change has a higher SEQUENCE, so that a calendar replaces what it had. Times carry
the whole time zone with the European rules, because not every calendar knows it by name. A visit of several days is one
entry from its first hour to its last; its description says the hours of each day.

What each method holds follows the tables of RFC 5546: what is published names nobody who is invited, and a CANCEL to
who leaves has no STATUS, for the visit itself goes on. RSVP is FALSE: the letter's link answers, and nobody reads what
the buttons of a mail program send back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)

from peerreview.core import clock

ZONE = "Europe/Amsterdam"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
JOINER = "\u200d"  # holds an emoji of several signs together
IN_AN_ADDRESS = "@+._-~!$'*="  # other signs would say something else in a mailto: address
NOT_IN_A_NAME = str.maketrans({'"': "'", "^": None})  # a quote would end it, and RFC 6868 reads "^n" as a new line


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited (or the organiser): `answer` is a PARTSTAT, `needed` whether the visit needs them."""

    name: str
    email: str
    answer: str = "NEEDS-ACTION"
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit in the reader's language. `changed_at` is when it last changed; moments carry their time zone."""

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    location: str
    description: str
    url: str
    attendees: tuple[Attendee, ...] = ()
    cancelled: bool = False


Teller = Callable[[int], Iterable[Entry]]
_tellers: list[Teller] = []


def also_in_calendars(teller: Teller) -> Teller:
    """Register what a later feature puts into a person's private calendar beside the visits, by the person's id."""
    _tellers.append(teller)
    return teller


def other_entries(person_id: int) -> Iterator[Entry]:
    """What the later features put there, in the language now spoken."""
    for teller in _tellers:
        yield from teller(person_id)


def calendar_of(entries: Iterable[Entry], *, method: str, organiser: Attendee, title: str = "") -> str:
    """The calendar with these entries; equal entries give equal text, to the letter. `title` names a feed."""
    calendar = Calendar()
    calendar.add("prodid", "-//peerreview//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if title:
        calendar.add("x-wr-calname", _line(title))
        calendar.add("x-wr-timezone", ZONE)
        calendar.add("refresh-interval", vDuration(timedelta(hours=6)), parameters={"VALUE": "DURATION"})
    calendar.add_component(_time_zone())
    for entry in entries:
        calendar.add_component(_event(entry, organiser, method))
    return str(calendar.to_ical().decode())


def attachment(entry: Entry, *, method: str, organiser: Attendee) -> dict[str, str]:
    """The entry as what a letter carries, such that mail programs show it as an invitation."""
    return {
        "name": "bezoek.ics",
        "type": f"text/calendar; method={method}; charset=UTF-8",
        "content": calendar_of([entry], method=method, organiser=organiser),
    }


def _event(entry: Entry, organiser: Attendee, method: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", clock.local(entry.starts_at))
    event.add("dtend", clock.local(entry.ends_at))
    event.add("summary", _line(entry.title))
    event.add("location", _line(entry.location))
    event.add("description", _lines(entry.description))
    event.add("url", entry.url)
    if entry.cancelled or method != CANCEL:
        event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(organiser), encode=False)
    for attendee in entry.attendees if method != PUBLISH else ():
        address = _address(attendee)
        address.params.update(
            ROLE=f"{'REQ' if attendee.needed else 'OPT'}-PARTICIPANT", PARTSTAT=attendee.answer, RSVP="FALSE"
        )
        event.add("attendee", address, encode=False)
    return event


def _address(somebody: Attendee) -> vCalAddress:
    address = vCalAddress("mailto:" + quote("".join(somebody.email.split()), safe=IN_AN_ADDRESS))
    if name := _line(somebody.name).translate(NOT_IN_A_NAME):
        address.params["CN"] = vText(name)
    return address


def _line(text: str) -> str:
    """A text as one line without control characters, whatever somebody typed."""
    return " ".join("".join(c if c.isprintable() or c == JOINER else " " for c in text).split())


def _lines(text: str) -> str:
    """A text of several lines, each without control characters."""
    return "\n".join(_line(line) for line in text.splitlines())


def _time_zone() -> Timezone:
    """Europe/Amsterdam as the European Union has it since 1996: the last Sundays of March and October."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    zone.add("x-lic-location", ZONE)
    changes = (
        (TimezoneDaylight(), "CEST", datetime.fromisoformat("1981-03-29T02:00"), 3, (1, 2)),
        (TimezoneStandard(), "CET", datetime.fromisoformat("1996-10-27T03:00"), 10, (2, 1)),
    )
    for part, name, since, month, (before, after) in changes:
        part.add("dtstart", since)
        part.add("rrule", vRecur(freq="YEARLY", byday="-1SU", bymonth=month))
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone
