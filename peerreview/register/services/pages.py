"""An organisation's own page in the register: written, published, and hidden again."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from peerreview.core import audit, clock, history
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.organisations.models import Organisation
from peerreview.register import mail, queries
from peerreview.register.lifecycle import PUBLIC_PAGE, PageState
from peerreview.register.models import PublicPage
from peerreview.register.words import Words, texts_of, words_from, words_in


def save_page(organisation_id: int, words: Words, *, version: int, by: Actor, apart: bool = False) -> PublicPage:
    """Keep the words of an organisation's page as they stand; visitors see them when they are published, not before.

    `version` is the one that the writer saw, 0 for a page that was not begun. Raises StaleVersion when somebody else
    saved since; `theirs` are the words that stand there. With `apart` the text of before stays a version of its own.
    """
    try:
        with unit_of_work():
            page = queries.page_row(organisation_id)
            if (page.version if page else 0) != version:
                raise StaleVersion("", theirs=words_in(page), mine=words)
            before = words_in(page)
            if page is not None and before == words:
                return page
            page = page or _begun(organisation_id, by)
            page.looked_at, page.works_on = words.looked_at, words.works_on
            page.stories = [{"title": title, "text": text} for title, text in words.stories]
            page.written_at, page.written_by_id = clock.now(), by.person_id
            db.session.flush()
            if history.keep(page, texts_of(words), by=by, before=texts_of(before), apart=apart):
                audit.record("public_page.save", page, by=by)
    except IntegrityError:  # two began it at the same instant
        raise StaleVersion("", theirs=Words(), mine=words) from None
    return page


def _begun(organisation_id: int, by: Actor) -> PublicPage:
    moment = clock.now()
    page = PublicPage(organisation_id=organisation_id, written_at=moment, state_since=moment, stories=[], shown={})
    db.session.add(page)
    return page


def restore_page(organisation_id: int, number: int, *, version: int, by: Actor) -> PublicPage:
    """Put an earlier text back; the one that stands there now stays in the history. Raises as save_page, and Invalid
    when there is no such text."""
    with unit_of_work():
        page = queries.page_row(organisation_id)
        kept = history.version_numbered(page, number) if page is not None else None
        if kept is None:
            raise Invalid(_("There is no such text."))
        return save_page(organisation_id, words_from(kept.texts), version=version, by=by, apart=True)


def publish_page(organisation_id: int, *, by: Actor) -> PublicPage:
    """Show the words as they stand now to every visitor of the register. Raises Invalid when there are none."""
    with unit_of_work():
        page = queries.page_row(organisation_id)
        words = words_in(page)
        if page is None or words.empty:
            raise Invalid(_("Write something first: there is nothing to show yet."))
        page.shown, page.published_at = words.shown(), clock.now()
        if page.state == PageState.PUBLISHED:
            audit.record("public_page.renew", page, by=by)
        else:
            audit.change_state(page, PUBLIC_PAGE, "publish", by=by)
    return page


def hide_page(organisation: Organisation, *, reason: str = "", by: Actor) -> PublicPage:
    """Take the words away from visitors; they stay for their writers. The secretariat gives a reason, and that is told
    to the organisation. Raises Invalid without it, NotNow when nothing is shown."""
    office = by.role == SECRETARIAT
    if office and not reason.strip():
        raise Invalid(_("Write the reason down: the organisation reads it."))
    with unit_of_work():
        page = queries.page_row(organisation.id)
        if page is None or page.state != PageState.PUBLISHED:
            raise NotNow(_("Visitors do not see this page now."))
        audit.change_state(page, PUBLIC_PAGE, "hide", by=by, reason=reason)
        if office:
            mail.page_hidden(organisation, page, reason)
    return page
