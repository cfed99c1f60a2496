"""One audience of one trajectory, with its list when there is one, and how far that is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peerreview.core import clock
from peerreview.questionnaires.lifecycle import Audience, Stage, stage_of
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

if TYPE_CHECKING:
    from peerreview.questionnaires.models import Questionnaire


@dataclass(frozen=True, slots=True)
class Asked:
    """`trajectory` comes with its organisation and round."""

    trajectory: Trajectory
    audience: Audience
    questionnaire: "Questionnaire | None" = None

    @property
    def stage(self) -> Stage | None:
        """None while there is no list."""
        found = self.questionnaire
        return stage_of(found.opens_on, found.closes_on, found.closed_at, clock.today()) if found else None

    @property
    def writing(self) -> bool:
        """Whether the self-evaluation is open: only then is there something to make and to answer."""
        return self.trajectory.state == TrajectoryState.SELF_EVALUATING

    @property
    def answerable(self) -> bool:
        """Whether the link takes answers now."""
        return self.writing and self.stage == Stage.OPEN

    @property
    def typable(self) -> bool:
        """Whether paper sheets may be typed in now: also when the link has closed, until the list is counted."""
        return self.writing and self.stage in (Stage.OPEN, Stage.ENDED)

    @property
    def changeable(self) -> bool:
        """Whether the questions may still change."""
        return self.writing and self.stage in (None, Stage.PREPARED)
