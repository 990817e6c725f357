"""kill -9 again and again over the real command line: `make crash`.

    python tests/crash/crash_rounds.py [--kills 320] [--messages 20000] [--seed N]

A project with a long list is sent by `newsletter send`, killed at a random moment, resumed, killed again, until the
run is finished. Then what the server wrote down is counted against what the ledger says: nobody lost, nobody twice,
in doubt at most one for each connection and kill, each by name. The seed decides every moment that can be decided:
the stage, how often it must be reached, and how much later the signal goes out; the rest is the scheduler's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from crash_sink import NOBODY, Sink

REPOSITORY = Path(__file__).resolve().parents[2]
PARTS = ("newsletter.yaml", "corpus", "issues", "templates", "recipients")
ISSUE, RUN = "2024-02", "2024-02-1"
SECONDS = 180.0
"""After so long a process that should have ended is a failure."""

MESSAGE_STAGES = ("mail", "rcpt", "data", "body", "kept", "answered")


@dataclass(frozen=True)
class Way:
    """How the relay is reached."""

    name: str
    connections: int
    pipelining: bool = True
    tls: str = ""


WAYS = (
    Way("plain, pipelined, 4 connections", 4),
    Way("plain, step by step, 10 connections", 10, pipelining=False),
    Way("STARTTLS, pipelined, 4 connections", 4, tls="starttls"),
    Way("TLS from the start, step by step, 2 connections", 2, pipelining=False, tls="implicit"),
    Way("plain, pipelined, 1 connection", 1),
    Way("TLS from the start, pipelined, 10 connections", 10, tls="implicit"),
)


@dataclass
class Tally:
    """What happened. in_doubt: total of `unknown`; arrived: how many of those the server has."""

    kills: int = 0
    messages: int = 0
    in_doubt: int = 0
    arrived: int = 0
    most_in_doubt: int = 0
    stages: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.kills += other.kills
        self.messages += other.messages
        self.in_doubt += other.in_doubt
        self.arrived += other.arrived
        self.most_in_doubt = max(self.most_in_doubt, other.most_in_doubt)
        self.stages += other.stages


class Authority:
    """A certificate for 127.0.0.1 that signs itself."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "relay.crt"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-keyout", str(folder / "relay.key"), "-out", str(self.certificate), "-subj", "/CN=relay",
             "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True,
        )  # fmt: skip
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(self.certificate, folder / "relay.key")


def make_project(root: Path, people: int) -> Path:
    """The sample project, whose newest issue goes to so many people; one in fifty does not exist."""
    root.mkdir(parents=True)
    for part in PARTS:
        source = REPOSITORY / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / part)
    rows = ["email,name,language,basis,consented_on,source,proof"]
    for n in range(people):
        who = NOBODY if n % 50 == 7 else "p"
        rows.append(f"{who}{n:05d}@example.org,Person {n},{('fr', 'en')[n % 2]},express,2023-01-01,form,f-{n}")
    (root / "recipients" / "long.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    issue = root / "issues" / f"{ISSUE}.yaml"
    text = issue.read_text(encoding="utf-8")
    assert "lists: [members, partners]" in text
    issue.write_text(text.replace("lists: [members, partners]", "lists: [long]"), encoding="utf-8")
    return root


class Sender:
    """`newsletter` in a project, with a relay."""

    def __init__(self, root: Path, transport: str, connections: int) -> None:
        self.root = root
        self.ledger = root / "var" / "ledger.sqlite3"
        self.environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
        self.environ |= {
            "NEWSLETTER_TRANSPORT": transport,
            "NEWSLETTER_STORE": "sqlite:///var/ledger.sqlite3",
            "NEWSLETTER_DELIVERY__CONNECTIONS": str(connections),
        }
        self._digest = ""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *arguments], cwd=self.root, env=self.environ, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def send_or_resume(self) -> subprocess.Popen[str]:
        """The command that goes on from where the ledger is."""
        if self.ledger.exists() and self.states():
            return self.start("send", "--resume", RUN)
        if not self._digest:
            planned, _ = finished(self.start("send", ISSUE, "--format", "json"), (0,))
            self._digest = json.loads(planned)["digest"]
        return self.start("send", ISSUE, "--confirm", self._digest)

    def states(self) -> Counter[str]:
        """State -> deliveries, of all runs."""
        with closing(sqlite3.connect(self.ledger)) as connection:
            try:
                return Counter(dict(connection.execute("SELECT state, count(*) FROM delivery GROUP BY state")))
            except sqlite3.OperationalError:  # killed before it had tables
                return Counter()

    def deliveries(self) -> dict[str, str]:
        """Address -> state, as the command line tells it."""
        told, _ = finished(self.start("status", RUN, "--format", "json"), (0,))
        return {each["address"]: each["state"] for each in json.loads(told)["deliveries"]}


def finished(process: subprocess.Popen[str], codes: tuple[int, ...], note: str = "") -> tuple[str, str]:
    """Wait for the end of a process; what it printed."""
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode in codes, f"{note}: exit {process.returncode}\n{stdout}\n{stderr}"
    # Struck while Python itself was starting, before the first line of the program, it says so in its own way.
    started = process.returncode != -signal.SIGINT
    assert not started or "Traceback" not in stderr, f"{note}: {stderr}"
    return stdout, stderr


class Executioner:
    """Sends `number` to a process at a moment of the SMTP conversation, or of its start, that chance has chosen."""

    def __init__(self, chance: random.Random, number: signal.Signals = signal.SIGKILL) -> None:
        self._chance = chance
        self._number = number
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._stage, self._left, self._later = "", 0, 0.0
        self.struck = threading.Event()

    def arm(self, child: subprocess.Popen[str], most: int, connections: int, start_seconds: float) -> str:
        """Choose a moment: of the start with one chance in five. most: messages until the latest moment."""
        self.struck.clear()
        with self._lock:
            self._child = child
            self._left = self._chance.randint(1, max(1, most))
            self._later = self._chance.choice((0.0, self._chance.expovariate(1000)))
            self._stage = self._chance.choice((*MESSAGE_STAGES, *MESSAGE_STAGES, "connect", "start", "start"))
            if self._stage == "connect":
                self._left = self._chance.randint(1, connections)
            moment = self._chance.uniform(0, start_seconds)
        if self._stage == "start":
            timer = threading.Timer(moment, lambda: self._strike(child))
            timer.daemon = True
            timer.start()
        return self._stage

    def arm_at(self, child: subprocess.Popen[str], stage: str, count: int) -> None:
        """When this stage is reached for the count-th time from now."""
        self.struck.clear()
        with self._lock:
            self._child, self._stage, self._left, self._later = child, stage, count, 0.0

    def watch(self, stage: str) -> float | None:
        with self._lock:
            if self._child is None or stage != self._stage:
                return None
            self._left -= 1
            return self._later if self._left == 0 else None

    def strike(self) -> None:
        """The moment has come."""
        with self._lock:
            child = self._child
        if child is not None:
            self._strike(child)

    def _strike(self, child: subprocess.Popen[str]) -> None:
        with self._lock:
            if self._child is child:
                child.send_signal(self._number)
                self._child = None
                self.struck.set()

    def disarm(self) -> None:
        with self._lock:
            self._child = None


@contextmanager
def relay(folder: Path, way: Way, chance: random.Random, **options: float) -> Iterator[tuple[Sink, str]]:
    """A sink reached in this way, and the transport URL that leads there."""
    authority = Authority(folder) if way.tls else None
    with Sink(
        folder / "accepted.log", chance, pipelining=way.pipelining, tls=authority and authority.server,
        implicit=way.tls == "implicit", **options,
    ) as sink:  # fmt: skip
        query = f"ca={authority.certificate}" if authority else "starttls=never"
        if way.tls == "starttls":
            query += "&starttls=always"
        yield sink, f"{sink.scheme}://127.0.0.1:{sink.port}?{query}"


def one_run(folder: Path, way: Way, chance: random.Random, people: int, kills: int, note: str) -> Tally:
    """One run from plan to end with up to so many kills on the way; checks all that is promised."""
    tally = Tally(messages=people)
    note = f"{note}, {way.name}"
    with relay(folder, way, chance) as (sink, transport):
        sender = Sender(make_project(folder / "project", people), transport, way.connections)
        executioner = Executioner(chance)
        sink.watch, sink.on_time = executioner.watch, executioner.strike
        most = max(2, round(1.6 * people / kills))
        start_seconds = 0.4
        while True:
            begun = time.monotonic()
            child = sender.send_or_resume()
            stage = ""
            if tally.kills < kills:
                stage = executioner.arm(child, most, way.connections, 1.5 * start_seconds)
            finished(child, (0, 5, -signal.SIGKILL), note)
            executioner.disarm()
            if child.returncode != -signal.SIGKILL:
                break
            start_seconds = min(start_seconds, max(0.3, time.monotonic() - begun))
            tally.kills += 1
            tally.stages[stage] += 1
            states = sender.states() if sender.ledger.exists() else Counter()
            # A process that was killed before it opened the run has added nobody.
            new = states["claimed"] + states["unknown"] - tally.in_doubt
            assert 0 <= new <= way.connections, (
                f"{note}: a kill of {way.connections} connections left {new} in doubt"
            )
            tally.in_doubt += new
            tally.most_in_doubt = max(tally.most_in_doubt, new)
            if states["accepted"] + states["rejected"] + states["unknown"] == people:
                break  # killed between the last answer and the end of the program: there is nothing to resume
        assert sink.wait_until_idle(SECONDS)
        account(sender, sink.accepted(), people, tally, note)
    return tally


def account(sender: Sender, received: Counter[str], people: int, tally: Tally, note: str) -> None:
    """What the server has against what the ledger says; `tally.in_doubt` must be exactly who is unknown."""
    states = sender.deliveries()
    assert len(states) == people, note
    assert set(received) <= set(states), note
    for address, state in states.items():
        copies = received[address]
        assert copies <= 1, f"{note}: {address} got it {copies} times"
        if state == "unknown":
            tally.arrived += copies
            continue
        wanted = {"accepted": 1, "rejected": 0}.get(state)
        assert wanted is not None, f"{note}: {address} was lost: {state}"
        assert copies == wanted, f"{note}: {address} is {state} in the ledger and was received {copies} times"
        assert (state == "rejected") == address.startswith(NOBODY), f"{note}: {address} is {state}"
    unknown = sum(state == "unknown" for state in states.values())
    assert unknown == tally.in_doubt, f"{note}: {unknown} unknown at the end, {tally.in_doubt} after the kills"


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a sending process again and again, and count.")
    parser.add_argument("--kills", type=int, default=320)
    parser.add_argument("--messages", type=int, default=20_400)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    total, number = Tally(), 0
    people, kills = options.messages // len(WAYS), max(1, -(-options.kills // len(WAYS)))
    while total.kills < options.kills or total.messages < options.messages:
        way = WAYS[number % len(WAYS)]
        chance = random.Random(f"{options.seed} {number}")
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            tally = one_run(Path(folder), way, chance, people, kills, f"seed {options.seed}, run {number}")
        print(
            f"{way.name}: {tally.messages} messages, {tally.kills} kills, {tally.in_doubt} in doubt "
            f"(at most {tally.most_in_doubt} a kill), of which {tally.arrived} had arrived; "
            f"{time.monotonic() - begun:.0f} s",
            flush=True,
        )
        total.add(tally)
        number += 1
    print(
        f"in all: {total.messages} messages, {total.kills} kills, 0 lost, 0 twice, {total.in_doubt} in doubt, of "
        f"which {total.arrived} had arrived; kills by stage: {dict(sorted(total.stages.items()))}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
