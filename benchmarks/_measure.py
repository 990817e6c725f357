"""Interleaved rounds, medians with their spread, ratios: what every benchmark of this folder has in common."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Work = Callable[[int], float]
"""Does the work of one round (0, 1, 2 ...) and returns the seconds it took."""


class Times(NamedTuple):
    """Seconds of all rounds that count, in order."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def fastest(self) -> float:
        """The shortest."""
        return min(self.seconds)

    def spread(self) -> tuple[float, float]:
        """The quarter points: half of all rounds lie between them."""
        low, _, high = statistics.quantiles(self.seconds, n=4)
        return low, high


def timed(work: Callable[[], object]) -> float:
    """Seconds on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


TURN = 3
"""Times that a rival works in its turn. The first is not counted: the caches are full of the others then."""


def interleaved(rivals: Mapping[str, Work], *, rounds: int, warm_up: int = 0) -> dict[str, Times]:
    """Each round gives every rival a turn, so that a noisy machine is noisy for all of them.

    The first `warm_up` rounds count for nothing. No two calls of a rival get the same number.
    """
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(warm_up + rounds):
        for name, work in rivals.items():
            seconds = [work(number * TURN + each) for each in range(TURN)]
            if number >= warm_up:
                taken[name] += seconds[1:]
    return {name: Times(seconds) for name, seconds in taken.items()}


HEADING = f"{'milliseconds':<40}{'median':>9}{'[quarter points]':>20}{'ratio':>7}{'fastest':>10}{'ratio':>7}"


def tell(what: str, times: Times, against: Times) -> None:
    """One line below HEADING: median, quarter points, fastest round; how many times as fast as the baseline.

    What disturbs a machine only ever makes it slower, so on a busy one the fastest rounds say more.
    """
    low, high = (each * 1000 for each in times.spread())
    median, fastest = times.median * 1000, times.fastest * 1000
    ratios = against.median / times.median, against.fastest / times.fastest
    print(
        f"{what:<40}{median:>9.2f}{f'[{low:.2f}-{high:.2f}]':>20}{ratios[0]:>7.1f}{fastest:>10.2f}{ratios[1]:>7.1f}"
    )
