"""Last days: which dates are, which are not, and which replaces which."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import DoubtKind, read_fields

# (text, language, days that stand, days superseded)
DEADLINES = [
    ("The deadline to apply is May 17, 2023.", "en", ["2023-05-17"], []),
    ("Deadline: May 17, 2023", "en", ["2023-05-17"], []),
    ("Application deadline – 17 May 2023, 5 p.m.", "en", ["2023-05-17"], []),
    ("May 17, 2023 is the deadline for proposals.", "en", ["2023-05-17"], []),
    ("Closing date for applications: 2023-05-17.", "en", ["2023-05-17"], []),
    ("Please send your resume by May 17, 2023.", "en", ["2023-05-17"], []),
    ("Send your resume by Wednesday, May 17, 2023, at noon.", "en", ["2023-05-17"], []),
    ("Submit your abstract before May 17, 2023.", "en", ["2023-05-17"], []),
    ("Applications are accepted until May 17, 2023.", "en", ["2023-05-17"], []),
    ("Registration is open until May 17, 2023!", "en", ["2023-05-17"], []),
    ("Register no later than May 17, 2023.", "en", ["2023-05-17"], []),
    ("You have until May 17, 2023 to apply.", "en", ["2023-05-17"], []),
    ("Applications open 1 May and close 17 May 2023.", "en", ["2023-05-17"], []),
    ("The call closes on May 17, 2023.", "en", ["2023-05-17"], []),
    ("Apply from May 1 to May 17, 2023, the last day to apply.", "en", ["2023-05-17"], []),
    ("RSVP by May 17, 2023 at info@example.org.", "en", ["2023-05-17"], []),
    ("The deadline is May 17, 2023. The deadline has been extended to May 30, 2023.", "en", ["2023-05-30"], ["2023-05-17"]),
    ("The deadline to sign up was April 12, 2023. Sign-up deadline extended to April 19, 2023.", "en", ["2023-04-19"], ["2023-04-12"]),
    ("Deadline extended from May 17 to May 30, 2023.", "en", ["2023-05-30"], []),
    ("The deadline of May 17, 2023 has been extended until May 30, 2023.", "en", ["2023-05-30"], ["2023-05-17"]),
    ("Extended until May 30, 2023: send your proposals!", "en", ["2023-05-30"], []),
    ("Date limite : 17 mai 2023", "fr", ["2023-05-17"], []),
    ("La date limite pour postuler est le 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("La date limite d’inscription est fixée au mercredi 17 mai 2023 à midi.", "fr", ["2023-05-17"], []),
    ("Envoyez votre candidature d’ici le 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("Faites parvenir votre CV avant le 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("Faites parvenir votre CV au plus tard le 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("Inscrivez-vous au plus tard le 1er mai 2023 !", "fr", ["2023-05-01"], []),
    ("Les candidatures sont acceptées jusqu’au 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("Vous avez jusqu'au 17 mai 2023 pour soumettre une proposition.", "fr", ["2023-05-17"], []),
    ("Inscriptions ouvertes jusqu’au 17 mai 2023", "fr", ["2023-05-17"], []),
    ("Échéance : 17 mai 2023", "fr", ["2023-05-17"], []),
    ("Les inscriptions se terminent le 17 mai 2023.", "fr", ["2023-05-17"], []),
    ("Date limite : 17 mai 2023. La date limite est prolongée au 30 mai 2023.", "fr", ["2023-05-30"], ["2023-05-17"]),
    ("Date limite : 17 mai 2023. La période d’inscription est prolongée jusqu’au 30 mai 2023.", "fr", ["2023-05-30"], ["2023-05-17"]),
    ("Date limite : 30 mai 2023. La date limite est devancée au 17 mai 2023.", "fr", ["2023-05-17"], ["2023-05-30"]),
    ("L’échéance du 17 mai 2023 est reportée au 30 mai 2023.", "fr", ["2023-05-30"], ["2023-05-17"]),
]  # fmt: skip
NO_DEADLINES = [
    ("The exhibition runs until May 17, 2021.", "en"), ("By May 2021, ten cities had joined.", "en"), ("It was adopted before May 8, 2021.", "en"),
    ("The conference was postponed to May 8, 2021.", "en"), ("The event will be held May 8, 2021.", "en"), ("He was director until June 3, 2019.", "en"),
    ("L’exposition se poursuit jusqu’au 17 mai 2021.", "fr"), ("Elle a été adoptée avant le 8 mai 2021.", "fr"), ("Le colloque est reporté au 8 mai 2021.", "fr"),
    ("Entrée en poste : au plus tard le 6 septembre 2022.", "fr"), ("Tarif réduit pour les inscriptions avant le 1er avril 2022.", "fr"), ("Early bird price: register before April 1, 2022.", "en"),
    ("Start date: May 17, 2023 at the latest.", "en"),
    ("Register now! We meet on May 8, 2021.", "en"), ("Inscrivez-vous! La rencontre a lieu le 8 mai 2021.", "fr"), ("Deadlines make us tired.", "en"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "standing", "superseded"), DEADLINES, ids=[case[0] for case in DEADLINES]
)
def test_deadlines(text: str, language: str, standing: list[str], superseded: list[str]) -> None:
    fields = read_fields("Titre", [text], language)
    assert [found.value.day.iso() for found in fields.deadlines if not found.value.superseded] == standing
    assert [found.value.day.iso() for found in fields.deadlines if found.value.superseded] == superseded
    assert fields.deadline is not None
    assert fields.deadline.value.day.iso() == standing[0]
    assert fields.deadline.doubts == ()
    assert fields.when is None


@pytest.mark.parametrize(("text", "language"), NO_DEADLINES, ids=[case[0] for case in NO_DEADLINES])
def test_no_deadline(text: str, language: str) -> None:
    assert read_fields("Titre", [text], language).deadlines == ()


def test_an_extension_in_a_later_paragraph_wins() -> None:
    fields = read_fields(
        "Offer", ["Send your CV by May 17, 2023.", "More.", "The deadline is extended to May 30, 2023."], "en"
    )
    assert fields.deadline.value.day.iso() == "2023-05-30"
    assert fields.deadline.value.extended


def test_two_deadlines_that_both_stand_are_doubted() -> None:
    fields = read_fields("Offer", ["Deadline: May 17, 2023.", "Deadline: May 18, 2023."], "en")
    assert {doubt.kind for found in fields.deadlines for doubt in found.doubts} == {DoubtKind.CONTRADICTION}


def test_the_hour_of_a_deadline() -> None:
    found = read_fields("Offer", ["Send it by May 17, 2023, at 5 p.m. (EDT)."], "en").deadline
    assert found.value.at.start.hour == 17
    assert found.value.at.timezone == "America/Toronto"
