"""One qualified reviewer in the demo: Mo Yilmaz, who took part in a review that became final."""

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.credentials.queries import reviews_of
from peerreview.credentials.services import qualify
from peerreview.demo.services.accounts import DOMAIN

GROUND = "Las zich goed in, vroeg door en schreef duidelijk. De ontvanger was tevreden over de toetsing."


def make_badges(office: Actor) -> None:
    """Credentials of certificates come with the worker's first day; this one comes of an act of the secretariat."""
    db.session.flush()
    person = db.session.scalars(select(Person).where(Person.email == f"mo.yilmaz@{DOMAIN}")).one_or_none()
    if person and reviews_of(person.id):
        qualify(person, ground=GROUND, by=office)
