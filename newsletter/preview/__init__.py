"""The local live preview: the exact messages of an issue in the browser, renewed at every save.

It knows nothing of how an issue is built: whoever starts it hands over a `Build`.
"""

from newsletter.preview.server import serve
from newsletter.preview.state import Build, PreviewEdition, PreviewState

__all__ = ["Build", "PreviewEdition", "PreviewState", "serve"]
