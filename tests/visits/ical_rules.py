"""What RFC 5545 (iCalendar), RFC 5546 (iTIP) and RFC 6047 (iMIP) ask of the calendars that we send, read by hand.

`faults_of(text)` reads the bytes themselves, without the library that wrote them, and answers every rule that one
calendar breaks; `faults_of_life(texts)` those that a series of letters about one visit breaks. No fault, no word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# How often a property stands in a VEVENT, by method: the tables of RFC 5546, 3.2.1 (PUBLISH), 3.2.2 and 3.2.5.
ONCE = {
    "PUBLISH": {"DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID"},
    "REQUEST": {"DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE"},
    "CANCEL": {"DTSTAMP", "ORGANIZER", "SEQUENCE", "UID"},
}
AT_LEAST_ONCE = {"PUBLISH": set(), "REQUEST": {"ATTENDEE"}, "CANCEL": {"ATTENDEE"}}
NEVER = {"PUBLISH": {"ATTENDEE", "REQUEST-STATUS"}, "REQUEST": {"REQUEST-STATUS"}, "CANCEL": {"REQUEST-STATUS"}}
AT_MOST_ONCE = {
    "CLASS", "CREATED", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "GEO", "LAST-MODIFIED", "LOCATION",
    "ORGANIZER", "PRIORITY", "RECURRENCE-ID", "SEQUENCE", "STATUS", "SUMMARY", "TRANSP", "UID", "URL",
}  # fmt: skip
STATUS = {
    "PUBLISH": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "REQUEST": {"TENTATIVE", "CONFIRMED"},
    "CANCEL": {"CANCELLED"},
}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION"}
PARTSTAT = {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"}
ROLES = {"CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"}
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
NAME = re.compile(r"[A-Za-z0-9-]+")
PARAM = re.compile(r';([A-Za-z0-9-]+)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)')


@dataclass
class Property:
    name: str
    params: dict[str, str]
    value: str


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [one for one in self.properties if one.name == name]

    def value(self, name: str) -> str:
        return next((one.value for one in self.all(name)), "")

    def inside(self, name: str) -> list["Component"]:
        return [one for one in self.parts if one.name == name]


class Broken(Exception):
    """The text is no calendar at all."""


def read(text: str) -> Component:
    """The calendar as components, unfolded (RFC 5545, 3.1). Raises Broken where a line is none."""
    root = Component("")
    open_ = [root]
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n"):
        if not line:
            continue
        named = _property(line)
        if named.name == "BEGIN":
            inner = Component(named.value.upper())
            open_[-1].parts.append(inner)
            open_.append(inner)
        elif named.name == "END":
            if open_.pop().name != named.value.upper():
                raise Broken(f"{line} ends what did not begin")
        else:
            open_[-1].properties.append(named)
    if len(open_) != 1 or [one.name for one in root.parts] != ["VCALENDAR"]:
        raise Broken("not one whole VCALENDAR")
    return root.parts[0]


def _property(line: str) -> Property:
    name = NAME.match(line)
    if name is None:
        raise Broken(f"a line without a name: {line!r}")
    params, at = {}, name.end()
    while line[at : at + 1] == ";":
        param = PARAM.match(line, at)
        if param is None:
            raise Broken(f"a parameter that is none: {line!r}")
        params[param[1].upper()], at = param[2].strip('"'), param.end()
    if line[at : at + 1] != ":":
        raise Broken(f"a line without a value: {line!r}")
    return Property(name[0].upper(), params, line[at + 1 :])


def faults_of(text: str) -> list[str]:
    """Every rule that this one calendar breaks."""
    found = list(_of_lines(text))
    try:
        calendar = read(text)
    except Broken as broken:
        return [*found, str(broken)]
    found += _of_calendar(calendar)
    method = calendar.value("METHOD")
    for event in calendar.inside("VEVENT"):
        found += _of_event(event, method)
        found += _of_times(event, calendar)
    return found


def _of_lines(text: str) -> Iterable[str]:
    """RFC 5545, 3.1: lines end in CRLF and have at most 75 octets; a fold cuts no letter in two."""
    raw = text.encode()
    if not raw.endswith(b"\r\n"):
        yield "the last line does not end"
    if re.search(rb"\r(?!\n)|(?<!\r)\n", raw):
        yield "a line that does not end in CRLF"
    for line in raw.split(b"\r\n"):
        if len(line) > 75:
            yield f"a line of {len(line)} octets"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield "a fold inside a letter"
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line):
            yield "a control character"


def _of_calendar(calendar: Component) -> Iterable[str]:
    for name in ("PRODID", "VERSION"):
        if len(calendar.all(name)) != 1:
            yield f"{len(calendar.all(name))} times {name}"
    if calendar.value("VERSION") != "2.0":
        yield "not version 2.0"
    if calendar.value("METHOD") not in ONCE or len(calendar.all("METHOD")) != 1:
        yield "no METHOD that we send"
    if calendar.value("METHOD") != "PUBLISH" and len(calendar.inside("VEVENT")) != 1:
        yield "not one VEVENT in a message (RFC 6047)"


def _of_event(event: Component, method: str) -> Iterable[str]:
    """RFC 5546's table of the method, and what RFC 5545 says of each value."""
    counts = {name: len(event.all(name)) for name in {one.name for one in event.properties}}
    for name in ONCE.get(method, set()):
        if counts.get(name, 0) != 1:
            yield f"{method}: {counts.get(name, 0)} times {name}"
    yield from (f"{method}: no {name}" for name in AT_LEAST_ONCE.get(method, set()) if not counts.get(name))
    yield from (f"{method}: {name}" for name in NEVER.get(method, set()) if counts.get(name))
    yield from (f"{name} more than once" for name in AT_MOST_ONCE if counts.get(name, 0) > 1)
    status = event.value("STATUS")
    if status and status not in STATUS.get(method, set()):
        yield f"{method}: STATUS {status}"
    if not re.fullmatch(r"\d{8}T\d{6}Z", event.value("DTSTAMP")):
        yield "DTSTAMP is not in UTC"
    if not re.fullmatch(r"\d+", event.value("SEQUENCE") or "0"):
        yield "SEQUENCE is no number"
    for one in event.properties:
        if one.name in TEXTS and re.search(r"[\\;,]", re.sub(r"\\[\\;,nN]", "", one.value)):
            yield f"{one.name} is not escaped"
    for one in (*event.all("ATTENDEE"), *event.all("ORGANIZER")):
        yield from _of_address(one)


def _of_address(one: Property) -> Iterable[str]:
    if not re.fullmatch(r"mailto:[^@\s;,:\"<>?&#]+@[^@\s;,:\"<>?&#]+", one.value, re.IGNORECASE):
        yield f"{one.name} has no address"
    if one.name == "ATTENDEE":
        if one.params.get("PARTSTAT", "NEEDS-ACTION") not in PARTSTAT:
            yield "a PARTSTAT that is none"
        if one.params.get("ROLE", "REQ-PARTICIPANT") not in ROLES:
            yield "a ROLE that is none"
        if one.params.get("RSVP", "FALSE") not in ("TRUE", "FALSE"):
            yield "an RSVP that is none"


def _of_times(event: Component, calendar: Component) -> Iterable[str]:
    """The zone that a time names is there, whole, and says what Amsterdam's clocks say on the days of the event."""
    moments = []
    for name in ("DTSTART", "DTEND"):
        for one in event.all(name):
            zones = [zone for zone in calendar.inside("VTIMEZONE") if zone.value("TZID") == one.params.get("TZID")]
            if len(zones) != 1 or not re.fullmatch(r"\d{8}T\d{6}", one.value):
                yield f"{name} without its zone"
                continue
            at = datetime.strptime(one.value, "%Y%m%dT%H%M%S")
            moments.append(at)
            offset = offset_of(zones[0], at)
            if offset is None:
                yield f"the zone does not cover {at}"
            elif offset != at.replace(tzinfo=ZoneInfo(one.params["TZID"])).utcoffset():
                yield f"the zone says {offset} on {at}"
    if len(moments) == 2 and moments[0] >= moments[1]:
        yield "it ends before it starts"


def offset_of(zone: Component, at: datetime) -> timedelta | None:
    """How far this VTIMEZONE is from UTC at that local time: by the newest of its changes before it (RFC 5545, 3.6.5)."""
    changes = [(when, _offset(part.value("TZOFFSETTO"))) for part in zone.parts for when in _changes(part, at)]
    return max(changes)[1] if changes else None


def _changes(part: Component, at: datetime) -> list[datetime]:
    """When this part of a zone begins, each time up to `at`. Reads FREQ=YEARLY;BYMONTH=n;BYDAY=-1SU alone."""
    since = datetime.strptime(part.value("DTSTART"), "%Y%m%dT%H%M%S")
    rule = dict(pair.split("=") for pair in part.value("RRULE").split(";") if pair)
    if not rule:
        return [since] if since <= at else []
    assert (rule["FREQ"], rule["BYDAY"], rule.get("UNTIL")) == ("YEARLY", "-1SU", None)
    every = [_last_sunday(year, int(rule["BYMONTH"]), since) for year in range(since.year, at.year + 1)]
    return [when for when in every if since <= when <= at]


def _last_sunday(year: int, month: int, like: datetime) -> datetime:
    following = datetime(year + month // 12, month % 12 + 1, 1, like.hour, like.minute)
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _offset(text: str) -> timedelta:
    sign, hours, minutes = re.fullmatch(r"([+-])(\d\d)(\d\d)", text).groups()
    return (1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes))


def starts_in_utc(text: str) -> datetime:
    """When the event starts, reckoned with the zone that the calendar itself carries."""
    calendar = read(text)
    (event,) = calendar.inside("VEVENT")
    at = datetime.strptime(event.value("DTSTART"), "%Y%m%dT%H%M%S")
    return (at - offset_of(calendar.inside("VTIMEZONE")[0], at)).replace(tzinfo=UTC)


def unescaped(value: str) -> str:
    """A TEXT value as it was written (RFC 5545, 3.3.11)."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


@dataclass
class Held:
    """What one reader's calendar holds of an entry: what a calendar keeps by RFC 5546, 2.1.4 and 2.1.5."""

    sequence: int = -1
    stamp: str = ""
    event: Component | None = None


def faults_of_life(letters: Sequence[tuple[str, str]]) -> list[str]:
    """Every rule that these letters (address, calendar) about one visit break, in the order in which they left."""
    found: list[str] = []
    uids, organisers, newest = set(), set(), -1
    sent: dict[str, int] = {}
    for reader, text in letters:
        found += faults_of(text)
        calendar = read(text)
        (event,) = calendar.inside("VEVENT")
        sequence, method = int(event.value("SEQUENCE")), calendar.value("METHOD")
        uids.add(event.value("UID"))
        organisers.add(event.value("ORGANIZER"))
        if sequence < newest:
            found.append(f"sequence {sequence} after {newest}")
        if sequence <= sent.get(reader, -1):
            found.append(f"{reader} has sequence {sent[reader]} and gets {sequence}")
        newest, sent[reader] = max(newest, sequence), sequence
        named = {one.value.removeprefix("mailto:").lower() for one in event.all("ATTENDEE")}
        if reader.lower() not in named:
            found.append(f"{reader} is not in their own {method}")
        if method == "CANCEL" and not event.value("STATUS") and named != {reader.lower()}:
            found.append("a leaver's CANCEL names others")
    if len(uids) != 1:
        found.append(f"{len(uids)} UIDs")
    if len(organisers) != 1:
        found.append(f"{len(organisers)} organisers")
    return found


def calendars_of(letters: Iterable[tuple[str, str]]) -> dict[str, Held]:
    """What each reader's calendar holds after these letters: the newest by SEQUENCE, then DTSTAMP; CANCEL empties it."""
    held: dict[str, Held] = {}
    for reader, text in letters:
        calendar = read(text)
        (event,) = calendar.inside("VEVENT")
        mine, sequence, stamp = held.setdefault(reader, Held()), int(event.value("SEQUENCE")), event.value("DTSTAMP")
        if (sequence, stamp) >= (mine.sequence, mine.stamp):
            gone = calendar.value("METHOD") == "CANCEL"
            held[reader] = Held(sequence, stamp, None if gone else event)
    return held
