"""An exchange between organisations of one round, by default a confirmed pair; and a whole round to be matched."""

from dataclasses import dataclass, field
from decimal import Decimal

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.matching.lifecycle import AnswerState, ExchangeKind, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
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


# Towns in a row from south to north, each a quarter of an hour from the next.
TOWNS = (
    ("Lindenhof", "Zutphen", 52.14), ("Brugveld", "Zwolle", 52.20), ("Havenlicht", "Kampen", 52.26),
    ("Polderhart", "Urk", 52.32), ("Veenpoort", "Hoogeveen", 52.38), ("Weefwerk", "Almelo", 52.44),
)  # fmt: skip


@dataclass
class Marketplace:
    """A round in which organisations look for a partner, each with a coordinator and an executive."""

    round: Round
    secretariat: Actor
    organisations: list[Organisation] = field(default_factory=list)
    trajectories: list[Trajectory] = field(default_factory=list)
    coordinators: list[Actor] = field(default_factory=list)
    executives: list[Actor] = field(default_factory=list)

    def add(
        self, name: str, place: str, latitude: float | None, *, about: dict[str, object] | None = None, **fields: object
    ) -> None:
        longitude = None if latitude is None else 6.1
        organisation = make_organisation(name, place=place, latitude=latitude, longitude=longitude, **(about or {}))
        self.organisations.append(organisation)
        self.trajectories.append(make_trajectory(self.round, organisation, **{"fte": Decimal(40), **fields}))
        self.coordinators.append(make_actor("coordinator", organisation, name=f"Samira van {name}"))
        self.executives.append(make_actor("executive", organisation, name=f"Koen van {name}"))


def make_marketplace(members: int = 4, **fields: object) -> Marketplace:
    """Fields are those of the round, by default one in which signing up is over."""
    round_ = make_round(**{"state": RoundState.MATCHING, **fields})
    market = Marketplace(round_, make_actor("secretariat", name="Tineke Hoekstra"))
    for name, place, latitude in TOWNS[:members]:
        market.add(name, place, latitude, about={})
    return market
