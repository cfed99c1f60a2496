"""The association's member list: which column is what, what each row says, and what it would change.

`read_member_list` gives a MemberList of Rows, each with its clean values and what is wrong with it; `compared` says for
each row whether it is new, changed, unchanged or wrong beside the members as they are now. Only known columns are
taken; a column that is missing or a cell that is empty changes nothing of a member that is there already.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import email_validator

from peerreview.organisations.kvk import ZERO_PUT_BACK, clean_kvk, kvk_from_sheet
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.places import place_or_unknown
from peerreview.organisations.sheet import Formula, Sheet, read_sheet
from peerreview.organisations.work_fields import Known, find_work_fields
from peerreview.organisations.wrong import Wrong
from peerreview.organisations.wrong import mark as _l

MAX_ROWS = 5_000
REQUIRED = ("name", "kvk", "place")
LENGTHS = {
    "name": 200,
    "place": 100,
    "municipality": 100,
    "province": 40,
    "contact_name": 200,
    "phone": 40,
    "website": 200,
    "legal_group": 100,
}
MOST_FTE = Decimal(99_999)

# A column's heading, without capitals, accents and signs. The Dutch word that we write ourselves stands first.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("naam", "organisatie", "naamorganisatie", "organisatienaam", "lidorganisatie", "lid", "instelling",
             "bedrijfsnaam", "name", "organisation", "organization", "organisationname", "organizationname", "member"),
    "kvk": ("kvknummer", "kvk", "kvknr", "nummerkvk", "kamervankoophandel", "kvkno", "kvknumber", "chamberofcommerce",
            "chamberofcommercenumber", "coc", "cocnumber", "registrationnumber"),
    "place": ("plaats", "vestigingsplaats", "plaatsnaam", "woonplaats", "stad", "place", "city", "town"),
    "municipality": ("gemeente", "gemeentenaam", "municipality"),
    "province": ("provincie", "prov", "province"),
    "fte": ("fte", "ftes", "aantalfte", "formatie", "omvang", "omvangfte", "omvanginfte", "numberoffte", "size"),
    "work_fields": ("werksoorten", "werksoort", "werkvelden", "werkveld", "workfields", "workfield", "fieldsofwork"),
    "contact_name": ("contactpersoon", "contact", "naamcontactpersoon", "contactnaam", "contactperson", "contactname"),
    "contact_email": ("email", "emailadres", "mail", "mailadres", "emailcontactpersoon", "contactemail",
                      "emailaddress"),
    "phone": ("telefoon", "telefoonnummer", "tel", "telnr", "phone", "telephone", "phonenumber"),
    "website": ("website", "webadres", "site", "url", "internet", "web"),
    "legal_group": ("concern", "moederorganisatie", "holding", "groep", "legalgroup", "group", "parentorganisation"),
}  # fmt: skip
GUARDED = ("=", "+", "-", "@")  # how a formula begins
OUR_OWN = ("rij", "row", "watmoetanders", "whattochange", "status")  # columns that our own files add
_FIELD = {heading: name for name, headings in HEADINGS.items() for heading in headings}


@dataclass(slots=True)
class Row:
    """A row of the list: its number in the file, its clean values, what is wrong per field, and remarks."""

    number: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[tuple[str, Wrong]] = field(default_factory=list)
    notices: list[Wrong] = field(default_factory=list)
    status: str = ""
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class MemberList:
    """What a file says: its rows, and remarks about the file as a whole (unknown columns, other sheets)."""

    rows: list[Row]
    notices: list[Wrong]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation as it is now, beside which a row is laid; values by the names of the columns."""

    id: int
    state: str
    values: Mapping[str, Any]


def read_member_list(content: bytes, known: Sequence[Known]) -> MemberList:
    """Every row of this file with what is wrong with it. Raises Wrong when it is no member list at all."""
    sheet = read_sheet(content)
    at, columns, notices = _header(sheet)
    rows = [_row(number, cells, columns, sheet.of_spreadsheet, known) for number, cells in sheet.rows[at + 1 :]]
    if not rows:
        raise Wrong(_l("There are no rows under the headings."))
    if len(rows) > MAX_ROWS:
        raise Wrong(
            _l("This list has %(count)s rows; at most %(most)s fit in one file."), count=len(rows), most=MAX_ROWS
        )
    _mark_doubles(rows)
    return MemberList(rows, [*sheet.notices, *notices])


# --- Kept until it is applied ----------------------------------------------------------------------------------------


def row_as_json(row: Row) -> dict[str, Any]:
    """A row as the preview keeps it; what the file said of it only when it must go back to be repaired."""
    return {
        "row": row.number,
        "status": row.status,
        "values": {name: str(value) if isinstance(value, Decimal) else value for name, value in row.values.items()},
        "wrong": [[name, wrong.message, wrong.values] for name, wrong in row.wrong],
        "notices": [[notice.message, notice.values] for notice in row.notices],
        "changes": {name: [_plain(now), _plain(then)] for name, (now, then) in row.changes.items()},
        "raw": [[heading, text] for heading, text in row.raw.items()] if row.wrong else [],  # JSONB keeps no order
    }


def row_from_json(kept: Mapping[str, Any]) -> Row:
    """A kept row that was right, to be compared anew with the members as they are by now."""
    values = dict(kept["values"])
    if "fte" in values:
        values["fte"] = Decimal(values["fte"])
    return Row(kept["row"], dict(kept["raw"]), values)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


# --- Columns ---------------------------------------------------------------------------------------------------------


def heading_key(heading: Any) -> str:
    """A heading as it is compared: small letters and digits only."""
    plain = unicodedata.normalize("NFKD", str(heading or "").casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


def _header(sheet: Sheet) -> tuple[int, list[tuple[str, str]], list[Wrong]]:
    """Where the headings stand, (field, heading) of each column ('' for a column that we leave), and remarks."""
    best = max(range(min(10, len(sheet.rows))), key=lambda n: _recognised(sheet.rows[n][1]), default=-1)
    if best < 0 or _recognised(sheet.rows[best][1]) < 2:
        raise Wrong(_l("We see no headings. The first row should hold at least: naam, kvk-nummer, plaats."))
    headings = [str(cell if cell is not None else "") for cell in sheet.rows[best][1]]
    columns = [(_FIELD.get(heading_key(heading), ""), heading) for heading in headings]
    names = [name for name, _heading in columns if name]
    for name in names:
        if names.count(name) > 1:
            twice = " / ".join(heading for other, heading in columns if other == name)
            raise Wrong(_l("Two columns say the same: %(columns)s. Keep one of them."), columns=twice)
    missing = [HEADINGS[name][0] for name in REQUIRED if name not in names]
    if missing:
        raise Wrong(_l("These columns are missing: %(columns)s."), columns=", ".join(missing))
    unknown = [h for name, h in columns if not name and h and heading_key(h) not in OUR_OWN]
    notices = [Wrong(_l("We do not know these columns and leave them: %(columns)s."), columns=", ".join(unknown))]
    return best, columns, notices if unknown else []


def _recognised(cells: Sequence[Any]) -> int:
    return len({_FIELD[key] for cell in cells if (key := heading_key(cell)) in _FIELD})


# --- Cells -----------------------------------------------------------------------------------------------------------


def _row(
    number: int, cells: list[Any], columns: list[tuple[str, str]], of_spreadsheet: bool, known: Sequence[Known]
) -> Row:
    raw = {
        heading or f"#{n}": shown(cell)
        for n, ((_name, heading), cell) in enumerate(zip(columns, cells, strict=False), 1)
    }
    row = Row(number, raw)
    given = {name: cell for (name, _heading), cell in zip(columns, cells, strict=False) if name}
    if len(cells) > len(columns):
        row.wrong.append(("", Wrong(_l("This row has more cells than there are headings. Is a quote missing?"))))
    for name, cell in list(given.items()):
        if isinstance(cell, Formula):
            row.wrong.append(
                (name, Wrong(_l("This cell holds a formula (%(text)s). Put its value there."), text=cell.text))
            )
            del given[name]
    _read_kvk(row, given.get("kvk"), of_spreadsheet)
    _read_place(row, given)
    for name, read in READERS.items():
        _take(row, name, given.get(name), read)
    _take(row, "work_fields", given.get("work_fields"), lambda text: [f.code for f in find_work_fields(text, known)])
    for name in REQUIRED:
        if name not in row.values and name not in {wrong for wrong, _why in row.wrong}:
            row.wrong.append((name, Wrong(_l("This is missing."))))
    return row


def shown(cell: Any) -> str:
    """A cell as text, as the file shows it."""
    if isinstance(cell, Formula):
        return cell.text
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "" if cell is None else str(cell)
    return text[1:] if text[:1] == "'" and text[1:2] in GUARDED else text  # the quote that our own files put in front


def _take(row: Row, name: str, cell: Any, read: Callable[[str], Any]) -> None:
    """Read one cell into the row's values; an empty one says nothing."""
    text = shown(cell)
    if not text:
        return
    try:
        row.values[name] = read(text)
    except Wrong as wrong:
        row.wrong.append((name, wrong))


def _read_kvk(row: Row, cell: Any, of_spreadsheet: bool) -> None:
    if cell in (None, ""):
        return
    # A text in a workbook stands as it was typed; a number, and all that came through CSV, may have lost its zero.
    as_typed = of_spreadsheet and isinstance(cell, str)
    try:
        row.values["kvk"], zero = (clean_kvk(cell), False) if as_typed else kvk_from_sheet(cell)
    except Wrong as wrong:
        row.wrong.append(("kvk", wrong))
    else:
        if zero:
            row.notices.append(Wrong(ZERO_PUT_BACK, given=shown(cell), kvk=row.values["kvk"]))


def _read_place(row: Row, given: Mapping[str, Any]) -> None:
    name, province = shown(given.get("place")), shown(given.get("province"))
    if not name:
        return
    try:
        place, unknown = place_or_unknown(one_line("place", name), province)
    except Wrong as wrong:
        row.wrong.append(("place", wrong))
        return
    row.values |= {
        "place": place.name, "province": place.province, "latitude": place.latitude, "longitude": place.longitude,
    }  # fmt: skip
    if unknown:
        row.notices += [unknown, Wrong(_l("It is taken over as it is written, without a dot on the map."))]


def one_line(name: str, text: str) -> str:
    """A text that fits its column, on one line. Raises Wrong."""
    if "\n" in text:
        raise Wrong(_l("There is a line end in this cell. Is a quote missing?"))
    clean = " ".join(text.split())
    if len(clean) > LENGTHS[name]:
        raise Wrong(
            _l("This text has %(count)s characters; at most %(most)s fit."), count=len(clean), most=LENGTHS[name]
        )
    return clean


def read_name(text: str) -> str:
    name = one_line("name", text)
    if len(name) < 2 or not any(c.isalpha() for c in name):
        raise Wrong(_l("“%(text)s” is not a name."), text=name)
    return name


def read_fte(text: str) -> Decimal:
    """A number as the Dutch write it (12,5 and 1.234,5) or as computers do (12.5), to one decimal. Raises Wrong."""
    plain = re.sub(r"\s|fte$", "", text.casefold())
    if "," in plain or re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Wrong(_l("“%(text)s” is not a number. Write it like 42,5."), text=text[:40]) from None
    if not number.is_finite() or not 0 <= number <= MOST_FTE:
        raise Wrong(_l("“%(text)s” cannot be a number of fte."), text=text[:40])
    return number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def read_email(text: str) -> str:
    """An e-mail address in the one way in which we write it: lower case. Raises Wrong."""
    try:
        address = email_validator.validate_email(
            text.strip().removeprefix("mailto:"), check_deliverability=False, allow_smtputf8=False
        )
    except ValueError:
        raise Wrong(_l("“%(text)s” is not an e-mail address."), text=text[:60]) from None
    return address.normalized.lower()


def read_website(text: str) -> str:
    """A web address, with https:// in front when it had nothing. Raises Wrong."""
    address = one_line("website", text)
    address = address if re.match(r"(?i)https?://", address) else f"https://{address}"
    if (
        not re.fullmatch(r"(?i)https?://[^\s/?#@]+\.[^\s/?#@.]{2,}([/?#]\S*)?", address)
        or len(address) > LENGTHS["website"]
    ):
        raise Wrong(_l("“%(text)s” is not a web address."), text=text[:60])
    return address


READERS: dict[str, Callable[[str], Any]] = {
    "name": read_name,
    "municipality": lambda text: one_line("municipality", text),
    "fte": read_fte,
    "contact_name": lambda text: one_line("contact_name", text),
    "contact_email": read_email,
    "phone": lambda text: one_line("phone", text),
    "website": read_website,
    "legal_group": lambda text: one_line("legal_group", text),
}


# --- Rows beside each other, and beside the members ------------------------------------------------------------------


def _mark_doubles(rows: Sequence[Row]) -> None:
    """The same KvK number at two rows is wrong at both."""
    by_kvk = defaultdict(list)
    for row in rows:
        if "kvk" in row.values:
            by_kvk[row.values["kvk"]].append(row)
    for same in by_kvk.values():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other.number) for other in same if other is not row)
            row.wrong.append(("kvk", Wrong(_l("This KvK number stands at row %(rows)s too."), rows=others)))


def compared(rows: Sequence[Row], members: Mapping[str, Member]) -> None:
    """Say of each row whether it is new, changed (and what), unchanged or wrong; `members` by KvK number."""
    names = {str(member.values["name"]).casefold(): kvk for kvk, member in members.items()}
    for row in rows:
        member = members.get(row.values.get("kvk", ""))
        if member is not None and member.state != OrganisationState.MEMBER:
            row.wrong.append(("kvk", _why_not(member.state)))
        if row.wrong:
            row.status = "wrong"
        elif member is None:
            row.status = "new"
            other = names.get(row.values["name"].casefold())
            if other:
                row.notices.append(Wrong(_l("There is a member with this name and KvK number %(kvk)s."), kvk=other))
        else:
            row.changes = changes(row.values, member)
            row.status = "changed" if row.changes else "unchanged"


def changes(values: Mapping[str, Any], member: Member) -> dict[str, tuple[Any, Any]]:
    """What a row would change of a member: {column: (now, then)}. Coordinates follow the place unsaid."""
    return {
        name: (member.values[name], value)
        for name, value in values.items()
        if name not in ("kvk", "latitude", "longitude") and member.values[name] != value
    }


def _why_not(state: str) -> Wrong:
    if state == OrganisationState.APPLIED:
        return Wrong(_l("This organisation applied itself. Answer its application first."))
    if state == OrganisationState.ENDED:
        return Wrong(_l("The membership of this organisation has ended. Take it back on its own page first."))
    return Wrong(_l("The application of this organisation was rejected. Look at it again on its own page first."))
