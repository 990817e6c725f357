"""What the corpus holds, kept on disk so that listing and searching 10,000 articles does not read 30,000 files.

The index is a cache: it is made from the articles alone, it notices by itself which of them changed, and it may
be deleted at any time.
"""

from newsletter.corpus.index.entries import ArticleEntry, TranslationEntry
from newsletter.corpus.index.excerpt import Excerpt, find_line
from newsletter.corpus.index.index import CorpusIndex, open_index
from newsletter.corpus.index.searching import Hit
from newsletter.corpus.index.words import search_words

__all__ = [
    "ArticleEntry",
    "CorpusIndex",
    "Excerpt",
    "Hit",
    "TranslationEntry",
    "find_line",
    "open_index",
    "search_words",
]
