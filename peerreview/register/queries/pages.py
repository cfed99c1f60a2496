"""The page that an organisation writes about itself."""

from dataclasses import dataclass

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.register.lifecycle import PageState
from peerreview.register.models import PublicPage


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An organisation and the page that it writes; `page` is None until somebody wrote."""

    organisation: Organisation
    page: PublicPage | None

    @property
    def version(self) -> int:
        """The version that stands there now; 0 when nothing does."""
        return self.page.version if self.page is not None else 0

    @property
    def published(self) -> bool:
        return self.page is not None and self.page.state == PageState.PUBLISHED


def own_page(actor: Actor) -> OwnPage | None:
    """Of the organisation in which this person acts now; None for who acts in none."""
    return _page_of(actor.organisation_id) if actor.organisation_id is not None else None


def published_page(actor: Actor, organisation_id: int) -> OwnPage | None:
    """The page of an organisation, for the secretariat, while visitors see it."""
    found = _page_of(organisation_id) if actor.role == SECRETARIAT else None
    return found if found is not None and found.published else None


def _page_of(organisation_id: int) -> OwnPage | None:
    row = db.session.execute(
        select(Organisation, PublicPage)
        .outerjoin(PublicPage, PublicPage.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
    ).one_or_none()
    return OwnPage(row[0], row[1]) if row else None


def page_row(organisation_id: int) -> PublicPage | None:
    """The page as it stands in the database at this moment, held until the act that is running is done."""
    found = select(PublicPage).where(PublicPage.organisation_id == organisation_id).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def writer_of(page: PublicPage) -> str:
    """The name of who saved it last."""
    return db.session.scalar(select(Person.name).where(Person.id == page.written_by_id)) or ""
