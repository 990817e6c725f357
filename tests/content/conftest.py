"""The captures the corpus was written from lie beside the checkout, not in it."""

from __future__ import annotations

import os
from pathlib import Path

SEEDS = Path(os.environ.get("NEWSLETTER_SEEDS") or Path(__file__).resolve().parents[3] / "shared" / "seeds")

collect_ignore = [] if SEEDS.is_dir() else ["test_facts.py"]
"""Without the captures there is nothing to compare with, so the comparison is not collected at all."""
