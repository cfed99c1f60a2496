"""One component: a small one exactly by subsets, a larger one by exact pairs that rings then better.

The larger: the pairs are the best there are. Rings that were agreed on or promised are tried as kept, all and each one
left out. Who is left joins a pair. Then windows around each ring, each one left and the most promising new rings are
solved exactly and stay where the whole gains. It starts from the pairs and takes only what is better, so rings never
make it worse than pairs alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from peerreview.matching.engine import rings
from peerreview.matching.engine.arrangement import NO_LIMIT, Arrangement
from peerreview.matching.engine.blocks import BLOCK, Blocks
from peerreview.matching.engine.network import Network
from peerreview.matching.engine.pairing import best_pairs, fairest_pairs
from peerreview.matching.engine.problem import Floats, Rows
from peerreview.matching.engine.solution import BLOCKS, EXACT, RINGS_IMPROVED
from peerreview.matching.engine.subsets import solve_window
from peerreview.matching.engine.watch import Watch

MOST_DROPPED = 8
MOST_REPAIRED = 24


@dataclass(frozen=True)
class Limits:
    """How far each method goes: members of a component solved by subsets, of a window, rows that are paired at once,
    rows of a block, windows tried around promising rings in one pass, and passes."""

    exact: int = 14
    window: int = 12
    at_once: int = 12_000
    block: int = BLOCK
    tries: int = 60
    passes: int = 4


@dataclass(frozen=True)
class Setting:
    """What a component is solved with, beside its legs; with groups to start from only what changed is sought anew."""

    limits: Limits = field(default_factory=Limits)
    place: Floats | None = None
    watch: Watch = field(default_factory=Watch)
    start: tuple[Rows, ...] | None = None


def solve_component(network: Network, rows: Rows, setting: Setting, cap: float = NO_LIMIT) -> tuple[list[Rows], str]:
    """The groups of these rows and the method; worsts above the cap count as the cap."""
    if len(rows) <= setting.limits.exact:
        return solve_window(network, rows, cap), EXACT
    part = network.within(rows)
    groups = _pairs(part, setting, cap)
    blocks = _paired_in_blocks(part, setting)
    if not part.has_rings:
        return groups, BLOCKS if blocks else EXACT
    arrangement = Arrangement(part, _with_settled_rings(part, groups, setting, cap), cap, setting.limits.window)
    before = arrangement.value(groups)
    _place_the_lonely(arrangement)
    if setting.start is None:
        _improve(arrangement, setting)
    else:
        _repair(arrangement, setting.start)
    found = arrangement.groups
    assert arrangement.value(found) >= before  # noqa: S101  # never worse than pairs alone
    return found, BLOCKS if blocks else RINGS_IMPROVED


def _paired_in_blocks(network: Network, setting: Setting) -> bool:
    return len(network.rows) > setting.limits.at_once


def _pairs(network: Network, setting: Setting, cap: float) -> list[Rows]:
    setting.watch.step("pairs", 0, 1)
    if _paired_in_blocks(network, setting):
        return list(Blocks(network, setting.place, cap, setting.watch, setting.limits.block).solve())
    return list(fairest_pairs(network, cap) if network.fair else best_pairs(network))


def _with_settled_rings(network: Network, pairs: list[Rows], setting: Setting, cap: float) -> list[Rows]:
    """The best of: pairs alone, agreed and promised rings with pairs beside them, and those with a ring left out."""
    kept: list[Rows] = []
    for each in sorted(network.specials, key=lambda each: (not each.accepted, -each.price, each.rows)):
        if len(each.rows) > 2 and not {row for rows in kept for row in rows}.intersection(each.rows):
            kept.append(each.rows)
    judge = Arrangement(network, (), cap)
    if setting.start is not None:
        inside = set(network.rows.tolist())
        kept = [rows for rows in setting.start if len(rows) > 2 and inside.issuperset(rows) and judge.can_be(rows)]
        return max([pairs, _beside(network, kept, setting, cap)], key=judge.value) if kept else pairs
    if not kept:
        return pairs
    best = max([pairs, _beside(network, kept, setting, cap)], key=judge.value)
    for ring in kept if len(kept) <= MOST_DROPPED else ():
        if ring not in best:
            continue
        without = [rows for rows in best if len(rows) > 2 and rows != ring]
        best = max([best, _beside(network, without, setting, cap)], key=judge.value)
    return best


def _beside(network: Network, kept: Sequence[Rows], setting: Setting, cap: float) -> list[Rows]:
    taken = {row for rows in kept for row in rows}
    rest = network.within(row for row in network.rows.tolist() if row not in taken)
    return sorted([*kept, *_pairs(rest, setting, cap)])


def _place_the_lonely(arrangement: Arrangement) -> None:
    if 3 in arrangement.network.ring_sizes:
        groups = rings.joined(arrangement)
        if arrangement.value(groups) > arrangement.value(arrangement.groups):
            arrangement.settle(groups)


def _improve(arrangement: Arrangement, setting: Setting) -> None:
    """Windows around rings and those left, around the worst where that counts, and around promising rings."""
    network, limits = arrangement.network, setting.limits
    for turn in range(limits.passes):
        groups = arrangement.groups
        alone = [(row,) for row in network.rows.tolist() if row not in arrangement.group_of]
        seeds = [each.rows for each in network.specials if len(each.rows) > 2]
        seeds += alone[: limits.tries] + [rows for rows in groups if len(rows) > 2][: limits.tries]
        share = np.array(arrangement.shares())
        seeds += rings.promising(network, share, network.ring_sizes, limits.tries)
        better = _raise_the_worst(arrangement, limits) if network.fair else False
        for number, seed in enumerate(seeds):
            setting.watch.step("rings", turn * len(seeds) + number, limits.passes * len(seeds))
            better = arrangement.improve(seed) or better
        if not better:
            return


def _repair(arrangement: Arrangement, start: Sequence[Rows]) -> None:
    """Windows around those who are left or whose group is no more."""
    present = set(arrangement.groups)
    settled = {row for rows in start if rows in present for row in rows}
    rows = arrangement.network.rows.tolist()
    lost = [row for row in rows if row not in arrangement.group_of]
    lost += [row for row in rows if row in arrangement.group_of and row not in settled]
    for row in lost[:MOST_REPAIRED]:
        arrangement.improve((row,))


def _raise_the_worst(arrangement: Arrangement, limits: Limits) -> bool:
    better = False
    for _turn in range(limits.tries):
        worst = arrangement.worst()
        if worst is None or not arrangement.improve(worst):
            return better
        better = True
    return better
