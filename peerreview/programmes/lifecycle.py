"""The kinds of items that a programme is made of."""

from enum import StrEnum


class ItemKind(StrEnum):
    OPENING = "opening"
    INTERVIEW = "interview"
    SHADOWING = "shadowing"
    WALK = "walk"
    DOCUMENTS = "documents"
    TEAM_TIME = "team_time"
    LUNCH = "lunch"
    CLOSING = "closing"
