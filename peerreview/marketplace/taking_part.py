"""Who is on the market: which trajectories take part, and while which states of the round."""

from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories.lifecycle import Route, TrajectoryState

# From signing up until there is a visit to plan; whoever has a partner leaves these states by itself.
TAKING_PART = (
    TrajectoryState.SUBMITTED,
    TrajectoryState.ACCEPTED,
    TrajectoryState.SELF_EVALUATING,
    TrajectoryState.SELF_EVALUATED,
)
WITH_PEERS = (Route.PEER, Route.COMBINED)
# While the round is matched, offers can be read but no longer changed.
MARKET_IS_OPEN = (RoundState.OPEN, RoundState.MATCHING)
OFFERS_CHANGE = (RoundState.OPEN,)


def takes_part(state: TrajectoryState, route: Route, round_state: RoundState) -> bool:
    """Whether a trajectory in this state and on this route is on the market of a round in that state."""
    return state in TAKING_PART and route in WITH_PEERS and round_state in MARKET_IS_OPEN
