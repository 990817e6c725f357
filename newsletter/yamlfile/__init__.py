"""YAML that keeps positions: every mistake a person makes in a file comes back as a finding with line and column.

Plain scalars are never guessed at: ``no``, ``2021.10``, ``2021-05-06`` and ``12:30`` reach the model as the
text that was written, and the model's type decides what they mean. Only an empty value, ``~`` and ``null``
are null. Aliases are refused: nobody needs them in these files, and nested ones can fill the memory.
"""

from newsletter.yamlfile.document import (
    MAX_BYTES,
    YamlDocument,
    parse_yaml,
    read_text,
    read_yaml,
    relative_name,
)
from newsletter.yamlfile.schema import validate

__all__ = ["MAX_BYTES", "YamlDocument", "parse_yaml", "read_text", "read_yaml", "relative_name", "validate"]
