"""How an organisation rates itself; whether the self-evaluation is open is the trajectory's state."""

from enum import StrEnum


class OwnRating(StrEnum):
    COMPLIES = "complies"
    PARTLY = "partly"
    NOT = "not"


class Question(StrEnum):
    """The five questions about the organisation as a whole, in the order in which one thinks them."""

    WELL = "well"
    SHARE = "share"
    NOT_YET = "not_yet"
    CAN_DO = "can_do"
    HELP = "help"
