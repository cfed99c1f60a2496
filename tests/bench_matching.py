"""`make bench-matching`: how fast and how good the matching engine is, beside others in the same run.

Instances are made up after the map of the Netherlands (tests/matching/engine/netherlands.py). Ours, networkx (up to
2,000 organisations) and a greedy matcher (always the best pair that is left) get the very same pairs. Seconds are
medians and cover everything from the arrays of reviews to the groups. Memory is the peak of a process of its own, with
the instance in it. Machines differ and are shared: between runs compare ratios. The result goes to
build/bench-matching.json; a missed target makes it end with 1.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx

from peerreview.matching.engine import PER_MEMBER, Limits, Problem, solve
from peerreview.matching.engine.network import network_of
from tests.matching.engine.netherlands import make_instance

BUILD = Path(__file__).parent.parent / "build"
TURNS = {550: 9, 2_000: 7, 10_000: 3, 50_000: 1}
MOST_SECONDS = {550: 0.1, 2_000: 0.6, 10_000: 15.0, 50_000: 60.0}
TIMES_NETWORKX, NETWORKX_TO = 40, 2_000
FARTHEST_FROM_BEST = 0.001
IN_BLOCKS = Limits(at_once=5_000)


def problem_of(n: int, **terms: Any) -> Problem:
    made = make_instance(n)
    return Problem(tuple(range(n)), made["reviewer"], made["host"], made["score"], place=made["place"], **terms)


def measured(n: int) -> dict[str, Any]:
    """Ours and the others on one size."""
    problem = problem_of(n)
    low, high, total, _tie = network_of(problem).pairs
    pairs = list(zip(low.tolist(), high.tolist(), total.tolist(), strict=True))
    solution, seconds = timed(lambda: solve(problem, bound=False), TURNS[n])
    found = {
        "organisations": n,
        "pairs_allowed": len(pairs),
        "method": solution.method,
        "ours": figures(seconds, solution),
    }
    found["greedy"] = of_pairs(*timed(lambda: greedy(pairs), 3), pairs)
    if n <= NETWORKX_TO:
        graph = networkx.Graph()
        graph.add_weighted_edges_from(pairs)
        matched = timed(lambda: networkx.max_weight_matching(graph, maxcardinality=True), 1)
        found["networkx"] = of_pairs(*matched, pairs)
        found["times_networkx"] = matched[1] / seconds
    if solution.method == "blocks":
        found["bound"] = solve(problem).bound
        found["below_bound"] = 1 - solution.objective / found["bound"]
    found["ours"]["peak_mb"] = peak_of(n)
    return found


def figures(seconds: float, solution: Any) -> dict[str, Any]:
    worst = solution.worst / PER_MEMBER * 2
    return {"seconds": seconds, "matched": solution.matched, "total": solution.total, "worst": worst}


def of_pairs(chosen: Any, seconds: float, pairs: list[tuple[int, int, int]]) -> dict[str, Any]:
    total = {(low, high): worth for low, high, worth in pairs}
    worths = [total[min(pair), max(pair)] for pair in chosen]
    return {"seconds": seconds, "matched": 2 * len(worths), "total": sum(worths), "worst": min(worths)}


def greedy(pairs: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    taken: set[int] = set()
    chosen = []
    for low, high, _worth in sorted(pairs, key=lambda pair: -pair[2]):
        if low not in taken and high not in taken:
            taken.update((low, high))
            chosen.append((low, high))
    return chosen


def timed(act: Callable[[], Any], turns: int) -> tuple[Any, float]:
    """What it gives and the median seconds of so many runs, after one that does not count (unless there is only one)."""
    if turns > 1:
        act()
    times = []
    for _turn in range(turns):
        started = time.perf_counter()
        found = act()
        times.append(time.perf_counter() - started)
    return found, statistics.median(times)


def peak_of(n: int) -> float:
    """The most memory in MB that a process needs to make the instance and solve it."""
    words = [sys.executable, "-m", "tests.bench_matching", "--peak", str(n)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def blocks_beside_exact(n: int = 10_000) -> dict[str, Any]:
    """The method of the largest instances where the best is known too."""
    problem = problem_of(n)
    best, cut = solve(problem, bound=False), solve(problem, limits=IN_BLOCKS)
    return {
        "organisations": n, "matched": cut.matched, "best_matched": best.matched, "total": cut.total,
        "best_total": best.total, "below_best": 1 - cut.total / best.total,
        "bound_above_best": cut.bound / best.total - 1,
    }  # fmt: skip


def rings(n: int = 550) -> dict[str, Any]:
    """What rings of three and four gain over pairs alone."""
    pairs = solve(problem_of(n))
    problem = problem_of(n, ring_sizes=frozenset({3, 4}))
    solution, seconds = timed(lambda: solve(problem), 3)
    gain = solution.objective / pairs.objective - 1
    return {
        "organisations": n,
        **figures(seconds, solution),
        "rings": solution.rings,
        "gain": gain,
        "bound": solution.bound,
    }


def missed(sizes: list[dict[str, Any]], cut: dict[str, Any], with_rings: dict[str, Any]) -> list[str]:
    found = []
    for one in sizes:
        n, seconds = one["organisations"], one["ours"]["seconds"]
        if seconds >= MOST_SECONDS[n]:
            found.append(f"{n}: {seconds:.2f} s, target {MOST_SECONDS[n]} s")
        if "networkx" in one and [one["networkx"][k] for k in ("matched", "total")] != [
            one["ours"][k] for k in ("matched", "total")
        ]:
            found.append(f"{n}: not what networkx finds")
        if n == NETWORKX_TO and one["times_networkx"] < TIMES_NETWORKX:
            found.append(f"{n}: {one['times_networkx']:.0f} times as fast as networkx, target {TIMES_NETWORKX}")
        if one.get("below_bound", 0) > FARTHEST_FROM_BEST and cut["below_best"] > FARTHEST_FROM_BEST:
            found.append(
                f"{n}: {one['below_bound']:.3%} below the bound, and blocks at {cut['organisations']} are no better"
            )
    if cut["matched"] < cut["best_matched"]:
        found.append("blocks match fewer")
    if with_rings["gain"] < 0:
        found.append("rings make it worse")
    return found


def main() -> int:
    if sys.argv[1:2] == ["--peak"]:
        solve(problem_of(int(sys.argv[2])), bound=False)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return 0
    BUILD.mkdir(exist_ok=True)
    load = [round(value, 1) for value in os.getloadavg()]
    print(f"load of this machine ({os.cpu_count()} processors) over 1, 5 and 15 minutes: {load}")
    print(
        f"{'organisations':>13} {'pairs':>9} {'':9} {'seconds':>8} {'MB':>5} {'matched':>8} {'total':>12} {'worst':>6}"
    )
    sizes = []
    for n in TURNS:
        sizes.append(one := measured(n))
        for who in ("ours", "networkx", "greedy"):
            if who in one:
                line = one[who]
                memory = f"{line['peak_mb']:5.0f}" if "peak_mb" in line else " " * 5
                print(
                    f"{n:13,} {one['pairs_allowed']:9,} {who:9} {line['seconds']:8.3f} {memory} {line['matched']:8,} "
                    f"{line['total']:12,} {line['worst']:6.0f}",
                    flush=True,
                )
        if "times_networkx" in one:
            print(f"{'':13} {one['times_networkx']:.0f} times as fast as networkx")
        if "bound" in one:
            print(f"{'':13} in blocks, {one['below_bound']:.3%} below a bound that even the best need not reach")
    cut, with_rings = blocks_beside_exact(), rings()
    print(f"blocks at {cut['organisations']:,}: {cut['below_best']:.4%} below the best; "
          f"the bound is {cut['bound_above_best']:.3%} above the best")  # fmt: skip
    print(f"rings of 3 and 4 at {with_rings['organisations']}: {with_rings['seconds']:.2f} s, {with_rings['rings']} rings, "
          f"{with_rings['gain']:.2%} above pairs alone, all {with_rings['matched']} matched")  # fmt: skip
    misses = missed(sizes, cut, with_rings)
    print("\n".join(f"MISSED {miss}" for miss in misses) or "Every target is met.")
    result = {"load": load, "sizes": sizes, "blocks": cut, "rings": with_rings, "missed": misses}
    (BUILD / "bench-matching.json").write_text(json.dumps(result, indent=1) + "\n")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
