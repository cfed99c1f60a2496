"""A round, by default open for sign-up today."""

from datetime import timedelta
from itertools import count

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from tests.factories.frameworks import make_framework

_number = count(1)


def make_round(name: str = "", **fields: object) -> Round:
    n, today = next(_number), clock.today()
    values: dict[str, object] = {
        "name": name or f"Voorjaar {n}", "signup_opens_on": today - timedelta(days=7),
        "signup_closes_on": today + timedelta(days=21), "visits_from": today + timedelta(days=60),
        "visits_until": today + timedelta(days=150), "closes_on": today + timedelta(days=330),
        "rules_data": {}, "state": RoundState.OPEN, "state_since": clock.now(),
    }  # fmt: skip
    version = fields.pop("framework_version", None) or make_framework(label=f"{2000 + n}")
    round_ = Round(**(values | fields), framework_version=version)
    with unit_of_work():
        db.session.add(round_)
        db.session.flush()
    return round_
