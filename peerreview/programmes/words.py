"""Sentences about a programme in the language now spoken: what an item is called, who is there, what clashes."""

from collections import Counter
from collections.abc import Iterable, Sequence

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from peerreview.core import i18n
from peerreview.programmes.clashes import Clash, ClashKind
from peerreview.programmes.items import Item, Window
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.programme import Programme

K = ItemKind
PAUSES = (K.LUNCH, K.TEAM_TIME)  # nobody of the host speaks about norms


def listed(names: Sequence[str]) -> str:
    """'Joost, Merel en Tim'."""
    return format_list(list(names), locale=get_locale() or "nl")


def kind_name(kind: ItemKind) -> str:
    return str(
        {
            K.OPENING: _("Opening"),
            K.INTERVIEW: _("Interview"),
            K.SHADOWING: _("Shadowing"),
            K.WALK: _("Walk round the site"),
            K.DOCUMENTS: _("Reading documents"),
            K.TEAM_TIME: _("Time for the team"),
            K.LUNCH: _("Lunch"),
            K.CLOSING: _("Closing talk"),
        }[kind]
    )


def functions(programme: Programme, codes: Iterable[str]) -> list[str]:
    """What these functions are called; one that the framework does not know by its code."""
    labels = programme.outline.interlocutor_labels
    return [str(i18n.localised(labels[code])) if code in labels else code for code in codes]


def who(item: Item, programme: Programme) -> str:
    """The functions of an item in one line: 'Cliënt en cliëntenraad'."""
    joined = listed([name[:1].lower() + name[1:] for name in functions(programme, item.interlocutors)])
    return joined[:1].upper() + joined[1:]


def item_name(item: Item, programme: Programme) -> str:
    """What an item is called: its own title, or what it is and with whom."""
    if item.title:
        return item.title
    whom = who(item, programme)
    low = whom[:1].lower() + whom[1:]
    match item.kind:
        case K.OPENING if whom:
            return str(_("Opening with %(who)s", who=low))
        case K.INTERVIEW if whom:
            return whom
        case K.SHADOWING if whom:
            return str(_("Going along with %(who)s", who=low))
        case K.TEAM_TIME:
            return str(_("The team together: what did we see?"))
    return kind_name(item.kind)


def people(item: Item, programme: Programme) -> str:
    """Who of the team is there, by first name; by whole name when two share one. The lead reviewer comes first."""
    first = {id: name.split()[0] if name.split() else name for id, name in programme.names.items()}
    often = Counter(first.values())
    order = [id for id in [*programme.team, *programme.former] if id in item.people]
    return listed([first[id] if often[first[id]] == 1 else programme.names[id] for id in order])


def place(item: Item, programme: Programme) -> str:
    """Where it is: the site and the room, as far as they are known."""
    return ", ".join(part for part in (programme.site_names.get(item.site_id or 0, ""), item.room) if part)


def times(item: Item) -> str:
    """'9.00 – 9.45' with no-break spaces."""
    return f"{i18n.clock_time(item.starts_at)}\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}{i18n.clock_time(item.ends_at)}"


def norm_codes(item: Item, programme: Programme) -> str:
    return " ".join(programme.outline.by_id[id].code for id in item.norms if id in programme.outline.by_id)


def days(windows: Sequence[Window], *, year: bool | None = None) -> str:
    """'donderdag 22 april', or 'donderdag 22 en vrijdag 23 april' for more days."""
    return listed([i18n.day(window.day, year=year) for window in windows])


def clash_line(clash: Clash, programme: Programme) -> str:
    """What is wrong, in one sentence."""
    items = [item for item in (programme.item(id) for id in clash.items) if item]
    names = [f"“{item_name(item, programme)}” ({times(item)})" for item in items]
    those = listed([programme.names.get(id, "?") for id in clash.people])
    first, second = [*names, "", ""][:2]
    sentences = {
        ClashKind.TWICE: _("In two places at once: %(who)s, at %(one)s and %(other)s.", who=those, one=first, other=second),
        ClashKind.TRAVEL: _(
            "Not there in time: %(who)s. From %(one)s to %(other)s takes %(minutes)s minutes.",
            who=those, one=first, other=second, minutes=clash.minutes,
        ),
        ClashKind.OUTSIDE: _("Outside the hours of the visit: %(one)s.", one=first),
        ClashKind.NOBODY: _("Nobody of the team is at %(one)s.", one=first),
        ClashKind.LEFT: _("No longer on the team: %(who)s, at %(one)s.", who=those, one=first),
        ClashKind.NO_LUNCH: _(
            "No half hour for lunch between 11.30 and 14.00: %(who)s, on %(day)s.", who=those, day=i18n.day(clash.day)
        ),
        ClashKind.ALONE: _("Alone: %(who)s, at %(one)s. Two hear more than one.", who=those, one=first),
    }  # fmt: skip
    return str(sentences[clash.kind])
