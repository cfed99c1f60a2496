"""Letters of the register: to who asks to follow, to followers when a status changes, and about a hidden page."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.certificates.words import STATUS
from peerreview.core import i18n, outbox
from peerreview.core.parts import HEADER
from peerreview.organisations.models import Organisation
from peerreview.register.models import Follower, PublicPage
from peerreview.register.queries import Told


def asked_to_follow(follower: Follower, name: str) -> None:
    """The link with which the reader of this address says that it was them; nothing is sent before."""
    what = name or _("the whole register")
    link = outbox.address(f"/register/follow/{follower.token}")
    parts = [
        _("Hello,"),
        _("Somebody, you we think, wants to hear at this address when a status changes: %(what)s.", what=what),
        _("Is that right? Then say so here: %(link)s", link=link),
        _("Was it not you? Then you need not do anything. We write no more."),
    ]
    _queue(follower, "register.confirm", _("Do you want to follow %(what)s?", what=what), parts)


def follows_already(follower: Follower, name: str) -> None:
    """To who asked again: nothing changes, and how to stop."""
    what = name or _("the whole register")
    parts = [_("Hello,"), _("You asked to follow %(what)s. You do already, so nothing changes.", what=what)]
    _queue(follower, "register.follows", _("You follow %(what)s", what=what), parts, stop=True)


def status_told(follower: Follower, told: Told) -> None:
    """One change of one status."""
    with i18n.speaking(follower.language):
        day = i18n.day(told.on, weekday=False, year=True).replace(i18n.NBSP, " ")
        status = str(STATUS[told.status])
        words = _("%(name)s: %(status)s since %(day)s.", name=told.name, status=status.lower(), day=day)
        if told.status == "active":
            until = i18n.day(told.ends_on, weekday=False, year=True).replace(i18n.NBSP, " ")
            words += " " + _(
                "Certificate %(number)s is valid up to and including %(day)s.", number=told.number, day=until
            )
        link = outbox.address(f"/register/{told.slug}")
        parts = [_("Hello,"), words, _("See it in the register: %(link)s", link=link)]
        subject = _("%(name)s: %(status)s", name=told.name, status=status.lower())
        _queue(follower, "register.changed", subject, parts, stop=True)


def page_hidden(organisation: Organisation, page: PublicPage, reason: str) -> None:
    """To the organisation: its words are no longer shown, why, and what it can do."""
    people = [*people_with(Role.COORDINATOR, organisation.id), *people_with(Role.EXECUTIVE, organisation.id)]
    for person in {person.id: person for person in people}.values():
        with i18n.speaking(person.language):
            parts = [
                _("Dear %(name)s,", name=person.name),
                _(
                    "Visitors of the register no longer see the words on your page. Your certificate stands there as before."
                ),
                _("This is why:") + "\n" + reason,
                _(
                    "You can change the text and publish it again: %(link)s",
                    link=outbox.address("/organisation/public-page"),
                ),
            ]
            outbox.queue(
                "register.hidden", to=person.email, name=person.name, language=person.language,
                subject=_("We hid the words on your page in the register"), body="\n\n".join(parts) + "\n", about=page,
            )  # fmt: skip


def _queue(follower: Follower, kind: str, subject: str, parts: list[str], *, stop: bool = False) -> None:
    """With `stop` the letter has the link that ends it, in its text and where mail programs look for it (RFC 8058)."""
    headers = []
    if stop:
        link = outbox.address(f"/register/follow/{follower.token}/stop")
        parts = [*parts, _("Do you want no more of these letters? Stop here: %(link)s", link=link)]
        headers = [
            {"name": "List-Unsubscribe", "type": HEADER, "content": f"<{link}>"},
            {"name": "List-Unsubscribe-Post", "type": HEADER, "content": "List-Unsubscribe=One-Click"},
        ]
    outbox.queue(
        kind, to=follower.email, language=follower.language, subject=subject, body="\n\n".join(parts) + "\n",
        attachments=headers,
    )  # fmt: skip
