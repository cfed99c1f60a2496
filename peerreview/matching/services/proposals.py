"""Proposals: a rehearsal that is published, or a group that the secretariat makes by hand."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, Refused
from peerreview.matching import mail, queries, rehearsal
from peerreview.matching.lifecycle import MATCHING_RUN, ExchangeKind, RunState
from peerreview.matching.models import Exchange, ExchangeMember, MatchingRun
from peerreview.matching.services.rehearsals import weights_of
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

PROPOSED_IN = (RoundState.MATCHING, RoundState.RUNNING)


def publish(run: MatchingRun, *, by: Actor) -> list[Exchange]:
    """Propose each group of this rehearsal to its members, with its reasons, and write to them.

    Published once, however often it is asked: then the exchanges that came of it. Raises NotNow while signing up is
    still open or when the rehearsal was thrown away, Refused when somebody withdrew, got a partner or was parted
    meanwhile (with their names), or when there is no group.
    """
    with unit_of_work():
        queries.wait_for_turn(run.round_id)
        run = queries.run_of(run.id)
        if run.state == RunState.PUBLISHED:
            return list(db.session.scalars(select(Exchange).where(Exchange.run_id == run.id).order_by(Exchange.id)))
        if not MATCHING_RUN.can(run.state, "publish"):
            raise NotNow(_("This rehearsal was thrown away. Make a new one."))
        _refuse_unless_matching(run.round)
        _refuse_changed(run)
        audit.change_state(run, MATCHING_RUN, "publish", by=by)
        run.published_at = clock.now()
        rows = {row["key"]: row for row in run.input}
        return [_propose(run.round, group, rows, by=by, run=run) for group in run.result["groups"]]


def _refuse_unless_matching(round_: Round) -> None:
    if round_.state not in PROPOSED_IN:
        raise NotNow(_("Close signing up first. Then you can propose partners."))


def _refuse_changed(run: MatchingRun) -> None:
    groups = run.result["groups"]
    if not groups:
        raise Refused(_("There is no group to publish."))
    names = {row["key"]: row["name"] for row in run.input}
    there = {row["key"] for row in queries.candidate_rows(run.round)}
    parted = set(queries.parted_pairs(run.round_id)) - {(here, there) for here, there in run.settings["forbidden"]}
    gone = {key for group in groups for key in group["members"] if key not in there}
    gone |= {key for group in groups for pair in rehearsal.pairs_of(group["members"]) if pair in parted for key in pair}
    if gone:
        who = ", ".join(sorted(names[key] for key in gone))
        raise Refused(_("Something changed since this rehearsal for: %(names)s. Make a new one.", names=who))


def _propose(
    round_: Round, group: dict[str, Any], rows: dict[int, dict[str, Any]], *, by: Actor, run: MatchingRun | None = None
) -> Exchange:
    """Make one exchange of a group of organisations, with its members in review order, and write to them."""
    people = {each.id: each for each in queries.people_behind(rows[key]["trajectory"] for key in group["members"])}
    exchange = Exchange(
        round_id=round_.id,
        run_id=run.id if run else None,
        kind=ExchangeKind(group["kind"]),
        explanation=_explanation(group, rows),
        state_since=clock.now(),
        answer_by=clock.add_working_days(clock.today(), round_.rules.answer_match_within),
        members=[
            ExchangeMember(trajectory=people[rows[key]["trajectory"]], position=position)
            for position, key in enumerate(group["members"])
        ],
    )
    db.session.add(exchange)
    db.session.flush()
    audit.record("exchange.propose", exchange, by=by, after={"organisations": group["members"], "kind": group["kind"]})
    mail.tell_proposed(exchange)
    return exchange


def _explanation(group: dict[str, Any], rows: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The reasons, with the names and towns of all who are mentioned in them."""
    mentioned = {*group["members"], *(one["partner"] for one in group["alternatives"])}
    who = {str(key): {"name": rows[key]["name"], "place": rows[key]["place"]} for key in sorted(mentioned)}
    return {**group, "who": who}


# --- By hand ---------------------------------------------------------------------------------------------------------


def checked_by_hand(round_: Round, trajectories: Sequence[Trajectory]) -> dict[str, Any]:
    """How such a group would fit, and which rules forbid it, without making it; each reviews the next.

    Raises Invalid unless it is two to four different organisations that look for a partner in this round.
    """
    rows = _rows_by_hand(round_, [trajectory.id for trajectory in trajectories])
    return _explanation(rehearsal.explained(rows, weights_of(round_)), {row["key"]: row for row in rows})


def _rows_by_hand(round_: Round, trajectory_ids: Sequence[int]) -> list[dict[str, Any]]:
    if len(set(trajectory_ids)) != len(trajectory_ids) or not 2 <= len(trajectory_ids) <= rehearsal.LARGEST_GROUP:
        raise Invalid(_("Choose two to four different organisations."))
    found = {row["trajectory"]: row for row in queries.candidate_rows(round_, only=trajectory_ids)}
    if len(found) < len(trajectory_ids):
        raise Invalid(_("One of these organisations has a partner already, or takes no part now."))
    return [found[trajectory_id] for trajectory_id in trajectory_ids]


def propose_by_hand(round_: Round, trajectories: Sequence[Trajectory], *, by: Actor, reason: str = "") -> Exchange:
    """Propose a group that the secretariat chose, in this review order, and write to its members.

    Against a rule it needs a reason, which only the secretariat reads. The same group again is the one that is there.
    """
    with unit_of_work():
        queries.wait_for_turn(round_.id)
        _refuse_unless_matching(round_)
        if there := _there_already(trajectories):
            return there
        rows = {row["key"]: row for row in _rows_by_hand(round_, [trajectory.id for trajectory in trajectories])}
        group = rehearsal.explained(list(rows.values()), weights_of(round_))
        if not reason.strip() and (against := broken_rules(group)):
            raise Invalid(_("A rule forbids this group. Write down why you propose it all the same."), against)
        exchange = _propose(round_, group, rows, by=by)
        exchange.explanation = exchange.explanation | {"by_hand": reason.strip()}
        audit.record("exchange.propose_by_hand", exchange, by=by, reason=reason.strip())
        return exchange


def broken_rules(group: dict[str, Any]) -> list[str]:
    """The codes of the rules that forbid this group, each once."""
    return sorted({block["code"] for leg in group["legs"] for block in leg["blocks"]})


def _there_already(trajectories: Iterable[Trajectory]) -> Exchange | None:
    wanted = [trajectory.id for trajectory in trajectories]
    standing = queries.standing_exchange_of(wanted[0]) if wanted else None
    if standing is None or {member.trajectory_id for member in standing.members} != set(wanted):
        return None
    return standing
