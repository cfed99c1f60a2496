"""What an organisation says when it signs up, as values, and what is still missing before the executive can sign."""

from dataclasses import dataclass, replace
from decimal import Decimal

from peerreview.trajectories.lifecycle import Route, ScopeKind

LONGEST_WISH = 5_000
MOST_EXCLUSIONS = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody whom the organisation offers as a reviewer."""

    person_id: int
    experienced: bool = False
    lead: bool = False


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up, complete or not. `max_travel_minutes` is one way; `months` are 1-12; exclusions are (id, reason)."""

    route: Route = Route.PEER
    scope_kind: ScopeKind = ScopeKind.WHOLE
    scope_text: str = ""
    fte: Decimal = Decimal(0)
    work_field_ids: frozenset[int] = frozenset()
    reviewers: tuple[Offered, ...] = ()
    max_travel_minutes: int = 90
    months: tuple[int, ...] = ()
    wishes: str = ""
    learning: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    exclusions: tuple[tuple[int, str], ...] = ()


def missing(sign_up: SignUp, *, minimum_reviewers: int) -> list[str]:
    """The names of the fields that stand between this sign-up and a signature, in the order of the form."""
    checks = {
        "scope_text": sign_up.scope_kind == ScopeKind.WHOLE or bool(sign_up.scope_text.strip()),
        "fte": sign_up.fte > 0,
        "work_fields": bool(sign_up.work_field_ids),
        "reviewers": len(sign_up.reviewers) >= minimum_reviewers,
        "lead": not sign_up.reviewers or any(offered.lead for offered in sign_up.reviewers),
        "months": bool(sign_up.months),
        "learning": bool(sign_up.learning),
        "exclusions": all(reason.strip() for _organisation, reason in sign_up.exclusions),
    }
    return [name for name, right in checks.items() if not right]


def with_one_lead(sign_up: SignUp) -> SignUp:
    """The same sign-up with at most one lead reviewer: the first that was named."""
    leads = [offered.person_id for offered in sign_up.reviewers if offered.lead][:1]
    reviewers = tuple(replace(offered, lead=offered.person_id in leads) for offered in sign_up.reviewers)
    return replace(sign_up, reviewers=reviewers)
