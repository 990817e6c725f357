"""Writing files whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from newsletter.errors import FileTrouble


def write_file(path: Path, content: bytes | str | Iterable[str], *, private: bool = False) -> None:
    """Write `content` to `path` by a temporary file beside it and a rename, making folders on the way.

    content: whole, or in pieces that are too large together to be held in memory.
    private: only its owner reads it. Otherwise it keeps the permissions it has; a new one gets those that the
    person's umask grants. Raises FileTrouble; the old content, if any, is then untouched.
    """
    pieces = (content,) if isinstance(content, bytes | str) else content
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(piece.encode() if isinstance(piece, str) else piece for piece in pieces)
            if not private:
                with suppress(FileNotFoundError):
                    temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileTrouble(
            f"cannot be written: {error.strerror}",
            where=str(path),
            hint="Check that the folder can be written and the disk is not full, or choose another with --out.",
        ) from error


def remove_file(path: Path) -> None:
    """Remove `path`, a file that this program made. Raises FileTrouble."""
    try:
        path.unlink()
    except OSError as error:
        raise FileTrouble(
            f"cannot be removed: {error.strerror}", where=str(path), hint="Remove it by hand and try again."
        ) from error
