"""How an organisation rates itself; whether the self-evaluation is open is the trajectory's state."""

from enum import StrEnum


class OwnRating(StrEnum):
    COMPLIES = "complies"
    PARTLY = "partly"
    NOT = "not"
