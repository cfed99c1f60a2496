"""Letters about a self-evaluation: norms that were given, that it was signed, that it is open again."""

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.models import Trajectory


def _queue(evaluation: SelfEvaluation, person: Person, kind: str, subject: str, parts: list[str]) -> None:
    link = outbox.address(f"/trajectories/{evaluation.trajectory_id}/self-evaluation")
    body = [_("Dear %(name)s,", name=person.name), *parts, _("You find it here: %(link)s", link=link)]
    outbox.queue(
        f"self_evaluation.{kind}", to=person.email, name=person.name, language=person.language, subject=subject,
        body="\n\n".join(body) + "\n", about=evaluation,
    )  # fmt: skip


def tell_given(evaluation: SelfEvaluation, person_id: int, count: int, *, by: Actor) -> None:
    """Tell a colleague how many norms they were given; not whoever gave them to themselves."""
    person = db.session.get_one(Person, person_id)
    if person.id == by.person_id:
        return
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    with i18n.speaking(person.language):
        subject = ngettext(
            "A norm of the self-evaluation for you", "%(num)s norms of the self-evaluation for you", count
        )
        text = ngettext(
            "%(who)s asks you to write about %(num)s norm. What you type is saved by itself.",
            "%(who)s asks you to write about %(num)s norms. What you type is saved by itself.",
            count, who=by.name,
        )  # fmt: skip
        due = [_("It is due by %(day)s.", day=i18n.day(trajectory.due_on))] if trajectory.due_on else []
        _queue(evaluation, person, "given", subject, [text, *due])


def tell_submitted(evaluation: SelfEvaluation, *, by: Actor) -> None:
    """Tell the coordinators that the executive signed."""
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    for person in people_with(Role.COORDINATOR, trajectory.organisation_id):
        with i18n.speaking(person.language):
            text = _("%(who)s has signed and sent the self-evaluation. Your reviewers can read it now.", who=by.name)
            _queue(evaluation, person, "submitted", _("Your self-evaluation is sent"), [text])


def tell_reopened(evaluation: SelfEvaluation, *, reason: str) -> None:
    """Tell coordinators and executives that they can write again, and why."""
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    people = [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, trajectory.organisation_id)]
    for person in {p.id: p for p in people}.values():
        with i18n.speaking(person.language):
            parts = [
                _(
                    "You can change the self-evaluation again. Sign it again by %(day)s.",
                    day=i18n.day(trajectory.due_on),
                ),
                _("This is why:") + "\n" + reason,
            ]
            _queue(evaluation, person, "reopened", _("Your self-evaluation is open again"), parts)


def tell_remark(answer: Answer, evaluation: SelfEvaluation, person: Person, *, by: Actor) -> None:
    """Ask a colleague to look at a norm that they write or spoke about.

    Others than the organisation may read letters: so it says nothing of a remark, nor what stands in it.
    """
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    norm = outline_of(trajectory.framework_version_id).by_id[answer.norm_id]
    link = outbox.address(f"/trajectories/{trajectory.id}/self-evaluation/norms/{norm.id}#talk")
    with i18n.speaking(person.language):
        named = {"who": by.name, "code": norm.code, "title": i18n.localised(norm.title)}
        body = [
            _("Dear %(name)s,", name=person.name),
            _("%(who)s asks you to look at norm %(code)s, %(title)s.", **named),
            _("Today you get no other letter about this norm."),
            _("You find it here: %(link)s", link=link),
        ]
        outbox.queue(
            "self_evaluation.look", to=person.email, name=person.name, language=person.language,
            subject=_("Will you look at norm %(code)s?", code=norm.code), body="\n\n".join(body) + "\n", about=answer,
        )  # fmt: skip
