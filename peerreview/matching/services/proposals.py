"""An exchange that is proposed: its rows, its reasons and its letters; and a group that the secretariat makes by hand."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.impartiality.queries import ruled_out_among
from peerreview.marketplace.fit import Weights
from peerreview.matching import another, mail, queries, rehearsal
from peerreview.matching.lifecycle import ExchangeKind
from peerreview.matching.models import Exchange, ExchangeMember, MatchingRun
from peerreview.matching.services.rehearsals import weights_of
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

PROPOSED_IN = (RoundState.MATCHING, RoundState.RUNNING)

Group = Mapping[str, Any]
Rows = Mapping[int, Mapping[str, Any]]


def refuse_unless_matching(round_: Round) -> None:
    if round_.state not in PROPOSED_IN:
        raise NotNow(_("Close signing up first. Then you can propose partners."))


def propose_all(
    round_: Round, groups: Sequence[Group], rows: Rows, *, by: Actor, run: MatchingRun | None = None
) -> list[Exchange]:
    """Make an exchange of each group, within the act that proposes them, and write to their members."""
    keys = [key for group in groups for key in group["members"]]
    people = {each.organisation_id: each for each in queries.people_behind(rows[key]["trajectory"] for key in keys)}
    signers = queries.signers_in(keys)
    made = [_propose(round_, group, rows, people, signers, by=by, run=run) for group in groups]
    weights = Weights(**run.settings["weights"]) if run else weights_of(round_)
    _tell_of_others(round_, made, groups, rows, weights)
    return made


def _tell_of_others(
    round_: Round, made: Sequence[Exchange], groups: Sequence[Group], rows: Rows, weights: Weights
) -> None:
    """Beside the reasons, whom each member could have met too by what it may know (see `another`)."""
    known, parted = ruled_out_among(rows, clock.today()), queries.parted_from(round_.id)
    passed_over = {key: known.get(key, set()) | parted.get(key, set()) for key in rows}
    for exchange, group in zip(made, groups, strict=True):
        others = another.others_for(group["members"], rows, weights, passed_over)
        exchange.explanation = exchange.explanation | {
            "another": others,
            "who": exchange.explanation["who"] | _who((one["partner"] for one in others), rows),
        }


def _propose(
    round_: Round,
    group: Group,
    rows: Rows,
    people: Mapping[int, Trajectory],
    signers: dict[int, list[Person]],
    *,
    by: Actor,
    run: MatchingRun | None,
) -> Exchange:
    """One exchange of a group of organisations, with its members in review order."""
    exchange = Exchange(
        round_id=round_.id,
        run_id=run.id if run else None,
        kind=ExchangeKind(group["kind"]),
        explanation=_explanation(group, rows),
        state_since=clock.now(),
        answer_by=answer_by(round_),
        members=[
            ExchangeMember(trajectory=people[key], position=position) for position, key in enumerate(group["members"])
        ],
    )
    db.session.add(exchange)
    db.session.flush()
    audit.record("exchange.propose", exchange, by=by, after={"organisations": group["members"], "kind": group["kind"]})
    mail.tell_proposed(exchange, signers)
    return exchange


def answer_by(round_: Round) -> Any:
    """By when the members answer what is proposed today."""
    return clock.add_working_days(clock.today(), round_.rules.answer_match_within)


def _explanation(group: Group, rows: Rows) -> dict[str, Any]:
    """The reasons, with the names and towns of all who are mentioned in them."""
    mentioned = {*group["members"], *(one["partner"] for one in group["alternatives"])}
    return {**group, "who": _who(mentioned, rows)}


def _who(keys: Iterable[int], rows: Rows) -> dict[str, dict[str, str]]:
    return {str(key): {"name": rows[key]["name"], "place": rows[key]["place"]} for key in sorted(keys)}


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
        refuse_unless_matching(round_)
        if there := _there_already(trajectories):
            return there
        rows = {row["key"]: row for row in _rows_by_hand(round_, [trajectory.id for trajectory in trajectories])}
        group = rehearsal.explained(list(rows.values()), weights_of(round_))
        if not reason.strip() and (against := broken_rules(group)):
            raise Invalid(_("A rule forbids this group. Write down why you propose it all the same."), against)
        (exchange,) = propose_all(round_, [group], rows, by=by)
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
