"""The KvK number: eight digits, kept as text, that say which organisation is meant."""

import re

from peerreview.organisations.wrong import Wrong
from peerreview.organisations.wrong import mark as _l

LENGTH = 8
ZERO_PUT_BACK = _l("A spreadsheet drops the first zero of a KvK number: %(given)s became %(kvk)s.")


def clean_kvk(given: str) -> str:
    """The eight digits of a KvK number as a person may write it (with spaces, points, “KvK” in front).

    Raises Wrong when there are not eight.
    """
    text = re.sub(r"^\s*kvk[\s:.-]*(nr|nummer)?[\s:.-]*", "", given, flags=re.IGNORECASE)
    digits = re.sub(r"[\s.\-\u00a0]", "", text)
    if not digits:
        raise Wrong(_l("The KvK number is missing."))
    if not re.fullmatch(r"[0-9]+", digits):
        raise Wrong(_l("“%(given)s” is not a KvK number: it has 8 digits and nothing else."), given=given.strip()[:40])
    if len(digits) != LENGTH or not digits.strip("0"):
        raise Wrong(_l("A KvK number has 8 digits. This one has %(count)s."), count=len(digits))
    return digits


def kvk_from_sheet(given: str | float) -> tuple[str, bool]:
    """The KvK number of a cell, and whether a zero that the spreadsheet had dropped was put back. Raises Wrong."""
    text = f"{given:.0f}" if isinstance(given, float) and given.is_integer() else str(given)
    bare = text.strip()
    if re.fullmatch(r"[1-9][0-9]{6}", bare):
        return f"0{bare}", True
    return clean_kvk(text), False
