"""Issue files, and the editions they resolve to with a corpus."""
