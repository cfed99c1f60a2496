"""Making accounts, inviting people, and giving and ending the roles they hold."""

import secrets
import unicodedata
from datetime import timedelta

import email_validator
from flask_babel import gettext as _
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token

from peerreview.accounts import mail, policy, queries
from peerreview.accounts.lifecycle import OF_AN_ORGANISATION, Role
from peerreview.accounts.models import Affiliation, Invitation, InvitationState, Person
from peerreview.core import audit, clock, events, i18n, outbox
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused

INVITATION_HOLDS = timedelta(days=14)
PASSWORD_LENGTH = 12


def normal_address(email: str) -> str:
    """The one way in which we write this address: lower case, no white space. Raises Invalid when it cannot be one."""
    try:
        checked = email_validator.validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False)
    except ValueError:
        raise Invalid(_("This is not an e-mail address.")) from None
    return checked.normalized.lower()


def _acting(person: Person, held: Affiliation | None = None) -> Actor:
    """A person who acts on their own account, before or outside any role."""
    return Actor(
        person.id,
        person.name,
        held.role.value if held else "none",
        organisation_id=held.organisation_id if held else None,
        affiliation_id=held.id if held else None,
        language=person.language,
        email=person.email,
    )


# --- Accounts --------------------------------------------------------------------------------------------------------


def make_person(email: str, *, name: str, language: str = "nl", password: str | None = None, confirmed: bool) -> Person:
    """A new account. Without a password nobody can sign in to it; unconfirmed neither. Refuses a known address."""
    address = normal_address(email)
    if queries.person_by_email(address):
        raise Refused(_("There is already an account with this address."))
    person = Person(
        email=address,
        name=name,
        language=language if language in i18n.LANGUAGES else "nl",
        fs_uniquifier=secrets.token_hex(32),
        password=_hashed(password) if password else None,
        confirmed_at=clock.now() if confirmed else None,
        create_datetime=clock.now(),
    )
    with unit_of_work():
        db.session.add(person)
        db.session.flush()
        audit.record("person.make", person, by=_acting(person))
    return person


def _hashed(password: str) -> str:
    return hash_password(unicodedata.normalize("NFKD", password))  # as Flask-Security reads it when signing in


def start_account(email: str, *, name: str, language: str) -> Person:
    """An account for who signs up: unconfirmed, without a password, and a letter to confirm and choose one.

    A known address gets its own person back and a letter that says so; from outside both look alike.
    """
    with unit_of_work():
        person = queries.person_by_email(normal_address(email))
        if person and person.password:
            mail.known(person)
            return person
        if person is None:
            person = make_person(email, name=name, language=language, confirmed=False)
        mail.welcome(person, _choose_link(person))
    return person


def _choose_link(person: Person) -> str:
    """The address at which this person chooses a password; holds for a day, and until a password is chosen."""
    token = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
    return outbox.address(f"/reset/{token}")


def send_again(person: Person, link: str) -> None:
    """A new letter to confirm an address (`link`); who has no password yet chooses it with the same click."""
    with unit_of_work():
        if person.password:
            mail.confirm(person, link)
        else:
            mail.welcome(person, _choose_link(person))


def send_recovery(person: Person, link: str) -> None:
    """The letter with the link to choose a new password."""
    with unit_of_work():
        mail.recover(person, link)


def confirm_address(person: Person) -> None:
    """Who used a link from our letter reads mail at that address: it counts as confirmed."""
    with unit_of_work():
        if person.confirmed_at is None:
            person.confirmed_at = clock.now()
            audit.record("person.confirm", person, by=_acting(person))


def note_safety(person: Person, what: str) -> None:
    """A change of password, app or passkeys goes into the audit trail and is told to the person (mail.warn)."""
    with unit_of_work():
        audit.record(f"person.{what}", person, by=_acting(person))
        mail.warn(person, what)


def update_profile(person: Person, *, name: str, language: str) -> None:
    """One's own name, and the language of pages and letters."""
    with unit_of_work():
        before = {"name": person.name, "language": person.language}
        person.name, person.language = name, language
        after = {"name": person.name, "language": person.language}
        if before != after:
            audit.record("person.update", person, by=_acting(person), before=before, after=after)


def choose_language(person: Person, language: str) -> None:
    """Keep the language that this person reads, for pages and letters."""
    with unit_of_work():
        person.language = language if language in i18n.LANGUAGES else person.language


def choose_role(person: Person, held: Affiliation) -> None:
    """Remember in which role this person acts, for their next visit."""
    with unit_of_work():
        person.last_affiliation_id = held.id


# --- Roles -----------------------------------------------------------------------------------------------------------


def give_role(person: Person, role: Role, organisation_id: int | None, *, by: Actor) -> Affiliation:
    """Let this person hold the role there from now on; who holds it already keeps it. Announces `role.given`.

    Whether `by` may do so is the caller's question: an accepted invitation and an accepted sign-up give roles too.
    """
    _belongs(role, organisation_id)
    with unit_of_work():
        for held in queries.affiliations_of(person.id):
            if held.role == role and held.organisation_id == organisation_id:
                return held
        held = Affiliation(person_id=person.id, role=role, organisation_id=organisation_id, began_at=clock.now())
        db.session.add(held)
        db.session.flush()
        audit.record("role.give", held, by=by, after=_told(held))
        events.announce("role.given", held, by=by)
    return held


def end_role(held: Affiliation, *, by: Actor) -> None:
    """End this role now; what was done in it stays. Announces `role.ended`.

    Nobody ends their own last role, and an organisation keeps its last coordinator and executive unless the
    secretariat ends it.
    """
    if not policy.may_end(by, held):
        raise NotAllowed(_("You cannot end this role."))
    with unit_of_work():
        if held.ended_at:
            return
        if held.person_id == by.person_id and len(queries.affiliations_of(held.person_id)) == 1:
            raise Refused(_("This is your last role. Ask someone else to end it."))
        last = held.role in policy.GUARD_PEOPLE and queries.holders(held.role, held.organisation_id) == 1
        if last and not policy.guards_all(by):
            raise Refused(_("Nobody else holds this role here. Give it to someone else first."))
        held.ended_at = clock.now()
        audit.record("role.end", held, by=by, before=_told(held))
        events.announce("role.ended", held, by=by)


def _belongs(role: Role, organisation_id: int | None) -> None:
    if (role in OF_AN_ORGANISATION) != (organisation_id is not None):
        raise Invalid(_("This role does not belong here."))


def _told(held: Affiliation) -> dict[str, object]:
    return {"person_id": held.person_id, "role": held.role, "organisation_id": held.organisation_id}


# --- Invitations -----------------------------------------------------------------------------------------------------


def invite(
    email: str, *, name: str, role: Role, organisation_id: int | None, by: Actor, language: str = ""
) -> Invitation:
    """Send a link with which its reader takes this role within 14 days. An earlier link for it stops working.

    Raises NotAllowed when `by` may not give the role there, and Refused when the person holds it already.
    """
    address = normal_address(email)
    _belongs(role, organisation_id)
    if not policy.may_give(by, role, organisation_id):
        raise NotAllowed(_("You cannot give this role here."))
    known = queries.person_by_email(address)
    if known and any((h.role, h.organisation_id) == (role, organisation_id) for h in queries.affiliations_of(known.id)):
        raise Refused(_("%(name)s already has this role.", name=known.name or address))
    token = secrets.token_urlsafe(32)
    with unit_of_work():
        if before := queries.invitation_waiting(address, role, organisation_id):
            before.withdrawn_at = clock.now()
            db.session.flush()
        invitation = Invitation(
            email=address,
            name=known.name if known else name,
            language=known.language if known else (language or by.language),
            role=role,
            organisation_id=organisation_id,
            token_hash=queries.hash_of(token),
            invited_by_id=by.person_id,
            invited_at=clock.now(),
            expires_at=clock.now() + INVITATION_HOLDS,
        )
        db.session.add(invitation)
        db.session.flush()
        audit.record("invitation.send", invitation, by=by, after={"role": role, "organisation_id": organisation_id})
        place = queries.organisation_name(organisation_id) or outbox.sender()[0]
        mail.invite(invitation, token, inviter=by.name, place=place)
    return invitation


def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    """Take back a link that was not used yet; its reader sees that it was withdrawn."""
    if not policy.may_withdraw(by, invitation):
        raise NotAllowed(_("You cannot take back this invitation."))
    with unit_of_work():
        if invitation.accepted_at:
            raise NotNow(_("This invitation has been accepted already."))
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = clock.now()
            audit.record("invitation.withdraw", invitation, by=by)


def accept_invitation(invitation: Invitation, *, person: Person) -> Affiliation:
    """An existing person takes the role they were invited for; only with the address that the letter went to."""
    with unit_of_work():
        _still_open(invitation)
        if person.email != invitation.email:
            raise NotAllowed(_("This invitation is for someone else."))
        return _taken(invitation, person)


def join(invitation: Invitation, *, name: str, password: str, language: str) -> Person:
    """A new person takes the role and chooses a password. The letter proved the address, so it counts as confirmed."""
    with unit_of_work():
        _still_open(invitation)
        person = queries.person_by_email(invitation.email)
        if person and person.confirmed_at and person.password:
            raise Refused(_("You already have an account. Sign in to take this role."))
        if person is None:
            person = make_person(invitation.email, name=name, language=language, password=password, confirmed=True)
        person.name, person.language, person.password = name, language, _hashed(password)
        person.fs_uniquifier = secrets.token_hex(32)  # links that were sent before stop working
        confirm_address(person)
        _taken(invitation, person)
    return person


def _still_open(invitation: Invitation) -> None:
    if invitation.state_at(clock.now()) is not InvitationState.OPEN:
        raise NotNow(_("This invitation no longer works. Ask for a new one."))


def _taken(invitation: Invitation, person: Person) -> Affiliation:
    invitation.accepted_at, invitation.person_id = clock.now(), person.id
    audit.record("invitation.accept", invitation, by=_acting(person))
    held = give_role(person, invitation.role, invitation.organisation_id, by=_acting(person))
    person.last_affiliation_id = held.id
    return held


def make_first_account(
    email: str, *, name: str, role: Role, organisation_id: int | None, password: str | None
) -> Person:
    """What an operator does from the command line: a confirmed account with a role, or a role for a known address.

    Without a password the person gets the letter to choose one.
    """
    with unit_of_work():
        person = queries.person_by_email(normal_address(email))
        if person is None:
            person = make_person(email, name=name, password=password, confirmed=True)
            if password is None:
                mail.welcome(person, _choose_link(person))
        give_role(person, role, organisation_id, by=SYSTEM)
    return person
