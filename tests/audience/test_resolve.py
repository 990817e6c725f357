"""Rows to recipients and exclusions: everyone is accounted for, with a reason, in one order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.models.recipient import MAX_NAME, Reason, Suppression, SuppressionList

GOOD = "zoe@example.org,Zoé,fr,express,2023-05-31,form,#1"
GONE = SuppressionList(
    {"zoe@example.org": Suppression("zoe@example.org", "unsubscribed", date(2024, 1, 2), "link")}
)


def test_a_good_row_is_a_recipient(office: Any) -> None:
    office.rows("members", GOOD)
    audience, findings = office.resolve()
    (recipient,) = audience.recipients
    assert (recipient.address, recipient.name, recipient.language, recipient.edition) == (
        "zoe@example.org",
        "Zoé",
        "fr",
        "fr",
    )
    assert (recipient.list_name, recipient.line) == ("members", 2)
    assert recipient.consent.proof == "#1"
    assert (audience.exclusions, findings) == ((), ())


@pytest.mark.parametrize(
    ("row", "reason", "word"),
    [
        ("zoe at example.org,Zoé,fr,express,2023-05-31,form,#1", Reason.INVALID_ADDRESS, "@"),
        ("zoe@example.org,Zoé,fr,,2023-05-31,form,#1", Reason.CONSENT_MISSING, "basis is empty"),
        ("zoe@example.org,Zoé,fr,express,2023-05-31,form", Reason.CONSENT_MISSING, "proof is empty"),
        ("zoe@example.org,Zoé,fr,express,2023-05-31,form,#1,and,more", Reason.CONSENT_MISSING, "2 cells too many"),
        ("zoe@example.org,Zoé,fr,implied:donation,2023-05-31,f,#1", Reason.CONSENT_MISSING, "charit"),
        (
            "zoe@example.org,Zoé,fr,implied:inquiry,2023-08-05,f,#1",
            Reason.CONSENT_EXPIRED,
            "held until 2024-02-05",
        ),
        ("zoe@example.org,Zoé,es,express,2023-05-31,form,#1", Reason.UNKNOWN_LANGUAGE, "'es' is not one"),
        ("zoe@example.org,Zoé,,express,2023-05-31,form,#1", Reason.UNKNOWN_LANGUAGE, "language is empty"),
    ],
)
def test_a_bad_row_is_an_exclusion(office: Any, row: str, reason: Reason, word: str) -> None:
    office.rows("members", "jean@example.org,Jean,fr,express,2023-05-31,form,#1", row)
    audience, _ = office.resolve(unknown_language="exclude")
    assert [r.address for r in audience.recipients] == ["jean@example.org"]
    (exclusion,) = audience.exclusions
    assert (exclusion.reason, exclusion.list_name, exclusion.line) == (reason, "members", 3)
    assert word in exclusion.detail
    assert exclusion.address == row.partition(",")[0]


def test_the_last_day_of_a_consent_still_counts(office: Any) -> None:
    office.rows("members", "zoe@example.org,Zoé,fr,implied:inquiry,2023-08-06,f,#1")
    assert office.resolve(on=date(2024, 2, 6))[0].per_edition() == {"fr": 1}
    assert office.resolve(on=date(2024, 2, 7))[0].per_reason() == {"consent expired": 1}


def test_the_suppressed_are_left_out_in_any_spelling(office: Any) -> None:
    office.rows("members", GOOD.replace("zoe@example.org", "ZOE@Example.org"))
    audience, _ = office.resolve(suppressions=GONE)
    (exclusion,) = audience.exclusions
    assert exclusion.reason is Reason.SUPPRESSED
    assert exclusion.detail == "unsubscribed, since 2024-01-02 (link)"
    assert exclusion.address == "ZOE@Example.org"


def test_who_has_the_issue_already_is_left_out(office: Any) -> None:
    office.rows("members", GOOD)
    audience, _ = office.resolve(already=["zoe@example.org"])
    assert audience.per_reason() == {"already received": 1}


def test_the_first_row_of_an_address_counts_across_lists(office: Any) -> None:
    office.rows("members", GOOD, GOOD.replace("zoe@", "Zoe@"))
    office.rows("partners", GOOD.replace("zoe@example.org", "ZOE@EXAMPLE.ORG").replace(",fr,", ",en,"))
    audience, _ = office.resolve("members", "partners")
    assert [(r.list_name, r.edition) for r in audience.recipients] == [("members", "fr")]
    assert [(e.list_name, e.line, e.detail) for e in audience.exclusions] == [
        ("members", 3, "the same address stands in members, line 2"),
        ("partners", 2, "the same address stands in members, line 2"),
    ]
    audience, _ = office.resolve("partners", "members")
    assert [(r.list_name, r.edition) for r in audience.recipients] == [("partners", "en")]


def test_a_row_left_out_does_not_hide_a_good_one(office: Any) -> None:
    office.rows("members", GOOD.replace("express,2023", "implied:inquiry,2020"))
    office.rows("partners", GOOD)
    audience, _ = office.resolve("members", "partners")
    assert [r.list_name for r in audience.recipients] == ["partners"]
    assert audience.per_reason() == {"consent expired": 1}


def test_the_first_reason_that_holds_is_told(office: Any) -> None:
    """Suppressed, already received, a duplicate, without consent and of unknown language: in that order."""
    row = "zoe@example.org,Zoé,,,,,"
    order = []
    office.rows("members", row)
    settings: dict[str, Any] = {"unknown_language": "exclude"}
    for suppressions, already in ((GONE, ["zoe@example.org"]), (None, ["zoe@example.org"]), (None, [])):
        audience, _ = office.resolve(suppressions=suppressions, already=already, **settings)
        order += [e.reason for e in audience.exclusions]
    office.rows("members", GOOD, row)
    order += [e.reason for e in office.resolve(**settings)[0].exclusions]
    office.rows("members", "zoe@example.org,Zoé,,implied:inquiry,2020-01-01,f,#1")
    order += [e.reason for e in office.resolve(**settings)[0].exclusions]
    assert order == [
        Reason.SUPPRESSED,
        Reason.ALREADY_RECEIVED,
        Reason.CONSENT_MISSING,
        Reason.DUPLICATE,
        Reason.CONSENT_EXPIRED,
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Zoé  Tremblay ", "Zoé Tremblay"),
        ("Zoe\u0301", "Zoé"),
        ('"Zoé\r\nBcc: eve@example.org"', "Zoé Bcc: eve@example.org"),
        ("\u202eéoZ\u200b", "éoZ"),
        ("Zo\0é", "Zoé"),
        ("Z" * 10_000, "Z" * (MAX_NAME - 1) + "…"),
        ("", ""),
    ],
)
def test_names_are_cleaned(office: Any, written: str, name: str) -> None:
    office.rows("members", GOOD.replace("Zoé", written))
    (recipient,) = office.resolve()[0].recipients
    assert recipient.name == name


def test_barred_bases_are_explained_once(office: Any) -> None:
    rows = [f"p{n}@example.org,,fr,implied:volunteer,2023-05-31,f,#1" for n in range(3)]
    office.rows("members", *rows)
    audience, findings = office.resolve()
    assert audience.per_reason() == {"consent missing": 3}
    assert [(f.rule, f.file) for f in findings] == [("AUD-CHARITY", "newsletter.yaml")]
    assert office.resolve(registered_charity=True)[0].per_edition() == {"fr": 3}


def test_a_missing_list_is_told_with_the_nearest_name(office: Any) -> None:
    office.rows("members", GOOD)
    office.write("suppressions.csv", "email\n")
    audience, (finding,) = office.resolve("members", "membres")
    assert len(audience.recipients) == 1
    assert (finding.rule, finding.severity, finding.file) == ("AUD-LIST", "error", "recipients/membres.csv")
    assert finding.hint == "Did you mean 'members'?"
    _, (finding,) = office.resolve("xyz")
    assert finding.hint == "Lists here: members."


def test_the_same_lists_give_the_same_audience(office: Any) -> None:
    office.rows("members", *(GOOD.replace("zoe", f"p{n % 7}") for n in range(20)))
    assert office.resolve() == office.resolve()


cell = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(
        ["zoe@example.org", "Zoe@Example.org", "fr", "", "express", "implied:inquiry", "2023-05-31", '"', ",", ";"]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.lists(st.lists(cell, min_size=1, max_size=9), max_size=6), st.booleans())
def test_whatever_stands_in_a_list_everyone_is_accounted_for(
    office: Any, rows: list[list[str]], quoted: bool
) -> None:
    written = sum(1 for row in rows if any(map(str.strip, row)))
    if quoted:
        rows = [['"' + one.replace('"', '""') + '"' for one in row] for row in rows]
    office.rows("members", *(",".join(row) for row in rows))
    audience, findings = office.resolve()
    if quoted and not any(f.severity == "error" for f in findings):
        assert len(audience.recipients) + len(audience.exclusions) == written
    addresses = [recipient.address for recipient in audience.recipients]
    assert len(addresses) == len(set(addresses))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=100).map(lambda b: b"email,language\n" + b)))
def test_no_file_however_broken_crashes(office: Any, content: bytes) -> None:
    office.write("members.csv", content)
    office.resolve()
