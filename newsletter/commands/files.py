"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from newsletter.errors import FileTrouble


def write_file(path: Path, content: bytes | str) -> None:
    """Write `content` to `path` by a temporary file beside it and a rename, making folders on the way.

    Raises FileTrouble; the old content, if any, is then untouched.
    """
    raw = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(raw)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileTrouble(
            f"cannot be written: {error.strerror}",
            where=str(path),
            hint="Check that the folder can be written and the disk is not full, or choose another with --out.",
        ) from error
