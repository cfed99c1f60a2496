"""How a letter of the commission is written: one for each reader, in their language."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import i18n, outbox

Words = Callable[[], tuple[str, str]]
Attach = Callable[[Person], Sequence[dict[str, str]]]


def write(
    kind: str, people: Iterable[Person], words: Words, *, path: str, about: Any, attach: Attach | None = None
) -> int:
    """One letter for each reader, in their language, with a link to `path`; the number of letters."""
    readers = {person.id: person for person in people}.values()
    for person in readers:
        with i18n.speaking(person.language):
            subject, text = words()
            link = _("You find it here: %(link)s", link=outbox.address(path))
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join([_("Dear %(name)s,", name=person.name), text, link]) + "\n", about=about,
                attachments=attach(person) if attach else (),
            )  # fmt: skip
    return len(readers)
