"""A member organisation's states, and those of a member list on its way in."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class OrganisationState(StrEnum):
    APPLIED = "applied"
    MEMBER = "member"
    REJECTED = "rejected"
    ENDED = "ended"


ORGANISATION = Lifecycle(
    "organisation",
    OrganisationState,
    Move("approve", {OrganisationState.APPLIED}, OrganisationState.MEMBER),
    Move("reject", {OrganisationState.APPLIED}, OrganisationState.REJECTED),
    Move("reconsider", {OrganisationState.REJECTED}, OrganisationState.APPLIED),
    Move("end", {OrganisationState.MEMBER}, OrganisationState.ENDED),
    Move("readmit", {OrganisationState.ENDED}, OrganisationState.MEMBER),
)


class ImportState(StrEnum):
    PREVIEWED = "previewed"
    APPLIED = "applied"
    DISCARDED = "discarded"


MEMBER_IMPORT = Lifecycle(
    "member_import",
    ImportState,
    Move("apply", {ImportState.PREVIEWED}, ImportState.APPLIED),
    Move("discard", {ImportState.PREVIEWED}, ImportState.DISCARDED),
)
