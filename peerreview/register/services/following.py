"""Following the register by mail: asked for, confirmed by who reads that mail, told of each change once, and stopped."""

import secrets
from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from peerreview.core import audit, clock, i18n
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import on
from peerreview.register import mail, queries
from peerreview.register.lifecycle import FOLLOWER, FollowerState
from peerreview.register.models import Follower

KEPT = timedelta(days=30)
QUIET = timedelta(hours=1)  # how long an address hears nothing more when somebody keeps asking
AT_ONCE = 200  # followers in one turn of the worker


def ask_to_follow(email: str, organisation_id: int | None, *, language: str) -> None:
    """Somebody gave this address: send it the link to confirm, or tell it that it follows already.

    At most one letter an hour to one address about one thing. Whoever asks learns nothing from it.
    """
    address = email.strip().lower()
    try:
        with unit_of_work():
            follower, moment = queries.follower_at(address, organisation_id), clock.now()
            if follower is not None and follower.asked_at > moment - QUIET:
                return
            if follower is None:
                follower = Follower(
                    email=address, organisation_id=organisation_id, token=secrets.token_urlsafe(24), state_since=moment
                )
                db.session.add(follower)
            follower.asked_at, follower.language = moment, language
            db.session.flush()
            tell = mail.follows_already if follower.state == FollowerState.FOLLOWING else mail.asked_to_follow
            with i18n.speaking(language):
                tell(follower, queries.name_of(organisation_id))
    except IntegrityError:
        return  # asked twice at the same instant: the other one sends the letter


def confirm_following(follower: Follower) -> None:
    """Begin to tell this follower of changes, from now on. Confirming twice changes nothing."""
    with unit_of_work():
        db.session.refresh(follower, with_for_update=True)
        if follower.state == FollowerState.FOLLOWING:
            return
        audit.change_state(follower, FOLLOWER, "confirm", by=SYSTEM)  # the trail names no address
        follower.confirmed_at, follower.told_of_id = clock.now(), queries.last_change()


def stop_following(follower: Follower) -> None:
    """Tell this follower nothing more. Stopping twice changes nothing."""
    with unit_of_work():
        db.session.refresh(follower, with_for_update=True)
        if follower.state != FollowerState.STOPPED:
            audit.change_state(follower, FOLLOWER, "stop", by=SYSTEM)


@on("day.began")
def forget_followers(_day: date, *, by: Actor) -> None:
    """Addresses of who never confirmed, or stopped, go after thirty days."""
    gone = Follower.state != FollowerState.FOLLOWING, Follower.state_since < clock.now() - KEPT
    with unit_of_work():
        db.session.execute(delete(Follower).where(*gone))


@on("worker.turn")
def tell_followers(*, by: Actor) -> bool:
    """Write to a part of the followers who were not told of every change; whether there were any.

    A follower and the last change that they were told of are one row, changed in the transaction that queues their
    letters: two workers never write the same letter, and one that dies has written none.
    """
    behind = queries.anybody_behind()
    db.session.rollback()  # what only read so far cannot turn writer
    if not behind:
        return False
    with unit_of_work():
        last = queries.last_change()
        followers = queries.followers_behind(last, AT_ONCE)
        if not followers:
            return False
        first = min(follower.told_of_id for follower in followers)
        changes = queries.changes_after(first, last, [follower.organisation_id for follower in followers])
        for follower in followers:
            for told in changes:
                if told.id > follower.told_of_id and follower.organisation_id in (None, told.organisation_id):
                    mail.status_told(follower, told)
            follower.told_of_id = last
    return True
