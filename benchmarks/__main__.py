"""Run every benchmark of this folder, or those named: `python -m benchmarks [merge compile ...]`.

A benchmark is a module with a `main()` that prints its own result.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path


def main() -> int:
    """Exit code 2 when a name is not a benchmark of this folder."""
    folder = Path(__file__).parent
    known = [module.name for module in pkgutil.iter_modules([str(folder)]) if not module.name.startswith("_")]
    wanted = sys.argv[1:] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in wanted:
        run = getattr(importlib.import_module(f"benchmarks.{name}"), "main", None)
        if run is None:
            continue
        print(f"== {name}")
        run()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
