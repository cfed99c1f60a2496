"""An organisation that looks for a partner as plain values that last: for the same facts always the same row."""

from collections.abc import Mapping
from typing import Any

from peerreview.marketplace.fit import Candidate
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish

Row = Mapping[str, Any]
LISTS = ("work_fields", "learning", "strengths", "months", "partner_fields", "excluded")
BY_KEY = ("wished", "conflicts", "unwaived", "cautions", "earlier_partners")


def row_of(**values: Any) -> dict[str, Any]:
    """One organisation as it goes in; lists are put in order, so that the same organisation is always the same row."""
    sorted_lists = {name: sorted(values[name]) for name in LISTS}
    by_key = {name: {str(key): what for key, what in sorted(values[name].items())} for name in BY_KEY}
    return {**values, **sorted_lists, **by_key, "fte": float(values["fte"])}


def has_place(row: Row) -> bool:
    """Whether travel to it can be estimated."""
    return row["latitude"] is not None and row["longitude"] is not None


def candidate_of(row: Row) -> Candidate:
    """The row as the rules and the solver take it; it must have a place."""
    return Candidate(
        key=row["key"],
        name=row["name"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        fte=float(row["fte"]),
        work_fields=frozenset(row["work_fields"]),
        max_travel_minutes=row["max_travel_minutes"],
        learning=frozenset(row["learning"]),
        strengths=frozenset(row["strengths"]),
        months=frozenset(row["months"]),
        experienced=row["experienced"],
        partner_fields=frozenset(row["partner_fields"]),
        partner_size=SizeWish(row["partner_size"]),
        partner_experience=ExperienceWish(row["partner_experience"]),
        excluded=frozenset(row["excluded"]),
        wished={int(key): rank for key, rank in row["wished"].items()},
        conflicts={int(key): tuple(kinds) for key, kinds in row["conflicts"].items()},
        unwaived={int(key): tuple(kinds) for key, kinds in row["unwaived"].items()},
        cautions={int(key): tuple(kinds) for key, kinds in row["cautions"].items()},
        earlier_partners={int(key): rounds for key, rounds in row["earlier_partners"].items()},
    )
