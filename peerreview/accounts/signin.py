"""Flask-Security bound to our people, and the person of a request in the role they chose."""

from flask import Flask, session
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore
from sqlalchemy import select, text

from peerreview.accounts.models import Affiliation, Person, WebAuthnCredential
from peerreview.core.access import Actor, actor_loader
from peerreview.core.db import db

security = Security()
AFFILIATION = "affiliation_id"


@actor_loader
def load_actor() -> Actor | None:
    """The signed-in person in the role kept in the session, else the one used last, else the first. One query."""
    if not current_user.is_authenticated:
        return None
    held = db.session.execute(
        select(Affiliation.id, Affiliation.role, Affiliation.organisation_id, text("organisation.name"))
        .select_from(Affiliation)
        .outerjoin(text("organisation"), text("organisation.id = affiliation.organisation_id"))
        .where(Affiliation.person_id == current_user.id, Affiliation.ended_at.is_(None))
        .order_by(Affiliation.id)
    ).all()
    if not held:
        return Actor(current_user.id, current_user.name, "none", language=current_user.language)
    by_id = {row[0]: row for row in held}
    row = by_id.get(session.get(AFFILIATION)) or by_id.get(current_user.last_affiliation_id) or held[0]
    return Actor(
        person_id=current_user.id,
        name=current_user.name,
        role=row[1].value,
        organisation_id=row[2],
        organisation_name=row[3] or "",
        affiliation_id=row[0],
        language=current_user.language,
        email=current_user.email,
    )


def init_app(app: Flask) -> None:
    """Sign-in, recovery and second factors as this environment wants them."""
    s = app.config["SETTINGS"]
    app.config.update(
        SECURITY_PASSWORD_SALT=s.security_password_salt,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "allow_smtputf8": False},
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": _mapped_email, "case_insensitive": True}}],
    )
    datastore = SQLAlchemyUserDatastore(db, Person, None, WebAuthnCredential)  # type: ignore[arg-type]
    security.init_app(app, datastore)


def _mapped_email(identity: str) -> str | None:
    from flask_security import uia_email_mapper

    return uia_email_mapper(identity)
