"""Reading what a mail server sends back: a delivery status notification (RFC 3464), with its codes (RFC 3463).

Only a final failure counts (action `failed`, or a status of class 5): a delay (class 4) is no bounce, for the server
still tries. Anything else that arrives is no notification and says nothing.
"""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

LARGEST = 1_000_000  # bytes; a notification that carries a whole letter back is far smaller
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Bounce:
    """Which letter could not be delivered to whom, and why in the words of the server."""

    message_id: str
    recipient: str
    status: str
    diagnosis: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The failure that this message tells of; None for a delay, a success, and what is no notification at all."""
    if len(raw) > LARGEST:
        return None
    try:
        return _read(message_from_bytes(raw))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # the library's own stumbles
        return None


def _read(message: Message) -> Bounce | None:
    parts = list(message.walk())
    report = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if report is None or not isinstance(report.get_payload(), list):
        return None
    for block in report.get_payload():
        if isinstance(block, Message) and _failed(block):
            return Bounce(
                _message_id(parts),
                _address(block.get("Final-Recipient") or block.get("Original-Recipient") or ""),
                _line(block.get("Status")),
                _after_type(_line(block.get("Diagnostic-Code"))),
            )
    return None


def _failed(block: Message) -> bool:
    """Whether this part of the report is about one reader, and final."""
    action, status = _line(block.get("Action")).lower(), _line(block.get("Status"))
    return action == "failed" and not status.startswith(("2", "4"))


def _message_id(parts: list[Message]) -> str:
    """That of our letter: in the copy that comes back, or in what the notification answers."""
    for part in parts:
        if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = part.get_payload(0)
            if isinstance(inner, Message) and inner.get("Message-ID"):
                return _line(inner["Message-ID"])
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            found = message_from_bytes(payload if isinstance(payload, bytes) else b"").get("Message-ID")
            if found:
                return _line(found)
    answered = _line(parts[0].get("In-Reply-To")) or _line(parts[0].get("References"))
    return answered.split()[-1] if answered else ""


def _line(value: object) -> str:
    """A header as one line of reasonable length without anything unprintable."""
    text = " ".join(str(value or "").split())[:LONGEST]
    return "".join(character for character in text if character.isprintable())


def _after_type(value: str) -> str:
    """'smtp; 550 5.1.1 unknown' without its type."""
    return value.partition(";")[2].strip() or value


def _address(value: object) -> str:
    return _after_type(_line(value)).strip("<> ").lower()
