"""What stands between whom, what each party may know of it, and the register."""

from peerreview.impartiality.queries.checks import (
    Standing,
    between,
    blocking,
    counting,
    known_between,
    of_persons,
    ruled_out_among,
)
from peerreview.impartiality.queries.known import (
    Known,
    as_known,
    declared_before,
    declared_conflict_for,
    known_conflict_for,
    known_conflicts,
)
from peerreview.impartiality.queries.parties import judges, member, members, members_named, tied_to
from peerreview.impartiality.queries.register import (
    Chosen,
    conflict_for,
    conflict_of,
    conflict_page,
    conflict_rows,
    history_of,
    part_page,
    part_rows,
    waiver_for,
)

__all__ = [
    "Chosen", "Known", "Standing", "as_known", "between", "blocking", "conflict_for", "conflict_of", "conflict_page",
    "conflict_rows", "counting", "declared_before", "declared_conflict_for", "history_of", "judges", "known_between",
    "known_conflict_for", "known_conflicts", "member", "members", "members_named", "of_persons", "part_page",
    "part_rows", "ruled_out_among", "tied_to", "waiver_for",
]  # fmt: skip
