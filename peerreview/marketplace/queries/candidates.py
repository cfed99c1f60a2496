"""Who looks for a partner, with all that fitting asks about them: from the offer, else from the sign-up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.core.db import db
from peerreview.impartiality import queries as impartiality
from peerreview.impartiality.lifecycle import Severity
from peerreview.marketplace.candidates import row_of
from peerreview.marketplace.lifecycle import ExperienceWish, OfferState, SizeWish
from peerreview.marketplace.models import Offer, Wish
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

TOO_FEW_REVIEWERS = "too_few_reviewers"
Met = Mapping[int, Mapping[int, int]]
_memory: list[Callable[[Sequence[int], Round], Met]] = []


def remembers_meetings(query: Callable[[Sequence[int], Round], Met]) -> Callable[[Sequence[int], Round], Met]:
    """Ask this later feature how many rounds before this one each organisation last met whom."""
    _memory[:] = [query]
    return query


def meetings_of(organisation_id: int, round_: Round) -> Mapping[int, int]:
    """How many rounds before this one this organisation last met whom, by organisation; empty when nobody remembers."""
    return _memory[0]([organisation_id], round_).get(organisation_id, {}) if _memory else {}


def rows_of(looking: Select[Trajectory], round_: Round, on: date) -> list[dict[str, Any]]:
    """The trajectories of this query as rows (see `candidates.row_of`), in its order; nine queries for any number.

    What stands in a published offer goes before what was said at sign-up. Conflicts of interest are those that count
    on the day `on`.
    """
    looking = looking.options(
        joinedload(Trajectory.organisation),
        selectinload(Trajectory.work_fields),
        selectinload(Trajectory.reviewers),
        selectinload(Trajectory.exclusions),
    ).execution_options(populate_existing=True)
    found = db.session.scalars(looking).all()
    organisations = [each.organisation_id for each in found]
    met = _memory[0](organisations, round_) if _memory else {}
    offers, wishes = _offers([each.id for each in found]), _wishes([each.id for each in found])
    conflicts = _conflicts(organisations, on)
    for here, there in _too_few_reviewers(found, round_, on):
        for one, other in ((here, there), (there, here)):
            kinds = conflicts[one]["conflicts"].get(other, [])
            conflicts[one]["conflicts"][other] = sorted({*kinds, TOO_FEW_REVIEWERS})
    return [_row(each, offers.get(each.id), wishes[each.id], conflicts[each.organisation_id], met) for each in found]


def _offers(trajectory_ids: Iterable[int]) -> dict[int, Offer]:
    published = select(Offer).where(Offer.trajectory_id.in_(trajectory_ids), Offer.state == OfferState.PUBLISHED)
    return {offer.trajectory_id: offer for offer in db.session.scalars(published)}


def _wishes(trajectory_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    wished: dict[int, dict[int, int]] = defaultdict(dict)
    rows = select(Wish.trajectory_id, Wish.organisation_id, Wish.rank).where(Wish.trajectory_id.in_(trajectory_ids))
    for trajectory_id, organisation_id, rank in db.session.execute(rows):
        wished[trajectory_id][organisation_id] = rank
    return wished


def _conflicts(organisation_ids: Sequence[int], on: date) -> dict[int, dict[str, dict[int, list[str]]]]:
    """For each organisation with whom which kinds stand: hard `conflicts`, soft ones `unwaived`, waived `cautions`."""
    names = ("conflicts", "unwaived", "cautions")
    found: dict[int, dict[str, dict[int, list[str]]]] = defaultdict(lambda: {name: {} for name in names})
    for (here, there), standing in impartiality.between(organisation_ids, on).items():
        for name in names:
            kinds = sorted({each.kind.value for each in standing if _sort_of(each) == name})
            if kinds:
                found[here][name][there] = found[there][name][here] = kinds
    return found


def _too_few_reviewers(found: Sequence[Trajectory], round_: Round, on: date) -> set[tuple[int, int]]:
    """Who cannot review whom, because too few of its reviewers have no tie of their own with that organisation."""
    offered = {each.organisation_id: {one.person_id for one in each.reviewers} for each in found}
    people = {person for persons in offered.values() for person in persons}
    tied: dict[int, set[int]] = defaultdict(set)
    for (person_id, organisation_id), standing in impartiality.of_persons(people, offered, on).items():
        if any(each.blocks for each in standing):
            tied[organisation_id].add(person_id)
    return {
        (here, there)
        for there, persons in tied.items()
        for here, reviewers in offered.items()
        if here != there and len(reviewers - persons) < min(round_.rules.minimum_reviewers, len(reviewers))
    }


def _sort_of(standing: impartiality.Standing) -> str:
    if standing.severity == Severity.HARD:
        return "conflicts"
    return "cautions" if standing.waived else "unwaived"


def _row(
    trajectory: Trajectory,
    offer: Offer | None,
    wished: dict[int, int],
    conflicts: dict[str, dict[int, list[str]]],
    met: Met,
) -> dict[str, Any]:
    organisation, said = trajectory.organisation, offer or trajectory
    return row_of(
        key=organisation.id,
        trajectory=trajectory.id,
        name=organisation.name,
        place=organisation.place,
        latitude=organisation.latitude,
        longitude=organisation.longitude,
        fte=trajectory.fte,
        work_fields=offer.work_fields if offer else [field.code for field in trajectory.work_fields],
        max_travel_minutes=said.max_travel_minutes,
        months=said.months,
        learning=said.learning,
        strengths=said.strengths,
        experienced=offer.experienced_reviewers > 0 if offer else any(r.experienced for r in trajectory.reviewers),
        partner_fields=offer.partner_fields if offer else [],
        partner_size=(offer.partner_size if offer else SizeWish.ANY).value,
        partner_experience=(offer.partner_experience if offer else ExperienceWish.ANY).value,
        wished=wished,
        excluded=[exclusion.organisation_id for exclusion in trajectory.exclusions],
        earlier_partners=dict(met.get(organisation.id, {})),
        **conflicts,
    )
