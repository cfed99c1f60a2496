"""The roles of the product and which of them belong to a member organisation."""

from enum import StrEnum


class Role(StrEnum):
    COORDINATOR = "coordinator"
    EXECUTIVE = "executive"
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    SECRETARIAT = "secretariat"
    COMMISSION_MEMBER = "commission_member"
    COMMISSION_CHAIR = "commission_chair"
    OVERSIGHT = "oversight"
    ADMINISTRATOR = "administrator"


OF_AN_ORGANISATION = frozenset({Role.COORDINATOR, Role.EXECUTIVE, Role.CONTRIBUTOR, Role.REVIEWER})
COMMISSION = frozenset({Role.COMMISSION_MEMBER, Role.COMMISSION_CHAIR})
NEED_SECOND_FACTOR = COMMISSION | {Role.SECRETARIAT, Role.ADMINISTRATOR}
