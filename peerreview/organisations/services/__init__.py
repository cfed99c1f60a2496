"""The verbs of this feature: members by hand, member lists, applications, and the work fields to start with."""

from peerreview.organisations.services.applications import (
    apply_for_membership,
    approve,
    confirm_application,
    reconsider,
    reject,
)
from peerreview.organisations.services.lists import apply_import, discard_import, preview_import
from peerreview.organisations.services.members import (
    add_organisation,
    end_membership,
    ensure_work_fields,
    readmit,
    update_organisation,
)

__all__ = [
    "add_organisation",
    "apply_for_membership",
    "apply_import",
    "approve",
    "confirm_application",
    "discard_import",
    "end_membership",
    "ensure_work_fields",
    "preview_import",
    "readmit",
    "reconsider",
    "reject",
    "update_organisation",
]
