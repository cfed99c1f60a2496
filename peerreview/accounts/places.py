"""Where a role is held: in an organisation, or in the association itself."""

from dataclasses import dataclass

from peerreview.accounts.lifecycle import Role


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation by its name; without an id it is the association."""

    organisation_id: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One role that a person holds now, with the name of its organisation ('' in the association itself)."""

    affiliation_id: int
    role: Role
    organisation_id: int | None
    organisation_name: str
