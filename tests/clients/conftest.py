"""The mails and the camera of tests/visual."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "visual"))

from mail_fixtures import camera

__all__ = ["camera"]
