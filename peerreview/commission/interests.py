"""Which interest a member of the commission has in a dossier, found from facts. Any one is enough to be recused.

Beside these a member may declare an interest. The impartiality register counts too: a conflict of interest that blocks,
of the person with one of the organisations, or of an organisation that they are tied to with the one that the dossier is
about. People of every organisation in the exchange are kept out, not only of
the two that this dossier is about: what the commission decides on one of them touches the others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from peerreview.commission.lifecycle import InterestKind

YEARS = 5


@dataclass(frozen=True, slots=True)
class Tie:
    """A role that somebody holds, or held until `ended_on`, in an organisation."""

    organisation_id: int
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Whom a dossier is about. `others` are all other organisations of its exchange, those that review it included."""

    organisation_id: int
    reviewing: Collection[int] = ()
    others: Collection[int] = ()
    reviewing_team: Collection[int] = ()  # people who reviewed this organisation
    other_teams: Collection[int] = ()  # people who reviewed another one in the exchange
    people_in_conflict: Collection[int] = ()  # by the register, with one of these organisations
    organisations_in_conflict: Collection[int] = ()  # by the register, with the one that the dossier is about


def years_before(day: date, years: int = YEARS) -> date:
    """The same day so many years earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def interest_of(person_id: int, ties: Iterable[Tie], around: Around, *, today: date) -> InterestKind | None:
    """The nearest interest of this person in the dossier, or None; a tie that ended five years ago is none."""
    after = years_before(today)
    near = {tie.organisation_id for tie in ties if tie.ended_on is None or tie.ended_on > after}
    if around.organisation_id in near:
        return InterestKind.OWN_ORGANISATION
    if near & set(around.reviewing) or person_id in around.reviewing_team:
        return InterestKind.REVIEWING
    if near & set(around.others) or person_id in around.other_teams:
        return InterestKind.REVIEWED
    if person_id in around.people_in_conflict or near & set(around.organisations_in_conflict):
        return InterestKind.REGISTERED
    return None
