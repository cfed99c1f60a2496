"""Who makes a questionnaire, and who reads what people said. Below five there is nothing to read for anybody."""

from collections.abc import Collection

from peerreview.core.access import Actor
from peerreview.questionnaires.asked import Asked
from peerreview.selfevaluations.policy import WRITERS, may_read_answers, writes_whole
from peerreview.trajectories.models import Trajectory


def is_host(actor: Actor, trajectory: Trajectory) -> bool:
    """Write the self-evaluation of this organisation, whole or a part: its lists are theirs to see."""
    return actor.role in WRITERS and actor.is_of(trajectory.organisation_id)


def may_know(actor: Actor, trajectory: Trajectory, reviewing_person_ids: Collection[int]) -> bool:
    """The host; and who may read the self-evaluation: the visiting team and the secretariat, once it was sent."""
    return is_host(actor, trajectory) or may_read_answers(actor, trajectory, reviewing_person_ids)


def may_read(actor: Actor, thing: object) -> bool:
    """Read what the query found for this actor."""
    return True


def may_make(actor: Actor, asked: Asked) -> bool:
    """Choose questions, type sheets, close: the host's coordinator and executive."""
    return writes_whole(actor, asked.trajectory)


def may_export(actor: Actor, asked: Asked) -> bool:
    """Take the answers along as a file: the host."""
    return is_host(actor, asked.trajectory)
