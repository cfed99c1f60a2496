"""Letters about a programme: it is final, and it changed after that.

Whoever changes a programme changes more of it. So a letter about a change waits half an hour, and one about a later
change takes its place as long as it has not left.
"""

from datetime import timedelta

from flask_babel import gettext as _

from peerreview.core import clock, i18n, outbox
from peerreview.programmes import queries, words
from peerreview.programmes.items import Item
from peerreview.programmes.programme import Programme
from peerreview.visits.models import Visit

FINAL, CHANGED = "programme.final", "programme.changed"
WAIT = timedelta(minutes=30)


def tell_final(programme: Programme) -> None:
    """Send everybody on the visit its programme."""
    outbox.cancel(programme.visit, CHANGED)
    _tell(programme, FINAL, wait=timedelta(0))


def tell_changed(programme: Programme) -> None:
    """Send everybody the programme as it is now, half an hour after the last change."""
    outbox.cancel(programme.visit, CHANGED)
    _tell(programme, CHANGED, wait=WAIT)


def take_back(visit: Visit) -> None:
    """No letter about a change leaves any more: the visit has no day or another one, so its programme is not final."""
    outbox.cancel(visit, CHANGED)


def _tell(programme: Programme, kind: str, *, wait: timedelta) -> None:
    visit = programme.visit
    for person in queries.readers_of(visit):
        with i18n.speaking(person.language):
            host, day = visit.host.organisation.name, words.days(programme.windows, year=True)
            if kind == FINAL:
                subject = _("The programme for %(day)s at %(host)s", day=day, host=host)
                opening = _("The programme of the visit is ready. This is who talks with whom.")
            else:
                subject = _("Changed: the programme for %(day)s at %(host)s", day=day, host=host)
                opening = _("The programme of the visit changed. This is how it is now.")
            page = outbox.address(f"/visits/{visit.id}/programme")
            paragraphs = [
                _("Dear %(name)s,", name=person.name), opening, *_days(programme),
                _("The whole programme, with the norms of each talk: %(link)s", link=page),
                _("To print: %(link)s", link=f"{page}.pdf"),
            ]  # fmt: skip
            letter = outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(paragraphs) + "\n", about=visit,
            )  # fmt: skip
            letter.due_at = clock.now() + wait


def _days(programme: Programme) -> list[str]:
    """Each day as a paragraph, a line for each item."""
    found = []
    for window, items in programme.by_day():
        lines = [_line(programme, item) for item in items]
        day = [i18n.day(window.day)] if window and len(programme.windows) > 1 else []
        found.append("\n".join([*day, *lines]))
    return found


def _line(programme: Programme, item: Item) -> str:
    parts = [words.item_name(item, programme), words.people(item, programme), words.place(item, programme)]
    return f"{words.times(item)}  {'; '.join(part for part in parts if part)}"
