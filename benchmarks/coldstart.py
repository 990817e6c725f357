"""From the shell's return key to the first words: commands against `python -c "import click"`.

Whole processes, interleaved, with warm file caches; the clock's time and the processor's (user and system).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 21
BASELINE = 'python -c "import click"'


def commands() -> dict[str, list[str]]:
    """What is started, by its name in the table."""
    script = str(Path(sys.executable).with_name("newsletter"))
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        BASELINE: [sys.executable, "-c", "import click"],
        "newsletter --help": [script, "--help"],
        "newsletter send --help": [script, "send", "--help"],
        "newsletter status": [script, "status"],
        "newsletter corpus list": [script, "corpus", "list"],
        "newsletter check": [script, "check"],
        'python -c "import premailer"': [sys.executable, "-c", "import premailer"],
    }


def once(command: list[str]) -> tuple[float, float]:
    """Seconds on the clock and on the processor. A command may end as it likes: `status` finds nothing sent."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return taken, usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print a table."""
    started = commands()
    clock: dict[str, list[float]] = {name: [] for name in started}
    processor: dict[str, list[float]] = {name: [] for name in started}
    for number in range(ROUNDS + 1):
        for name, command in started.items():
            wall, used = once(command)
            if number:  # the first round fills the file cache
                clock[name].append(wall * 1000)
                processor[name].append(used * 1000)
    print(
        f"{ROUNDS} interleaved rounds, Python {sys.version.split()[0]}; ms: medians [quarter points] and fastest"
    )
    print(f"{'':<32}{'clock':>8}{'':16}{'ratio':>7}{'fastest':>9}{'ratio':>7}{'processor':>11}{'ratio':>7}")
    for name in started:
        wall, used = statistics.median(clock[name]), statistics.median(processor[name])
        low, _, high = statistics.quantiles(clock[name], n=4)
        ratio = wall / statistics.median(clock[BASELINE])
        fastest = min(clock[name]), min(clock[name]) / min(clock[BASELINE])
        busy = used / statistics.median(processor[BASELINE])
        print(
            f"{name:<32}{wall:>8.0f}  {f'[{low:.0f}-{high:.0f}]':<14}{ratio:>7.2f}"
            f"{fastest[0]:>9.0f}{fastest[1]:>7.2f}{used:>11.0f}{busy:>7.2f}"
        )


if __name__ == "__main__":
    main()
