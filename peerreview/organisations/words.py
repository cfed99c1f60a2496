"""The words of this feature that more than one page or letter needs."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _l

from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.wrong import Wrong

FIELDS = {
    "name": _l("Name"),
    "kvk": _l("KvK number"),
    "place": _l("Place"),
    "municipality": _l("Municipality"),
    "province": _l("Province"),
    "fte": _l("Fte"),
    "work_fields": _l("Work fields"),
    "contact_name": _l("Contact person"),
    "contact_email": _l("E-mail"),
    "phone": _l("Phone"),
    "website": _l("Website"),
    "legal_group": _l("Group"),
    "about": _l("About the organisation"),
    "": _l("Whole row"),
}
STATES = {
    OrganisationState.MEMBER: _l("Member"),
    OrganisationState.APPLIED: _l("Applied"),
    OrganisationState.ENDED: _l("Membership ended"),
    OrganisationState.REJECTED: _l("Rejected"),
}
LOOKS = {
    OrganisationState.MEMBER: "done",
    OrganisationState.APPLIED: "turn",
    OrganisationState.ENDED: "hold",
    OrganisationState.REJECTED: "stopped",
}  # ui.state of each
STATUSES = {
    "wrong": _l("Wrong"),
    "new": _l("New"),
    "changed": _l("Changed"),
    "unchanged": _l("The same"),
}


def said(wrong: Wrong) -> str:
    """What is wrong, in the language now spoken."""
    return str(gettext(wrong.message, **wrong.values))


def told(kept: list[Any]) -> str:
    """A kept [message, values] in the language now spoken."""
    return str(gettext(kept[0], **kept[1]))


def said_later(wrong: Wrong) -> Any:
    """As `said`, in the language of whoever reads it later."""
    return lazy_gettext(wrong.message, **wrong.values)
