"""An SMTP server on this machine that keeps what it is sent: for the demo, and for the tests.

It listens on loopback only, on a port the system chooses, in a thread of its own.
"""

from newsletter.inbox.fault import Fault, Stage
from newsletter.inbox.protocol import Received
from newsletter.inbox.server import Inbox

__all__ = ["Fault", "Inbox", "Received", "Stage"]
