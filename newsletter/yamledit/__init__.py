"""Changes to YAML that somebody wrote: text is put in or taken out at a known place, and no other byte moves.

Comments, indentation, quotes and line ends stay as they are, which no re-writing of the whole file can promise.
Every change is proved before it is returned: the new text is parsed again and must hold the old data with
exactly the intended difference. A shape that cannot be changed that way is refused, never guessed at.
"""

from newsletter.yamledit.changes import append_item, comment_above, comment_out, insert_key, remove
from newsletter.yamledit.document import Loc
from newsletter.yamledit.writing import Value, in_flow

__all__ = ["Loc", "Value", "append_item", "comment_above", "comment_out", "in_flow", "insert_key", "remove"]
