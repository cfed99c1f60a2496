"""Letters about a trajectory: to its coordinators and executives, and to the secretariat."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.core.access import Actor
from peerreview.trajectories import queries
from peerreview.trajectories.models import Trajectory


def _write(
    trajectory: Trajectory,
    people: list[Person],
    kind: str,
    *,
    reason: str = "",
    who: str = "",
) -> None:
    """One letter for each reader, in their language; `kind` picks the words."""
    round_, organisation = queries.round_of(trajectory), queries.organisation_of(trajectory)
    link = outbox.address(f"/trajectories/{trajectory.id}" + ("/sign-up" if kind == "signature_asked" else ""))
    for person in people:
        with i18n.speaking(person.language):
            subject, text = _words(
                kind, round=round_.name, name=organisation.name, who=who,
                day=i18n.day(trajectory.due_on),
            )  # fmt: skip
            parts = [_("Dear %(name)s,", name=person.name), text]
            if reason:
                parts.append(_("This is why:") + "\n" + reason)
            parts.append(_("You find it here: %(link)s", link=link))
            outbox.queue(
                f"trajectory.{kind}", to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(parts) + "\n", about=trajectory,
            )  # fmt: skip


def _words(kind: str, *, round: str, name: str, who: str, day: str) -> tuple[str, str]:
    """Subject and first paragraph of each kind of letter."""
    match kind:
        case "signature_asked":
            return (
                _("Please sign our sign-up for %(round)s", round=round),
                _("%(who)s has prepared the sign-up of %(name)s. Read it and sign it. That takes 5 minutes.",
                  who=who, name=name),
            )  # fmt: skip
        case "submitted":
            return (
                _("%(name)s signed up for %(round)s", name=name, round=round),
                _(
                    "%(who)s signed for %(name)s. The secretariat answers by %(day)s.",
                    who=who,
                    name=name,
                    day=day,
                ),
            )
        case "accepted":
            return (
                _("You take part in %(round)s", round=round),
                _("The sign-up of %(name)s is accepted. You can begin with the self-evaluation. It is due by %(day)s.",
                  name=name, day=day),
            )  # fmt: skip
        case "returned":
            return (
                _("Your sign-up for %(round)s needs a change", round=round),
                _(
                    "Please change the sign-up of %(name)s and sign it again by %(day)s.",
                    name=name,
                    day=day,
                ),
            )
        case "rejected":
            return (
                _("You do not take part in %(round)s", round=round),
                _("The secretariat did not accept the sign-up of %(name)s.", name=name),
            )
        case "held":
            return (
                _("Your trajectory in %(round)s is paused", round=round),
                _("The trajectory of %(name)s is paused until %(day)s. You need not do anything now.",
                  name=name, day=day),
            )  # fmt: skip
        case "resumed":
            return (
                _("Your trajectory in %(round)s goes on", round=round),
                _(
                    "The trajectory of %(name)s is no longer paused. You can go on where you were.",
                    name=name,
                ),
            )
        case "deadline_moved":
            return (
                _("A new date in %(round)s", round=round),
                _(
                    "The trajectory of %(name)s has a new date: %(day)s.",
                    name=name,
                    day=day,
                ),
            )
        case "withdrawn":
            return (
                _("%(name)s has withdrawn from %(round)s", name=name, round=round),
                _(
                    "The trajectory of %(name)s has ended. Nothing that was written is lost.",
                    name=name,
                ),
            )
    raise ValueError(kind)


def _signers(trajectory: Trajectory) -> list[Person]:
    people = [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, trajectory.organisation_id)]
    return list({person.id: person for person in people}.values())


def ask_signature(trajectory: Trajectory, *, by: Actor) -> int:
    """Ask every executive to sign; the number of letters."""
    executives = people_with(Role.EXECUTIVE, trajectory.organisation_id)
    _write(trajectory, executives, "signature_asked", who=by.name)
    return len(executives)


def tell_submitted(trajectory: Trajectory, *, by: Actor) -> None:
    """Tell the secretariat, and the coordinators that it was signed."""
    people = people_with(Role.SECRETARIAT) + people_with(Role.COORDINATOR, trajectory.organisation_id)
    unique = list({person.id: person for person in people}.values())
    _write(trajectory, unique, "submitted", who=by.name)


def tell(trajectory: Trajectory, kind: str, *, reason: str = "") -> None:
    """Tell coordinators and executives: accepted, returned, rejected, held, resumed or deadline_moved."""
    _write(trajectory, _signers(trajectory), kind, reason=reason)


def tell_withdrawn(trajectory: Trajectory, *, reason: str) -> None:
    """Tell the organisation and the secretariat."""
    people = {p.id: p for p in _signers(trajectory) + people_with(Role.SECRETARIAT)}
    _write(trajectory, list(people.values()), "withdrawn", reason=reason)
