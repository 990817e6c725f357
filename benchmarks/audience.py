"""Lists of ten thousand, a hundred thousand and a million people: planned, written down, and sent to `null:`.

Each size is a process of its own that does what `newsletter send` does: the dry run (every row judged, the digest,
the samples, the manifest), then the confirmed run, to a transport that takes everything at once; so it is all but
the relay that is measured. The baseline is the smallest list: what a person costs should not grow with the list.
Memory is the most that the process ever held (ru_maxrss).

    python -m benchmarks audience             the three sizes (a million takes about ten minutes)
    python -m benchmarks.audience 10000       one
    python -m benchmarks.audience --write     all three, into docs/explanation/long-lists.md and its picture
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import _picture

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "long-lists.md"
PICTURE = ROOT / "docs" / "images" / "long-lists.svg"
SIZES = (10_000, 100_000, 1_000_000)
ISSUE = "2024-02"
MARK = "<!-- measured -->"
NAMES = ("Zoé Tremblay", "Jean Roy", "Anne-Marie Côté", "Ali Ben", "Ève Gagnon")


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print; with ``--write``, also write the page."""
    if arguments and arguments[0].isdigit():
        print(json.dumps(_measure(int(arguments[0]))))
        return
    figures = [_apart(size) for size in SIZES]
    table = _table(figures)
    print(table)
    if "--write" in arguments:
        _write(table, figures)


def _apart(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.audience", str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _measure(size: int) -> dict[str, float]:
    from newsletter.commands.project import open_project
    from newsletter.commands.send import dry_run, send
    from newsletter.models.delivery import DeliveryState, Run

    with tempfile.TemporaryDirectory(prefix="newsletter-bench-") as scratch:
        root = _project(Path(scratch), size)
        project = open_project(root, {**os.environ, "NEWSLETTER_TRANSPORT": "null:"})
        began = time.perf_counter(), time.process_time()
        digest = dry_run(project, ISSUE).plan.digest
        planned = time.perf_counter(), time.process_time()
        created: list[tuple[float, float]] = []

        def on_start(_run: Run) -> None:
            created.append((time.perf_counter(), time.process_time()))

        status = send(
            project, ISSUE, digest, stop=threading.Event(), on_start=on_start, on_event=lambda _event: None
        )
        ended = time.perf_counter(), time.process_time()
        assert status.counts[DeliveryState.ACCEPTED] == size
        return {
            "people": size,
            "plan": planned[0] - began[0],
            "plan_cpu": planned[1] - began[1],
            "write": created[0][0] - planned[0],
            "write_cpu": created[0][1] - planned[1],
            "send": ended[0] - created[0][0],
            "send_cpu": ended[1] - created[0][1],
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _project(root: Path, size: int) -> Path:
    for name in ("corpus", "issues", "templates"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "newsletter.yaml", root)
    lists = root / "recipients"
    lists.mkdir()
    header = "email,name,language,basis,consented_on,source,proof\n"
    (lists / "suppressions.csv").write_text("email,reason,since,source\n", encoding="utf-8")
    (lists / "partners.csv").write_text(header, encoding="utf-8")
    with (lists / "members.csv").open("w", encoding="utf-8") as members:
        members.write(header)
        for number in range(size):
            language = ("fr", "en", "fr+en")[number % 3]
            members.write(
                f"person{number:07d}@mail{number % 977}.example.org,{NAMES[number % 5]},{language},express,"
                f"2024-01-{number % 28 + 1:02d},web form,record {number}\n"
            )
    return root


def _table(figures: Sequence[dict[str, float]]) -> str:
    lines = [
        "| people | plan | written down | sent to `null:` | memory | processor time a person: plan, write, send |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in figures:
        people = one["people"]
        each = ", ".join(f"{one[key] / people * 1e6:.0f} µs" for key in ("plan_cpu", "write_cpu", "send_cpu"))
        lines.append(
            f"| {people:,.0f} | {one['plan']:.1f} s | {one['write']:.1f} s | {one['send']:.1f} s "
            f"| {one['memory']:.0f} MB | {each} |"
        )
    return "\n".join(lines)


def _write(table: str, figures: Sequence[dict[str, float]]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARK)
    _, _, after = rest.partition(MARK)
    load = f"{os.getloadavg()[1]:.1f}"
    told = (
        f"{os.cpu_count()} processors, load {load} over the last five minutes, Python {platform.python_version()}."
    )
    PAGE.write_text(f"{before}{MARK}\n\n{told}\n\n{table}\n\n{MARK}{after}", encoding="utf-8")
    rows = []
    for one in figures:
        total = sum(one[key] for key in ("plan_cpu", "write_cpu", "send_cpu")) / one["people"] * 1e6
        rows.append((f"{one['people']:,.0f} people", total, f"{total:.0f} µs each, {one['memory']:.0f} MB"))
    _picture.write(
        PICTURE, _picture.bars("Processor time for one person, from list to relay", rows, [rows[-1][0]])
    )


if __name__ == "__main__":
    main(sys.argv[1:])
