"""An exchange between organisations of one round, by default a confirmed pair."""

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.matching.lifecycle import AnswerState, ExchangeKind, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.trajectories.models import Trajectory
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory


def make_exchange(trajectories: list[Trajectory] | None = None, **fields: object) -> Exchange:
    if trajectories is None:
        round_ = make_round()
        trajectories = [make_trajectory(round_), make_trajectory(round_)]
    state = fields.get("state", ExchangeState.CONFIRMED)
    answer = AnswerState.PENDING if state == ExchangeState.PROPOSED else AnswerState.ACCEPTED
    values: dict[str, object] = {
        "round_id": trajectories[0].round_id, "state": state, "state_since": clock.now(), "explanation": {},
        "kind": ExchangeKind.PAIR if len(trajectories) == 2 else ExchangeKind.RING,
        "members": [
            ExchangeMember(trajectory=trajectory, position=n, state=answer) for n, trajectory in enumerate(trajectories)
        ],
    }  # fmt: skip
    exchange = Exchange(**(values | fields))
    with unit_of_work():
        db.session.add(exchange)
        db.session.flush()
    return exchange
