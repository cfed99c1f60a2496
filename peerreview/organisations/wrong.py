"""What is wrong with something that was given, as a sentence to keep and tell later in the reader's language."""

from typing import Any


def mark(message: str) -> str:
    """Mark a message for the translators; it is translated where it is shown."""
    return message


class Wrong(ValueError):
    """What was given cannot be right. `message` is English with %(name)s in it, `values` fill it in."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values
