"""Newsletter-as-code for bilingual organisations."""

__version__ = "0.1.0"
