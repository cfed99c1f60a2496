"""One letter a day with what waits for somebody, and the letter about a day that was postponed."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.models import Person
from peerreview.accounts.words import role_name
from peerreview.core import clock, i18n, outbox
from peerreview.core.deadlines import Due
from peerreview.deadlines.models import Postponement

DIGEST, POSTPONED = "deadlines.digest", "deadlines.postponed"


def digest(person: Person, mine: Sequence[tuple[Due, str]], waited: Sequence[tuple[Due, str]]) -> None:
    """To one person: what waits for them, the late on top, and for the secretariat who is waited for (due, names).

    `mine` is (due, role): the role is named for who holds several, for what waits is found in that role only.
    """
    today = clock.today()
    with i18n.speaking(person.language):
        parts = [_("Dear %(name)s,", name=person.name)]
        for head, dues in (
            (_("This is late:"), [one for one in mine if one[0].is_late(today)]),
            (_("This waits for you:"), [one for one in mine if not one[0].is_late(today)]),
        ):
            if dues:
                parts.append(head + "\n" + "\n".join(_line(*one) for one in dues))
        if waited:
            parts.append(_("Others are late with this:") + "\n" + "\n".join(_waited(*one) for one in waited))
        parts.append(_("Is something done already? Then it is no longer in the next letter."))
        parts.append(
            _("Everything with a day, and the hour at which you get this letter: %(link)s",
              link=outbox.address("/deadlines"))
        )  # fmt: skip
        subject = _subject(len(mine), len(waited))
    outbox.queue(
        DIGEST, to=person.email, name=person.name, language=person.language, subject=subject,
        body="\n\n".join(parts) + "\n", about=person,
    )  # fmt: skip


def _subject(mine: int, waited: int) -> str:
    if mine:
        return str(ngettext("%(num)s thing waits for you", "%(num)s things wait for you", mine))
    return str(ngettext("%(num)s thing of others is late", "%(num)s things of others are late", waited))


def _line(due: Due, role: str) -> str:
    what = _("%(what)s, by %(day)s", what=due.title, day=i18n.day(due.due_on))
    if role:
        what += " " + _("(in your role %(role)s)", role=role_name(role))
    return f"- {what}\n  {outbox.address(due.link)}"


def _waited(due: Due, names: str) -> str:
    who = f"{due.holder} ({names})" if names else due.holder
    line = _("%(who)s: %(what)s, by %(day)s", who=who, what=due.title, day=i18n.day(due.due_on))
    return f"- {line}"


def tell_postponed(people: Iterable[Person], due: Due, *, before: date, reason: str, about: Postponement) -> None:
    """To each of who can act: the day that counts now, the one it was, and why."""
    for person in people:
        with i18n.speaking(person.language):
            day, was = i18n.day(due.due_on), i18n.day(before)
            parts = [
                _("Dear %(name)s,", name=person.name),
                _("You have more time for this: %(what)s.", what=due.title),
                _("It is due by %(day)s now; it was %(was)s.", day=day, was=was),
                _("This is why:") + "\n" + reason,
                _("You find it here: %(link)s", link=outbox.address(due.link)),
            ]
            subject = _("More time: by %(day)s", day=day)
        outbox.queue(
            POSTPONED, to=person.email, name=person.name, language=person.language, subject=subject,
            body="\n\n".join(parts) + "\n", about=about,
        )  # fmt: skip
