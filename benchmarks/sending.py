"""The complete sender against `smtp-source`, nodemailer and Django, into one `smtp-sink`; and over a long line.

Ours is what `newsletter send` does: suppression and consent asked again, the message merged, its intent on disk
(SQLite, WAL, synchronous=FULL) before the final dot, its result recorded. `smtp-source` merges nothing and records
nothing: it is what the two programs of Postfix can do with each other. Peers personalise the same texts, record
nothing, and keep their connections open. All messages are of about 41 kB; ours, `smtp-source` and nodemailer use
ten connections, Django one (it has no pool).

Rounds of all of them alternate, so that a noisy machine is noisy for all; ratios are taken within a round, and
medians are told with their range. Then the same over a line of 30 ms round trip (`_sending/link.py`) with more and
more connections, against what pipelining of the envelope alone allows, connections / (2 round trips), and what
the beginning of a message behind the dot of the one before allows, connections / round trip.

Needs Debian's postfix (`apt-get install postfix`; only its two test programs are used), node and npm. nodemailer
and Django are installed into var/bench, away from the project.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import _picture
from benchmarks.merge import edition
from newsletter.models.message import Slotted

ROOT = Path(__file__).parents[1]
PARTS = Path(__file__).parent / "_sending"
SCRATCH = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "explanation" / "sending-speed.md"
PICTURE = ROOT / "docs" / "images" / "sending-speed.svg"
NODEMAILER = "10.6.0"
DJANGO = "5.2.19"
ROUNDS = 5
COUNT = 6000
PEER_COUNT = 400
CONNECTIONS = 10
BYTES = 41_400
DELAY_MS = 15
LINE_SECONDS = 4
SIGNERS = {
    "newsletter, RSA-2048": "benchmarks._sending.signing:rsa",
    "newsletter, Ed25519": "benchmarks._sending.signing:ed25519",
}
OURS = ("newsletter", *SIGNERS)
MARKS = {"name": "@@NAME@@", "greeting_name": "\u00a0@@NAME@@", "email": "@@ADDRESS@@"}


@dataclass(frozen=True)
class Sample:
    """Messages per second, and processor time of the sender per message in microseconds."""

    rate: float
    processor: float


# -- the two ends


def program(name: str) -> str:
    """A program of Postfix, which Debian keeps out of a user's path."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SystemExit(f"{name} is not on this machine; it comes with Postfix: apt-get install postfix")
    return found


def free_port() -> int:
    """A port nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """A process, ended at the end; once something listens on `port`."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            while port is not None and process.poll() is None:
                with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                    break
            yield process
        finally:
            process.terminate()


@contextmanager
def sink() -> Iterator[int]:
    """`smtp-sink`, and its port."""
    port = free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    with running([program("smtp-sink"), *user, f"127.0.0.1:{port}", "256"], port):
        yield port


@contextmanager
def long_line(port: int) -> Iterator[int]:
    """A line of DELAY_MS each way to `port`, and the port of its near end."""
    with running([sys.executable, "-m", "benchmarks._sending.link", str(port), str(DELAY_MS)]) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


def round_trip(port: int) -> float:
    """Seconds from a command to its answer, the median of twenty."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as wire, wire.makefile("rb") as answers:
        answers.readline()
        for _ in range(20):
            begun = time.perf_counter()
            wire.sendall(b"NOOP\r\n")
            answers.readline()
            times.append(time.perf_counter() - begun)
        wire.sendall(b"QUIT\r\n")
        answers.read()
    return statistics.median(times)


# -- the senders


def ours(port: int, count: int = COUNT, connections: int = CONNECTIONS, signer: str = "") -> Sample:
    """A run from its plan to its end; signer: see `_sending/ours.py`."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        command = [
            sys.executable,
            "-m",
            "benchmarks._sending.ours",
            str(port),
            str(count),
            str(connections),
            folder,
        ]
        return told(command, count, {"NEWSLETTER_BENCH_DKIM": signer})


def source(port: int, count: int = COUNT) -> Sample:
    """`smtp-source`, connections reused."""
    command = [program("smtp-source"), "-d", "-s", str(CONNECTIONS), "-l", str(BYTES), "-m", str(count)]
    before, begun = os.times(), time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    seconds, after = time.perf_counter() - begun, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Sample(count / seconds, used / count * 1e6)


def nodemailer(port: int, count: int = PEER_COUNT) -> Sample:
    """nodemailer's pool."""
    node = shutil.which("node") or "node"
    command = [node, str(PARTS / "nodemailer_peer.cjs"), str(port), str(count), str(SCRATCH / "content.json")]
    return told(command, count, {"NODE_PATH": str(SCRATCH / "node" / "node_modules")})


def django(port: int, count: int = PEER_COUNT) -> Sample:
    """Django's EmailMultiAlternatives."""
    script = str(PARTS / "django_peer.py")
    command = [sys.executable, script, str(port), str(count), str(SCRATCH / "content.json")]
    return told(command, count, {"PYTHONPATH": str(SCRATCH / "django")})


def told(command: Sequence[str], count: int, environment: dict[str, str]) -> Sample:
    """What a sender says of itself in JSON, on its last line."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env={**os.environ, **environment}
    )
    result = json.loads(done.stdout.splitlines()[-1])
    if result["accepted"] != count:
        raise SystemExit(f"{result['accepted']} of {count} messages were accepted: {' '.join(command)}")
    return Sample(count / result["seconds"], result["processor"] / count * 1e6)


def prepare() -> None:
    """The texts for the peers, and the peers, installed when they are not there."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    rendered = edition()
    content = {"subject": rendered.subject, "text": marked(rendered.text), "html": marked(rendered.html)}
    (SCRATCH / "content.json").write_text(json.dumps(content), encoding="utf-8")
    if not (SCRATCH / "node" / "node_modules" / "nodemailer").is_dir():
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("this benchmark needs node and npm, and they are not on this machine")
        install(
            npm,
            "install",
            "--prefix",
            str(SCRATCH / "node"),
            "--no-audit",
            "--no-fund",
            f"nodemailer@{NODEMAILER}",
        )
    if not (SCRATCH / "django").is_dir():
        target = ["--target", str(SCRATCH / "django")]
        if (uv := shutil.which("uv")) is not None:
            install(uv, "pip", "install", "--python", sys.executable, *target, f"django=={DJANGO}")
        else:
            install(sys.executable, "-m", "pip", "install", *target, f"django=={DJANGO}")


def install(*command: str) -> None:
    """Run an installer; its words are shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def marked(content: Slotted) -> str:
    """A text with a mark for each slot."""
    out = [content.parts[0]]
    for slot, part in zip(content.slots, content.parts[1:], strict=True):
        out += [MARKS.get(slot.name, "https://example.org/u/@@ADDRESS@@"), part]
    return "".join(out)


# -- the comparison


def contenders() -> dict[str, Callable[[int], Sample]]:
    """Every sender of a round; ours also with each message signed (`_sending/signing.py`)."""
    found: dict[str, Callable[[int], Sample]] = {
        "smtp-source": source,
        "newsletter": ours,
        f"nodemailer {NODEMAILER}": nodemailer,
        f"Django {DJANGO}": django,
    }
    for name, signer in SIGNERS.items():
        found[name] = lambda port, signer=signer: ours(port, signer=signer)  # type: ignore[misc]
    return found


def alternate(port: int, rounds: int = ROUNDS) -> dict[str, list[Sample]]:
    """Every sender in every round."""
    names = contenders()
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, work in names.items():
            samples[name].append(work(port))
    return samples


def compared(samples: dict[str, list[Sample]]) -> list[str]:
    """The table of rates and ratios, in Markdown."""
    rates = {name: [one.rate for one in of] for name, of in samples.items()}
    lines = [
        "| sender | messages/s | processor time each | of smtp-source | newsletter / it |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, of in samples.items():
        processor = f"{statistics.median(one.processor for one in of):,.0f} µs"
        share = ratio(rates[name], rates["smtp-source"]) if name in OURS else ""
        faster = ratio(rates["newsletter"], rates[name]) if name not in OURS else ""
        lines.append(f"| {name} | {spread(rates[name], '{:,.0f}')} | {processor} | {share} | {faster} |")
    return lines


def over_the_line(port: int, connections: Sequence[int] = (1, 10, 50, 100)) -> list[str]:
    """Rates over the long line against connections / (2 round trips) and connections / round trip, in Markdown."""
    lines = [
        "| connections | messages/s | connections / (2 round trips) | share | of connections / round trip |",
        "| --- | --- | --- | --- | --- |",
    ]
    with long_line(port) as near:
        trip = round_trip(near)
        for number in connections:
            law = number / trip
            # Long enough that the opening of the connections, five round trips or so, does not count.
            sample = ours(near, count=int(law * LINE_SECONDS), connections=number)
            half, share = law / 2, sample.rate / law
            lines.append(f"| {number} | {sample.rate:,.0f} | {half:,.0f} | {2 * share:.2f} | {share:.2f} |")
    return [f"Round trip measured: {trip * 1000:.1f} ms.", "", *lines]


def ratio(of: Sequence[float], to: Sequence[float]) -> str:
    """Taken within each round."""
    return spread([mine / theirs for mine, theirs in zip(of, to, strict=True)], "{:.2f}")


def spread(values: Sequence[float], form: str) -> str:
    """Median, and the range in brackets."""
    middle, low, high = (form.format(value) for value in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({low} to {high})"


INTRODUCTION = """# How fast it sends

<!-- The tables are written by: python -m benchmarks.sending --write -->

Measured by `python -m benchmarks.sending`, whose first lines say what is compared and what it needs. All senders
and `smtp-sink`, which takes the messages and throws them away, share one machine, and alternate on it. A load
before the start of more than a few tenths means that other work took part of the machine: then the ratios and the
processor time say more than the rates.

![Messages a second of each sender](../images/sending-speed.svg)

"""

REMARKS = """
What the figures mean:

- `smtp-source` merges nothing and writes nothing down: it is what two programs in C can do with each other.
- Ours has merged each message, looked up suppressions again, and has the intent of each message on the disk before
  its final dot, and its result before the next. The others keep no ledger.
- Processor time is the sender's alone. It is the figure to compare when a machine has other work.
- To a relay elsewhere the network is the limit before any of this, as the second table shows, and then the rate
  that the relay allows. Where many connections fall short of what pipelining allows, both ends and the line itself
  had to share the processors of the machine with its other work.
- A signature by RSA-2048 is more work than the rest of the message. Signatures are made by a process beside the
  sender, one message ahead, as far as there is a processor for it; here the sender, the process that signs and
  `smtp-sink` share two. The processor time is the sender's without that process. Most relays sign themselves, and
  then none of it is needed.
- The disk's flush (`synchronous=FULL`) is shared by all connections. With one connection to a relay on the same
  machine it is most of the time of a message; over a network it hides behind the relay's answer to DATA.
"""


def about() -> str:
    """The machine, as far as it tells."""
    load = os.getloadavg()[0]
    python = ".".join(str(part) for part in sys.version_info[:3])
    return f"{os.cpu_count()} processors, load {load:.1f} before the start, Python {python}, {platform.system()}"


def main() -> None:
    """Print both tables; with ``--write`` write them into the documentation as well."""
    prepare()
    machine = about()
    with sink() as port:
        samples = alternate(port)
        loopback = [
            f"{BYTES / 1000:.0f} kB, {CONNECTIONS} connections, {ROUNDS} alternating rounds; medians (ranges).",
            f"{machine}.",
            "",
            *compared(samples),
        ]
        print("\n".join(loopback), end="\n\n", flush=True)
        line = [
            f"Over a line of {2 * DELAY_MS} ms round trip, one round. A message takes two round trips, one for",
            "its envelope and one for its text; begun behind the dot of the one before, it takes one.",
            "",
            *over_the_line(port),
        ]
        print("\n".join(line))
    if "--write" in sys.argv:
        rates = {name: statistics.median(one.rate for one in of) for name, of in samples.items()}
        rows = [(name, rate, f"{rate:,.0f} /s") for name, rate in rates.items()]
        title = f"Messages of {BYTES / 1000:.0f} kB a second, {CONNECTIONS} connections, one machine"
        _picture.write(PICTURE, _picture.bars(title, rows, OURS))
        PAGE.write_text(INTRODUCTION + "\n".join([*loopback, "", *line, ""]) + REMARKS, encoding="utf-8")


if __name__ == "__main__":
    main()
