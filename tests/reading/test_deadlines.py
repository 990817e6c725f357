"""Last days: which dates are, which are not, and which replaces which."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import DoubtKind, read_fields

# (text, language, days that stand, days superseded)
DEADLINES = [
    ("The deadline to apply is May 16, 2022.", "en", ["2022-05-16"], []),
    ("Deadline: May 16, 2022", "en", ["2022-05-16"], []),
    ("Application deadline – 16 May 2022, 5 p.m.", "en", ["2022-05-16"], []),
    ("May 16, 2022 is the deadline for proposals.", "en", ["2022-05-16"], []),
    ("Closing date for applications: 2022-05-16.", "en", ["2022-05-16"], []),
    ("Please send your resume by May 16, 2022.", "en", ["2022-05-16"], []),
    ("Send your resume by Monday, May 16, 2022, at noon.", "en", ["2022-05-16"], []),
    ("Submit your abstract before May 16, 2022.", "en", ["2022-05-16"], []),
    ("Applications are accepted until May 16, 2022.", "en", ["2022-05-16"], []),
    ("Registration is open until May 16, 2022!", "en", ["2022-05-16"], []),
    ("Register no later than May 16, 2022.", "en", ["2022-05-16"], []),
    ("You have until May 16, 2022 to apply.", "en", ["2022-05-16"], []),
    ("The call closes on May 16, 2022.", "en", ["2022-05-16"], []),
    ("Apply from May 1 to May 16, 2022, the last day to apply.", "en", ["2022-05-16"], []),
    ("RSVP by May 16, 2022 at info@example.org.", "en", ["2022-05-16"], []),
    ("The deadline is May 16, 2022. The deadline has been extended to May 31, 2022.", "en", ["2022-05-31"], ["2022-05-16"]),
    ("The deadline to register was April 26, 2021. Registration deadline extended to May 3, 2021.", "en", ["2021-05-03"], ["2021-04-26"]),
    ("Deadline extended from May 16 to May 31, 2022.", "en", ["2022-05-31"], []),
    ("The deadline of May 16, 2022 has been extended until May 31, 2022.", "en", ["2022-05-31"], ["2022-05-16"]),
    ("Extended until May 31, 2022: send your proposals!", "en", ["2022-05-31"], []),
    ("Date limite : 16 mai 2022", "fr", ["2022-05-16"], []),
    ("La date limite pour postuler est le 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("La date limite d’inscription est fixée au lundi 16 mai 2022 à midi.", "fr", ["2022-05-16"], []),
    ("Envoyez votre candidature d’ici le 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("Faites parvenir votre CV avant le 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("Faites parvenir votre CV au plus tard le 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("Inscrivez-vous au plus tard le 1er mai 2022 !", "fr", ["2022-05-01"], []),
    ("Les candidatures sont acceptées jusqu’au 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("Vous avez jusqu'au 16 mai 2022 pour soumettre une proposition.", "fr", ["2022-05-16"], []),
    ("Inscriptions ouvertes jusqu’au 16 mai 2022", "fr", ["2022-05-16"], []),
    ("Échéance : 16 mai 2022", "fr", ["2022-05-16"], []),
    ("Les inscriptions se terminent le 16 mai 2022.", "fr", ["2022-05-16"], []),
    ("Date limite : 16 mai 2022. La date limite est prolongée au 31 mai 2022.", "fr", ["2022-05-31"], ["2022-05-16"]),
    ("Date limite : 16 mai 2022. La période d’inscription est prolongée jusqu’au 31 mai 2022.", "fr", ["2022-05-31"], ["2022-05-16"]),
    ("L’échéance du 16 mai 2022 est reportée au 31 mai 2022.", "fr", ["2022-05-31"], ["2022-05-16"]),
]  # fmt: skip
NO_DEADLINES = [
    ("The exhibition runs until May 17, 2021.", "en"), ("By May 2021, ten cities had joined.", "en"), ("It was adopted before May 8, 2021.", "en"),
    ("The conference was postponed to May 8, 2021.", "en"), ("The event will be held May 8, 2021.", "en"), ("He was director until June 3, 2019.", "en"),
    ("L’exposition se poursuit jusqu’au 17 mai 2021.", "fr"), ("Elle a été adoptée avant le 8 mai 2021.", "fr"), ("Le colloque est reporté au 8 mai 2021.", "fr"),
    ("Entrée en poste : au plus tard le 6 septembre 2022.", "fr"), ("Tarif réduit pour les inscriptions avant le 1er avril 2022.", "fr"), ("Early bird price: register before April 1, 2022.", "en"),
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
        "Offer", ["Send your CV by May 16, 2022.", "More.", "The deadline is extended to May 31, 2022."], "en"
    )
    assert fields.deadline.value.day.iso() == "2022-05-31"
    assert fields.deadline.value.extended


def test_two_deadlines_that_both_stand_are_doubted() -> None:
    fields = read_fields("Offer", ["Deadline: May 16, 2022.", "Deadline: May 17, 2022."], "en")
    assert {doubt.kind for found in fields.deadlines for doubt in found.doubts} == {DoubtKind.CONTRADICTION}


def test_the_hour_of_a_deadline() -> None:
    found = read_fields("Offer", ["Send it by May 16, 2022, at 5 p.m. (EDT)."], "en").deadline
    assert found.value.at.start.hour == 17
    assert found.value.at.timezone == "America/Toronto"
