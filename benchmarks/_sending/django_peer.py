"""Django as a process of its own: `python django_peer.py PORT COUNT CONTENT`; Django is on PYTHONPATH.

`EmailMultiAlternatives` over one connection that stays open, texts filled for each recipient. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from django.conf import settings  # type: ignore[import-not-found]

port, count, content = int(sys.argv[1]), int(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text("utf-8"))
settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, DEFAULT_CHARSET="utf-8")

from django.core.mail import EmailMultiAlternatives, get_connection  # type: ignore[import-not-found]  # noqa: E402


def send(connection: object, number: int) -> int:
    """One message, as Django's documentation writes it."""
    address = f"personne{number}@example.org"

    def filled(text: str) -> str:
        return text.replace("@@NAME@@", "Zoé Tremblay").replace("@@ADDRESS@@", address)

    message = EmailMultiAlternatives(
        content["subject"],
        filled(content["text"]),
        "Infolettre <info@example.org>",
        [address],
        connection=connection,
        headers={"List-Unsubscribe": f"<https://example.org/u/{number}>"},
    )
    message.attach_alternative(filled(content["html"]), "text/html")
    return int(message.send())


connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
connection.open()
begun, processor = time.perf_counter(), time.process_time()
accepted = sum(send(connection, number) for number in range(count))
seconds, used = time.perf_counter() - begun, time.process_time() - processor
connection.close()
print(json.dumps({"seconds": seconds, "processor": used, "accepted": accepted}))
