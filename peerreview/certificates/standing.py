"""A certificate's number, the end of its term, and the code that tells a copied number from a real one."""

import hashlib
import hmac
from base64 import b32encode
from datetime import date

ANNOUNCED = 8  # months before the end that an organisation is told of it
SIGNED_UP = 6  # months before the end by which it has signed up anew, so that the road is walked in time
SUSPENDED_AT_MOST = 6  # months


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


def months_before(day: date, months: int) -> date:
    """So many months earlier; the last day of a shorter month where that has no such day."""
    return end_of_term(day, -months)


def sign_up_by(ends_on: date) -> date:
    """The day by which an organisation whose certificate ends then has signed up anew."""
    return months_before(ends_on, SIGNED_UP)


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
