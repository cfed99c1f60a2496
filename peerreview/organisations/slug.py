"""The readable part of an organisation's address."""

import re
from collections.abc import Container

from peerreview.organisations.places import folded

LONGEST = 72
RESERVED = {"follow"}  # /register/follow is a page of its own


def slug_of(name: str, taken: Container[str]) -> str:
    """Small letters, digits and hyphens made of the name; with a number when it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:LONGEST].strip("-") or "organisation"
    slug, n = base, 1
    while slug in taken or slug in RESERVED:
        n += 1
        slug = f"{base}-{n}"
    return slug
