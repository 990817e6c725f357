"""The articles of the corpus, read from files."""

from newsletter.corpus.loader import load_article, load_corpus, load_translation, translation_digest

__all__ = ["load_article", "load_corpus", "load_translation", "translation_digest"]
