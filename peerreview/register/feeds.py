"""Changes of status as an Atom feed (RFC 4287), and the addresses of the register as a sitemap (sitemaps.org)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from heapq import nlargest
from typing import NamedTuple

from lxml import etree  # type: ignore[import-untyped]
from lxml.builder import ElementMaker  # type: ignore[import-untyped]

from peerreview.register.snapshot import Change, Entry, Held

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Event(NamedTuple):
    """A change of status of a certificate of an organisation."""

    change: Change
    held: Held
    entry: Entry


def events_of(entries: Iterable[Entry]) -> Sequence[Event]:
    """Every change of status of these organisations, the latest note first; at most fifty."""
    every = (Event(change, held, entry) for entry in entries for held in entry.held for change in held.changes)
    return nlargest(MOST, every, key=lambda event: event.change.id)


def atom(
    events: Sequence[Event],
    *,
    title: str,
    page: str,
    feed: str,
    author: str,
    language: str,
    address: Callable[[str], str],
    say: Callable[[Event], tuple[str, str]],
) -> bytes:
    """The feed; `say` gives the title and the sentence of each, `page` and `feed` are whole addresses."""
    make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
    root = make.feed({"{http://www.w3.org/XML/1998/namespace}lang": language})
    updated = max((event.change.made_at for event in events), default=BEGINNING)
    root.extend(
        [
            make.id(feed), make.title(title), make.updated(_moment(updated)), make.author(make.name(author)),
            make.link(rel="self", type="application/atom+xml", href=feed), make.link(rel="alternate", href=page),
        ]
    )  # fmt: skip
    for event in events:
        head, sentence = say(event)
        root.append(
            make.entry(
                make.id(address(f"/c/{event.held.number}") + f"#change-{event.change.id}"),
                make.title(head),
                make.updated(_moment(event.change.made_at)),
                make.link(rel="alternate", href=address(f"/register/{event.entry.slug}")),
                make.summary(sentence),
            )
        )
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sitemap(pages: Iterable[str], entries: Iterable[Entry], address: Callable[[str], str]) -> bytes:
    """Every public page, and that of each organisation with the day on which its status changed last."""
    make = ElementMaker(namespace=SITEMAP, nsmap={None: SITEMAP})
    root = make.urlset(*(make.url(make.loc(address(page))) for page in pages))
    for entry in entries:
        last = max((change.made_at for held in entry.held for change in held.changes), default=None)
        url = make.url(make.loc(address(f"/register/{entry.slug}")))
        if last is not None:
            url.append(make.lastmod(last.date().isoformat()))
        root.append(url)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
