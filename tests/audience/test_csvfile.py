"""Files as people export them: read, or refused with the place and the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from newsletter.errors import FileTrouble

HEADER = "email,name,language,basis,consented_on,source,proof"
ROW = "zoe@example.org,Zoé,fr,express,2023-05-31,form,#1"
TABLE = f"{HEADER}\n{ROW}\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        "\ufeff" + TABLE,
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("\n", "\r"),
        TABLE.rstrip("\n"),
        f"\n\n{HEADER}\n\n,,,,,,\n{ROW}\n\n",
        TABLE.replace("email", " E-mail ".replace("-", "")).replace("name", "NAME"),
        f"{HEADER},x_note,x_rue\n{ROW},ami,5\n",
        f"{HEADER},\n{ROW},\n",
        f"{HEADER}\n{ROW},,\n",
        f'{HEADER}\n"zoe@example.org","Zoé","fr","express","2023-05-31","form","#1"\n',
        "proof,source,consented_on,basis,language,name,email\n#1,form,2023-05-31,express,fr,Zoé,zoe@example.org\n",
    ],
)
def test_every_usual_form_is_read(office: Any, content: str) -> None:
    office.write("members.csv", content)
    audience, findings = office.resolve()
    assert findings == ()
    (recipient,) = audience.recipients
    assert (recipient.address, recipient.name, recipient.consent.proof) == ("zoe@example.org", "Zoé", "#1")


def test_a_list_without_names_is_complete(office: Any) -> None:
    office.write("members.csv", TABLE.replace("name,", "").replace("Zoé,", ""))
    audience, findings = office.resolve()
    assert [r.name for r in audience.recipients] == [""]
    assert findings == ()


@pytest.mark.parametrize(
    ("content", "line", "column", "word"),
    [
        (TABLE.encode("cp1252"), 2, 19, "Windows-1252"),
        (TABLE.encode("utf-16"), 1, None, "UTF-16"),
        (TABLE.encode("utf-16-le"), 1, None, "UTF-16"),
        (TABLE.encode("utf-16-be"), 1, None, "UTF-16"),
    ],
)
def test_other_encodings_are_named_with_the_remedy(
    office: Any, content: bytes, line: int, column: int | None, word: str
) -> None:
    office.write("members.csv", content)
    audience, (finding,) = office.resolve()
    assert (finding.rule, finding.severity) == ("AUD-ENCODING", "error")
    assert (finding.file, finding.line, finding.column) == ("recipients/members.csv", line, column)
    assert word in finding.message
    assert "CSV UTF-8" in (finding.hint or "")
    assert audience.recipients == audience.exclusions == ()


def test_the_byte_of_windows_1252_is_shown_as_it_was_meant(office: Any) -> None:
    office.write("members.csv", TABLE.encode("cp1252"))
    _, (finding,) = office.resolve()
    assert "byte E9 would be 'é'" in finding.message


@pytest.mark.parametrize(
    ("header", "message", "hint"),
    [
        (
            HEADER.replace("email", "emial"),
            "the column 'email' is missing",
            "Rename the column 'emial' to 'email'.",
        ),
        (
            HEADER.replace("email", "Courriel"),
            "the column 'email' is missing",
            "Rename the column 'courriel' to 'email'.",
        ),
        (
            HEADER.replace("proof", "preuve"),
            "the column 'proof' is missing",
            "Rename the column 'preuve' to 'proof'.",
        ),
        (
            HEADER.replace("consented_on", "consented on"),
            "the column 'consented_on' is missing",
            "Rename the column 'consented on'",
        ),
        (
            HEADER.replace(",proof", ""),
            "the column 'proof' is missing",
            "The first line must name the columns email,",
        ),
        (
            HEADER.replace("name", "email"),
            "the column 'email' stands there twice",
            "Remove or rename one of them.",
        ),
    ],
)
def test_a_header_that_cannot_be_used(office: Any, header: str, message: str, hint: str) -> None:
    office.write("members.csv", f"\n{header}\n{ROW}\n")
    audience, (finding,) = office.resolve()
    assert (finding.rule, finding.severity, finding.line) == ("AUD-COLUMN", "error", 2)
    assert finding.message == message
    assert (finding.hint or "").startswith(hint)
    assert audience.recipients == audience.exclusions == ()


def test_all_missing_columns_are_told_together(office: Any) -> None:
    office.write("members.csv", "email,name\nzoe@example.org,Zoé\n")
    _, findings = office.resolve()
    assert [f.message.split("'")[1] for f in findings] == ["language", "basis", "consented_on", "source", "proof"]


def test_a_column_of_no_use_is_told_and_a_likely_slip_is_asked_about(office: Any) -> None:
    office.write("members.csv", TABLE.replace("name", "nom").replace("#1", "#1,5").replace("proof", "proof,age"))
    audience, findings = office.resolve()
    assert [r.name for r in audience.recipients] == [""]
    assert [(f.rule, f.severity, f.hint) for f in findings] == [
        ("AUD-COLUMN-UNUSED", "info", "Did you mean 'name'?"),
        ("AUD-COLUMN-UNUSED", "info", "'x_age' says that it is meant so."),
    ]


@pytest.mark.parametrize(
    ("content", "rule", "severity", "line"),
    [
        ("", "AUD-EMPTY", "error", 1),
        ("\n\n", "AUD-EMPTY", "error", 1),
        (f"{HEADER}\n", "AUD-EMPTY", "info", 1),
        (f'{HEADER}\n{ROW}\nzoe,"Zoé,fr\n{ROW}\n', "AUD-CSV", "error", 3),
        (f'{HEADER}\n{ROW}\n"Zo"é,b\n', "AUD-CSV", "error", 3),
        (f"{HEADER}\n{ROW}\n{'x' * 200_000}\n", "AUD-CSV", "error", 3),
        ("x" * 200_000, "AUD-COLUMN", "error", 1),
        (f"{HEADER}\n{ROW}\n{ROW},surplus\n", "AUD-CELLS", "warning", 3),
        (f'{HEADER}\n"zoe@example.org","Zoé\nT",fr,express,2023-05-31,form,#1\n', "AUD-MULTILINE", "warning", 2),
    ],
)
def test_the_shape_of_a_file(office: Any, content: str, rule: str, severity: str, line: int) -> None:
    office.write("members.csv", content)
    _, findings = office.resolve()
    assert (rule, severity, line) in [(f.rule, f.severity, f.line) for f in findings]


def test_rows_after_a_cell_of_several_lines_have_their_right_line(office: Any) -> None:
    office.write("members.csv", f'{HEADER}\n"a@example.org","A\n\nB",fr,express,2023-05-31,f,#1\n{ROW}\n')
    audience, _ = office.resolve()
    assert [(r.name, r.line) for r in audience.recipients] == [("A B", 2), ("Zoé", 5)]


def test_many_bad_rows_are_one_finding(office: Any) -> None:
    office.rows("members", *[f"{ROW},surplus"] * 50)
    audience, findings = office.resolve()
    assert len(audience.exclusions) == 50
    assert [f.message for f in findings] == [
        "lines 2, 3, 4, 5, 6 and others (50 in all) have more cells than the header has columns"
    ]


def test_a_folder_in_place_of_a_list_is_trouble_with_its_name(office: Any) -> None:
    (office.root / "recipients" / "members.csv").mkdir(parents=True)
    with pytest.raises(FileTrouble) as caught:
        office.resolve()
    assert caught.value.where == "recipients/members.csv"
