"""A certificate's number, the end of its term, the code that tells a copied number from a real one, and its dot."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Iterable
from datetime import date
from typing import Any


def number_of(year: int, serial: int) -> str:
    """'2027-0142': the year of the decision and the serial number within it."""
    return f"{year}-{serial:04d}"


def serial_of(number: str) -> int:
    """The serial number in a certificate's number."""
    return int(number.rsplit("-", 1)[1])


def end_of_term(start: date, months: int) -> date:
    """The last day on which a certificate of so many months is valid; 31 January plus one month is 28 February."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def check_code(secret: str, number: str, kvk: str) -> str:
    """'LH7K-42QD': what only we can make of this number and organisation (HMAC-SHA-256, 40 bits in base 32)."""
    digest = hmac.new(secret.encode(), f"certificate:{number}:{kvk}".encode(), hashlib.sha256).digest()
    text = b32encode(digest[:5]).decode()
    return f"{text[:4]}-{text[4:]}"


def clean_number(typed: str) -> str:
    """A number as somebody typed or copied it: without spaces, with a plain hyphen, four digits at the end."""
    text = "".join(typed.split()).replace("\u2013", "-").replace("\u2014", "-").replace("/", "-")
    year, _, serial = text.partition("-")
    return f"{year}-{int(serial):04d}" if year.isdigit() and serial.isdigit() and len(serial) <= 6 else text[:40]


def dots(rows: Iterable[Any]) -> str:
    """The main sites of these lines of the register as the map draws them; hundreds are drawn faster here than there.

    An open dot has no valid label on that day. Degrees to the grid of `ui.map`.
    """
    return "".join(
        f'<circle class="{"here" if row.status == "active" else "other"}" '
        f'cx="{(row.longitude - 3.28) * 91.936:.1f}" cy="{(53.56 - row.latitude) * 150:.1f}" r="4.5"/>'
        for row in rows
        if row.latitude
    )
