"""When somebody is told about a deadline."""

from enum import StrEnum


class Stage(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    ESCALATED = "escalated"
