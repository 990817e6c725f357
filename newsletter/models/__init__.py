"""Frozen records that cross the boundaries between stages. No I/O.

Records of files that people write are pydantic models (validated, JSON Schema generated from them); records
our own code makes are frozen dataclasses, since validating our own values again would cost per recipient.
"""
