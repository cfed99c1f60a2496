"""How an organisation rates itself; whether the self-evaluation is open is the trajectory's state."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


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


class ImportState(StrEnum):
    PREVIEWED = "previewed"
    APPLIED = "applied"
    DISCARDED = "discarded"
    UNDONE = "undone"


TEXT_IMPORT = Lifecycle(
    "text_import",
    ImportState,
    Move("apply", {ImportState.PREVIEWED}, ImportState.APPLIED),
    Move("discard", {ImportState.PREVIEWED}, ImportState.DISCARDED),
    Move("undo", {ImportState.APPLIED}, ImportState.UNDONE),
)
