"""The articles of the corpus, read from files."""
