"""The file of those who left: nobody drops out of it for a badly written row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from newsletter.audience import merge_suppressions, read_suppressions
from newsletter.models.recipient import Suppression, SuppressionList


def read(office: Any, content: str | bytes) -> Any:
    return read_suppressions(office.write("suppressions.csv", content), office.root)


def test_a_full_row(office: Any) -> None:
    found, findings = read(office, "email,reason,since,source\nZoe@Example.org,unsubscribed,2024-01-02,link\n")
    assert found.get("zoe@example.org") == Suppression("zoe@example.org", "unsubscribed", date(2024, 1, 2), "link")
    assert findings == ()


@pytest.mark.parametrize(
    "content",
    [
        "email\nzoe@example.org\n",
        "email;reason;since\nzoe@example.org;;\n",
        "email,since\nzoe@example.org,hier\n",
        "email,reason,since,source\nzoe@example.org\n",
        "email,reason\nzoe@example.org,left,and,more\n",
    ],
)
def test_an_address_alone_is_enough(office: Any, content: str) -> None:
    found, _ = read(office, content)
    entry = found.get("zoe@example.org")
    assert entry is not None
    assert entry.since == date(1970, 1, 1)
    assert entry.reason


def test_the_first_of_two_rows_counts(office: Any) -> None:
    found, _ = read(office, "email,reason\nzoe@example.org,complaint\nZOE@example.org,unsubscribed\n")
    assert [entry.reason for entry in found.entries.values()] == ["complaint"]


def test_a_row_that_protects_nobody_is_told(office: Any) -> None:
    found, (finding,) = read(office, "email\nzoe(at)example.org\njean@example.org\n")
    assert list(found.entries) == ["jean@example.org"]
    assert (finding.rule, finding.severity, finding.line) == ("AUD-SUPPRESSION", "warning", 2)


def test_a_file_that_cannot_be_read_as_text_stops_a_send(office: Any) -> None:
    found, (finding,) = read(office, "email,reason\nzoe@example.org,désabonnée\n".encode("cp1252"))
    assert found.entries == {}
    assert (finding.rule, finding.severity, finding.line) == ("AUD-ENCODING", "error", 2)


def test_a_missing_file_is_told(office: Any) -> None:
    found, (finding,) = read_suppressions(office.root / "recipients" / "suppressions.csv", office.root)
    assert found.entries == {}
    assert (finding.rule, finding.severity, finding.file) == (
        "AUD-SUPPRESSIONS-FILE",
        "warning",
        "recipients/suppressions.csv",
    )


def test_file_and_ledger_together_the_first_named_tells_the_reason() -> None:
    def one(address: str, reason: str) -> dict[str, Suppression]:
        return {address: Suppression(address, reason, date(2024, 1, 1), "x")}

    both = merge_suppressions(
        SuppressionList(one("a@example.org", "file")),
        SuppressionList({**one("a@example.org", "ledger"), **one("b@example.org", "ledger")}),
    )
    assert {address: entry.reason for address, entry in both.entries.items()} == {
        "a@example.org": "file",
        "b@example.org": "ledger",
    }
