"""The keys that credentials are signed with: made at first use, turned over by an operator, never forgotten.

The private half is kept sealed with the application's secret and destroyed when the key retires; the public half stays
for ever, so that what it signed can always be proved.
"""

import logging

from sqlalchemy import text

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.sealing import opened, sealed
from peerreview.credentials import queries
from peerreview.credentials.models import SigningKey
from peerreview.credentials.signing import new_key, thumbprint

PURPOSE = "signing-key"
logger = logging.getLogger(__name__)


def current_key(*, by: Actor = SYSTEM) -> tuple[SigningKey, str]:
    """(the key that signs now, its private half as PEM); makes one where there is none, in an act of its own.

    A key that cannot be opened, because the application's secret was changed, retires and a new one takes its place.
    """
    key = queries.signing_key()
    private = opened(key.sealed_private_key, purpose=PURPOSE) if key else None
    if key and private:
        return key, private
    with unit_of_work():
        _alone()
        key = queries.signing_key()  # perhaps another process was first
        private = opened(key.sealed_private_key, purpose=PURPOSE) if key else None
        if key and private:
            return key, private
        if key:
            logger.warning("signing key %s was sealed with another secret and retires", key.kid)
        return _turn_over(key, by)


def rotate(*, by: Actor = SYSTEM) -> SigningKey:
    """From now on a new key signs; the old one signs nothing more, and still proves what it signed."""
    with unit_of_work():
        _alone()
        return _turn_over(queries.signing_key(), by)[0]


def _turn_over(old: SigningKey | None, by: Actor) -> tuple[SigningKey, str]:
    if old:
        old.retired_at, old.sealed_private_key = clock.now(), ""
        audit.record("signing_key.retire", old, by=by, after={"kid": old.kid})
    public, private = new_key()
    key = SigningKey(
        kid=thumbprint(public),
        public_jwk=public,
        sealed_private_key=sealed(private, purpose=PURPOSE),
        made_at=clock.now(),
    )
    db.session.add(key)
    db.session.flush()
    audit.record("signing_key.make", key, by=by, after={"kid": key.kid})
    return key, private


def _alone() -> None:
    """No other process may make a key meanwhile. On SQLite a writer is alone anyway."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE"))
