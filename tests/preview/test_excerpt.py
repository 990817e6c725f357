"""The lines a finding points at."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.preview.excerpt import AROUND, LONGEST, read_excerpt


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "ten.txt").write_text("".join(f"line {number}\n" for number in range(1, 11)), encoding="utf-8")
    (tmp_path / "secret.txt").write_text("not of the project\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("line", "first", "last"), [(1, 1, 1 + AROUND), (5, 5 - AROUND, 5 + AROUND), (10, 10 - AROUND, 10)]
)
def test_the_lines_around(root: Path, line: int, first: int, last: int) -> None:
    excerpt = read_excerpt(root, "ten.txt", line, 3)
    assert excerpt is not None
    assert (excerpt.first, excerpt.line, excerpt.column) == (first, line, 3)
    assert excerpt.lines == tuple(f"line {number}" for number in range(first, last + 1))


def test_a_line_after_the_last_is_the_last(root: Path) -> None:
    excerpt = read_excerpt(root, "ten.txt", 11, 1)
    assert excerpt is not None
    assert (excerpt.line, excerpt.lines[-1]) == (10, "line 10")


def test_an_empty_file_has_one_line(root: Path) -> None:
    (root / "empty.txt").write_text("", encoding="utf-8")
    excerpt = read_excerpt(root, "empty.txt", 1, 1)
    assert excerpt is not None
    assert (excerpt.first, excerpt.lines, excerpt.column) == (1, ("",), 1)


@pytest.mark.parametrize("column", [None, 0, 8, 900])
def test_a_column_outside_the_line_is_not_shown(root: Path, column: int | None) -> None:
    excerpt = read_excerpt(root, "ten.txt", 1, column)
    assert excerpt is not None
    assert excerpt.column is None


def test_long_lines_are_cut_and_bytes_that_are_no_text_are_replaced(root: Path) -> None:
    (root / "odd.txt").write_bytes(b"\xef\xbb\xbf\xff" + b"x" * 5000 + b"\r\nsecond\r\n")
    excerpt = read_excerpt(root, "odd.txt", 1, 4000)
    assert excerpt is not None
    assert len(excerpt.lines[0]) == LONGEST
    assert excerpt.lines[0].startswith("\ufffdx")
    assert (excerpt.lines[1], excerpt.column) == ("second", None)


@pytest.mark.parametrize("file", [None, "nothing.txt", ".", "../secret.txt", "/etc/hosts"])
def test_what_cannot_or_must_not_be_read(root: Path, file: str | None) -> None:
    assert read_excerpt(root, file, 1, 1) is None


def test_a_link_out_of_the_project_is_not_followed(root: Path) -> None:
    (root / "link.txt").symlink_to(root.parent / "secret.txt")
    assert read_excerpt(root, "link.txt", 1, 1) is None


def test_a_finding_without_a_line_has_no_excerpt(root: Path) -> None:
    assert read_excerpt(root, "ten.txt", None, None) is None
