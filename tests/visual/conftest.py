"""Modules of this folder can be imported by their names; fixtures are in mail_fixtures.py."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mail_fixtures import camera, reference

__all__ = ["camera", "reference"]
