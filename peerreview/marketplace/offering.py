"""An offer as values: what is in it, what it still lacks before others may read it, and what we know to begin with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish

LONGEST_STORY = 1_500
MOST_REVIEWS = 4
MOST_EXPERIENCED = 20
WORKING_DAYS = (1, 2, 3, 4, 5)
RATED_STRONG, RATED_WEAK = "complies", ("partly", "not")


@dataclass(frozen=True, slots=True)
class Content:
    """What an offer says. Codes of work fields, competencies and norms; months 1-12, days 1-5 from Monday.

    `max_travel_minutes` is one way. The names are those of the columns.
    """

    story: str = ""
    work_fields: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    experienced_reviewers: int = 0
    reviews: int = 1
    learning: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    partner_fields: tuple[str, ...] = ()
    partner_size: SizeWish = SizeWish.ANY
    partner_experience: ExperienceWish = ExperienceWish.ANY
    max_travel_minutes: int = 90
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the own self-evaluation suggests: norms to learn about, competencies to show. Only its writers see it."""

    norms: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()


def missing(content: Content) -> list[str]:
    """The names of the fields without which nobody can tell whether it fits, in the order of the form."""
    checks = {
        "work_fields": bool(content.work_fields),
        "learning": bool(content.learning or content.norms),
        "months": bool(content.months),
    }
    return [name for name, right in checks.items() if not right]


def prefilled(known: Content, earlier: Content | None) -> Content:
    """What to begin with: what is known for this round, and of the last offer what that does not tell.

    Norms are left to choose anew: what an organisation wants to learn about changes, and tells much.
    """
    if earlier is None:
        return known
    return replace(
        known,
        story=known.story or earlier.story,
        strengths=known.strengths or earlier.strengths,
        learning=known.learning or earlier.learning,
        months=known.months or earlier.months,
        reviews=earlier.reviews,
        partner_fields=earlier.partner_fields,
        partner_size=earlier.partner_size,
        partner_experience=earlier.partner_experience,
        days=earlier.days,
    )


def only_known(content: Content, *, fields: Collection[str], competencies: Collection[str]) -> Content:
    """The same without codes that this round does not know, such as those of an older framework version."""
    return replace(
        content,
        work_fields=_among(content.work_fields, fields),
        partner_fields=_among(content.partner_fields, fields),
        strengths=_among(content.strengths, competencies),
        learning=_among(content.learning, competencies),
    )


def _among(codes: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in known)


def suggestions(ratings: Mapping[str, str], competencies_of: Mapping[str, Collection[str]]) -> Suggested:
    """From own ratings by norm: norms below `complies`, and competencies of which every rated norm complies.

    `competencies_of` names, in the order of the framework, which competencies each norm serves.
    """
    weak = tuple(code for code in competencies_of if ratings.get(code) in RATED_WEAK)
    rated: defaultdict[str, set[str]] = defaultdict(set)
    for code, served in competencies_of.items():
        for competency in served if ratings.get(code) else ():
            rated[competency].add(ratings[code])
    return Suggested(weak, tuple(sorted(each for each, found in rated.items() if found == {RATED_STRONG})))
