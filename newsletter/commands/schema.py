"""JSON Schemas of the files people write, generated from the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from newsletter.commands.files import write_file
from newsletter.config import ConfigData
from newsletter.models.article import ArticleData, TranslationData
from newsletter.models.issue import IssueData

MODELS: dict[str, type[BaseModel]] = {
    "article": ArticleData,
    "config": ConfigData,
    "issue": IssueData,
    "translation": TranslationData,
}


def schema_text(name: str) -> str:
    """The JSON Schema (2020-12) of the file kind `name`, as text."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **MODELS[name].model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema as `<folder>/<name>.schema.json`; the files written. Raises FileTrouble."""
    written: list[Path] = []
    for name in MODELS:
        path = folder / f"{name}.schema.json"
        write_file(path, schema_text(name))
        written.append(path)
    return written
