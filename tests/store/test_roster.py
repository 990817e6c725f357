"""The roster: people taken in and left out, in order, each address once, in no memory to speak of."""

from __future__ import annotations

import gc
from datetime import date

import pytest

from newsletter.errors import StoreTrouble
from newsletter.models.recipient import Basis, Consent, Exclusion, Reason, Recipient
from newsletter.store import Roster

CONSENT = Consent(Basis.EXPRESS, date(2024, 1, 5), "web form", "record 7", None)


def person(number: int, edition: str = "fr", consent: Consent = CONSENT) -> Recipient:
    return Recipient(f"p{number}@example.org", f"Zoé « {number} »", "fr", edition, consent, "members", number + 1)


def left_out(number: int) -> Exclusion:
    return Exclusion(f"x{number}", Reason.INVALID_ADDRESS, "no @", "members", number)


def test_everybody_comes_back_as_they_went_in_and_in_their_order() -> None:
    roster = Roster()
    people = [person(n, ("fr", "en", "fr+en")[n % 3]) for n in (5, 2, 9, 1)]
    people.append(person(11, consent=Consent(Basis.PURCHASE, date(2024, 2, 29), "s", "p", date(2026, 2, 28))))
    assert all(roster.add(each) for each in people)
    roster.leave_out(left_out(3))
    audience = roster.audience()
    assert list(audience.recipients) == people
    assert list(audience.recipients) == people, "it can be gone through again"
    assert list(audience.exclusions) == [left_out(3)]
    assert audience.total == 5
    assert audience.per_edition() == {"fr+en": 2, "fr": 2, "en": 1}
    assert audience.per_reason() == {"invalid address": 1}


def test_an_address_is_taken_in_once_and_the_first_place_is_known() -> None:
    roster = Roster()
    assert roster.add(person(1))
    assert not roster.add(person(1, "en"))
    assert roster.place_of("p1@example.org") == ("members", 2)
    assert roster.place_of("p2@example.org") is None
    assert [each.edition for each in roster.audience().recipients] == ["fr"]


def test_rows_beyond_a_page_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.store.roster.PAGE", 3)
    roster = Roster()
    for number in range(10):
        roster.add(person(number))
    recipients = roster.audience().recipients
    assert list(recipients) == [person(n) for n in range(10)]
    assert recipients[4] == person(4)
    assert recipients[-1] == person(9)
    assert recipients[7:20] == [person(7), person(8), person(9)]
    for beyond in (10, -11):
        with pytest.raises(IndexError):
            recipients[beyond]


def test_the_people_outlive_what_took_them_in() -> None:
    def recipients() -> object:
        roster = Roster()
        roster.add(person(1))
        return roster.audience().recipients

    kept = recipients()
    gc.collect()
    assert kept == [person(1)]
    assert kept != [person(2)]
    assert kept != []


def test_a_list_longer_than_the_cache_comes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.store.roster.CACHE_KIB", 100)
    roster = Roster()
    for number in range(20_000):
        assert roster.add(person(number))
    assert not roster.add(person(3))
    assert [each.line for each in roster.audience().recipients] == list(range(1, 20_001))


def test_trouble_of_the_temporary_folder_is_told_in_words() -> None:
    roster = Roster()
    roster._database.execute("PRAGMA max_page_count = 20")
    with pytest.raises(StoreTrouble, match="disk is full"):
        any(not roster.add(person(number)) for number in range(20_000))
