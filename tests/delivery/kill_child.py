"""The process that is killed: sends, or resumes, one run with the real store, transport and worker.

    python kill_child.py FOLDER PORT RUN CONNECTIONS

Exit 0: the run is finished, or was already. It says "interrupted" and exits 5 when deliveries are left open.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from newsletter.clock import SystemClock
from newsletter.delivery import DeliverySettings, Ending, deliver
from newsletter.errors import NothingToResume
from newsletter.store import open_store
from newsletter.transport import SmtpSettings, open_transport

sys.path.insert(0, str(Path(__file__).parent))
from ledger_parts import envelope


def main(folder: str, port: str, run: str, connections: str) -> int:
    clock = SystemClock()
    settings = DeliverySettings(connections=int(connections), retry_waits=(0.001,), stop_after=0)
    with open_store("sqlite:///ledger.sqlite3", root=Path(folder), clock=clock) as store:
        try:
            summary = deliver(
                store.run(run),
                store=store,
                transport=open_transport(SmtpSettings("127.0.0.1", int(port), starttls="never")),
                envelope_for=envelope,
                settings=settings,
                clock=clock,
                stop=threading.Event(),
                on_event=lambda event: None,
            )
        except NothingToResume:
            return 0
    return 0 if summary.ending is Ending.FINISHED else 5


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
