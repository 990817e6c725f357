"""The file the index is kept in: a line that says what follows, then the entries as JSON, then the words."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from newsletter.corpus import health, loader
from newsletter.corpus.index import entries, words
from newsletter.models import article, finding
from newsletter.yamlfile import document, schema, syntax

FORMAT = 1
Stamp = dict[str, list[int]]
"""Name of a file -> when it was written and changed (ns), and its size: enough to see that it is another text."""


@dataclass(slots=True)
class Folder:
    """One folder of the corpus as the index holds it.

    stamp: of its files when they were read; empty when they were too young to be told from a later change.
    entry: packed; None when article.yaml has mistakes, which `findings` (packed) then holds.
    texts: language -> the words to search in.
    """

    stamp: Stamp
    entry: list[Any] | None
    findings: list[list[Any]] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)


def read_cache(path: Path) -> dict[str, Folder] | None:
    """What was kept, by name of the folder; None when there is nothing that this program wrote whole."""
    try:
        raw = path.read_bytes()
        end = raw.index(b"\n")
        head = json.loads(raw[:end])
        if head["format"] != FORMAT or head["code"] != code_mark():
            return None
        if zlib.crc32(memoryview(raw)[end + 1 :]) != head["crc"]:
            return None
        packed = json.loads(raw[end + 1 : end + 1 + head["entries"]])
        kept: dict[str, Folder] = {}
        at = end + 1 + head["entries"]
        for name, (stamp, entry, found, lengths) in packed.items():
            texts: dict[str, bytes] = {}
            for language, length in lengths:
                texts[language] = raw[at : at + length]
                at += length
            kept[name] = Folder(stamp, entry, found, texts)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return kept


def write_cache(path: Path, kept: dict[str, Folder]) -> bool:
    """Keep it, whole or not at all; False when the disk does not let us, which costs time and nothing else."""
    packed = {
        name: (one.stamp, one.entry, one.findings, [(code, len(text)) for code, text in one.texts.items()])
        for name, one in kept.items()
    }
    body = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode()
    text = b"".join(text for one in kept.values() for text in one.texts.values())
    head = {"format": FORMAT, "code": code_mark(), "entries": len(body), "crc": zlib.crc32(text, zlib.crc32(body))}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines((json.dumps(head).encode(), b"\n", body, text))
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError:
        return False
    return True


@cache
def code_mark() -> str:
    """Names the code that makes entries: another version of it must not trust what this one kept."""
    marks: list[str] = []
    for module in (document, schema, syntax, loader, health, entries, words, article, finding):
        assert module.__file__ is not None
        stat = Path(module.__file__).stat()
        marks.append(f"{module.__name__} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]
