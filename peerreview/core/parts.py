"""What a letter carries beside its text, each part where mail programs look for it.

An invitation (text/calendar, RFC 6047) travels twice, as the large calendars send it themselves: as an alternative of
the text, with its method in the content type, which is where Outlook and Gmail find it and show it as an invitation;
and as an application/ics file, for programs that only know attached files. Anything else is an attached file.
"""

from collections.abc import Iterable, Mapping
from email.message import EmailMessage

from flask_mail import Attachment, Message

CALENDAR = "text/calendar"
HEADER = "header"  # no part of the message but a line above it, such as List-Unsubscribe


def carry(message: Message, items: Iterable[Mapping[str, str]]) -> None:
    """Add these parts (name, type, content) to a message that has its text; a header stands above it."""
    for item in items:
        kind, content = item["type"], item["content"]
        if kind == HEADER:
            message.extra_headers = {**(message.extra_headers or {}), item["name"]: content}
            continue
        if kind.split(";")[0].strip().lower() == CALENDAR:
            message.alts[_subtype(kind)] = content
            kind = "application/ics"
        message.attachments.append(Attachment(item["name"], kind, content.encode()))


def _subtype(kind: str) -> str:
    """'calendar; method=REQUEST' of a whole content type; the character set is added with the text."""
    whole = EmailMessage()
    whole["Content-Type"] = kind
    method = whole["Content-Type"].params.get("method", "")
    return f"calendar; method={method}" if method else "calendar"
