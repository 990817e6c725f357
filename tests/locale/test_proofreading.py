"""Proofreading: one wrong and one right sentence per habit, then what must hold for any text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.locale import NBSP, typography
from newsletter.locale.proofreading import proofread


def nb(text: str) -> str:
    """Expected values are written with ~ for the no-break space."""
    return text.replace("~", NBSP)


def faults(text: str, locale: str) -> list[tuple[str, str, str]]:
    """Rule, what was written, what was expected, of a text as it would be printed."""
    printed = typography(text, locale)
    return [(one.rule, printed[one.start : one.end], one.expected) for one in proofread(printed, locale)]


FRENCH = [
    ("à 13h", "FR-HOUR", "13h", "13~h"),
    ("à 13h30", "FR-HOUR", "13h30", "13~h~30"),
    ("à 13H30", "FR-HOUR", "13H30", "13~h~30"),
    ("à 13 h 00", "FR-HOUR", "13~h~00", "13~h"),
    ("à 09 h 05", "FR-HOUR", "09~h~05", "9~h~05"),
    ("à 9 h 5", "FR-HOUR", "9~h 5", "9~h~05"),
    ("à 13:30", "FR-HOUR", "13:30", "13~h~30"),
    ("à 1 p.m.", "FR-HOUR", "1 p.m.", "13~h"),
    ("à 10:30 AM,", "FR-HOUR", "10:30 AM", "10~h~30"),
    ("un délai de 48h", "FR-HOUR", "48h", "48~h"),
    ("le 1 juin", "FR-DATE", "1 juin".replace(" ", "~"), "1er~juin"),
    ("le 1ier juin", "FR-DATE", "1ier juin", "1er~juin"),
    ("du 1 au 5 mai", "FR-DATE", "du 1 ", "du 1er "),
    ("le 8e mai", "FR-DATE", "8e mai", "8~mai"),
    ("le 8 Mai", "FR-DATE", "8 Mai", "8~mai"),
    ("le Samedi 8 mai", "FR-DATE", "Samedi", "samedi"),
    ("le 8 fevrier", "FR-DATE", "8 fevrier", "8~février"),
    ("le 8 mai, 2021", "FR-DATE", "8~mai, 2021", "8~mai 2021"),
    ("le mai 8, 2021", "FR-DATE", "mai 8, 2021", "8~mai 2021"),
    ("le 08/05/2021", "FR-DATE", "08/05/2021", "le 8~mai 2021, or 2021-05-08"),
    ("le 8-5-2021", "FR-DATE", "8-5-2021", "le 8~mai 2021, or 2021-05-08"),
    ("à 13 h (EDT)", "FR-TZ", "EDT", "HAE"),
    ("à midi EST", "FR-TZ", "EST", "HNE"),
    ("$25", "FR-MONEY", "$25", "25~$"),
    ("$1,234.50 par an", "FR-MONEY", "$1,234.50", "1~234,50~$"),
    ("1,234.50 $", "FR-MONEY", "1,234.50~$", "1~234,50~$"),
    ("25.50 $", "FR-MONEY", "25.50~$", "25,50~$"),
    ("US$25", "FR-MONEY", "US$25", "25~$~US"),
    ("$5 millions", "FR-MONEY", "$5~millions", "5~millions de dollars"),
    ("12.5 % des gens", "FR-NUMBER", "12.5", "12,5"),
    ("12,345 personnes", "FR-NUMBER", "12,345", "12~345"),
    ("la 2ème rencontre", "FR-ORDINAL", "2ème", "2e"),
    ("les 3ièmes", "FR-ORDINAL", "3ièmes", "3es"),
    ("la 1ère fois", "FR-ORDINAL", "1ère", "1re"),
    ("au XXIème siècle", "FR-ORDINAL", "XXIème", "XXIe"),
    ('dire "oui', "FR-GUILL", '"', "«~"),
    ("le coeur", "FR-APOS", "coeur", "cœur"),
    ("Une Oeuvre", "FR-APOS", "Oeuvre", "Œuvre"),
    ("A la une", "FR-APOS", "A", "À"),
    ("Fini. A venir", "FR-APOS", "A", "À"),
    ("l’Etat", "FR-APOS", "E", "É"),
]

ENGLISH = [
    ("at 1pm", "EN-HOUR", "1pm", "1~p.m."),
    ("at 1:30 PM,", "EN-HOUR", "1:30 PM", "1:30~p.m."),
    ("at 1p.m.", "EN-HOUR", "1p.m.", "1~p.m."),
    ("at 13:30", "EN-HOUR", "13:30", "1:30~p.m."),
    ("at 09:00", "EN-HOUR", "09:00", "9~a.m."),
    ("at 13h30", "EN-HOUR", "13h30", "1:30~p.m."),
    ("at 13 h", "EN-HOUR", "13~h", "1~p.m."),
    ("1 p.m. HAE", "EN-HOUR", "HAE", "EDT"),
    ("on May 8th", "EN-DATE", "May 8th", "May 8"),
    ("on the 8th of May, 2021", "EN-DATE", "the 8th of May, 2021", "May 8, 2021"),
    ("on 8th May", "EN-DATE", "8th May", "May 8"),
    ("on 8 May 2021", "EN-DATE", "8 May 2021", "May 8, 2021"),
    ("on May 8 2021", "EN-DATE", "May 8 2021", "May 8, 2021"),
    ("Saturday May 8", "EN-DATE", "Saturday ", "Saturday, "),
    ("on 05/08/2021", "EN-DATE", "05/08/2021", "May 8, 2021, or 2021-05-08"),
    ("25 $", "EN-MONEY", "25 $", "$25"),
    ("25$", "EN-MONEY", "25$", "$25"),
    ("1 234,50 $", "EN-MONEY", "1~234,50 $", "$1,234.50"),
    ("$25 000", "EN-MONEY", "$25~000", "$25,000"),
    ("$25,50", "EN-MONEY", "$25,50", "$25.50"),
    ("$ 25", "EN-MONEY", "$ 25", "$25"),
    ('say "yes', "EN-QUOTES", '"', "“"),
    ("a « word", "EN-QUOTES", "« ", "“"),
]


@pytest.mark.parametrize(("text", "rule", "written", "expected"), FRENCH, ids=[text for text, *_ in FRENCH])
def test_wrong_in_french(text: str, rule: str, written: str, expected: str) -> None:
    assert faults(text, "fr-CA") == [(rule, nb(written), nb(expected))]


@pytest.mark.parametrize(("text", "rule", "written", "expected"), ENGLISH, ids=[text for text, *_ in ENGLISH])
def test_wrong_in_english(text: str, rule: str, written: str, expected: str) -> None:
    assert faults(text, "en-CA") == [(rule, nb(written), nb(expected))]


@pytest.mark.parametrize(
    "text",
    [
        "Le samedi 8 mai 2021, de 13 h à 15 h 30 (HAE) : 25 $, 1 234,50 $, 12,5 % et 12 345 personnes.",
        "Du 1er au 5 juin; le 1er juillet; midi; 9 h 05; 3 h 5 min; 24 h sur 24, 24h/24",
        "Lundi 8 mai. Samedi 9 mai, dimanche : rien. Mardi gras",
        "La 2e fois, la 1re, le 1er, les 3es, le XXIe siècle, vitamine C",
        "Elle dit « oui », l’œuvre, À la une, l’État, l’Europe, Elle",
        'Un rapport de 3:1, l’écran de 24", la version 1.2.3, 2021-05-08, le 514 555-0100, G7, 4-H',
        "Voir https://example.org/13h30?a=$25&b=1%20juin, a.1pm@example.org et example.org/a:b",
        "La page « What to do at 1 p.m. on the 8th of May », en anglais",
        "Paix, justice : l’ONU à l’EST de tout; EST-CE ici?",
        "10 000 $ US, 3 millions de dollars, 5 M$",
        "les 8 et 9 mai 2021, 2 000 personnes; de 2019 à 2022; en mai 2021",
    ],
)
def test_right_in_french(text: str) -> None:
    assert faults(text, "fr-CA") == []


@pytest.mark.parametrize(
    "text",
    [
        "Saturday, May 8, 2021, from 1 to 3:30 p.m. (EDT): $25, $1,234.50, 12.5% and 12,345 people.",
        "May 7 to 17, 2021; May 2021; the 8th time; the 21st century; on the 8th; in 2021 300 people",
        "She said “yes” and ‘no’; it’s the members’ list; a ratio of 3:1; at 9:30; 10:15 a.m.",
        "See https://example.org/13h30?a=25$&b=8th%20May and a.1pm@example.org",
        "The page “Le samedi 8 mai à 13 h, pour 25 $ et les autres”, in French",
        'version 1.2.3, 2021-05-08, 514 555-0100, a 24" screen, in 24 hours, May be',
        "between 5 and 8 May 2021",
        "US$25 and $3.5 million",
    ],
)
def test_right_in_english(text: str) -> None:
    assert faults(text, "en-CA") == []


@pytest.mark.parametrize(
    ("text", "locale", "rule", "expected"),
    [
        ("Attention: lire", "fr-CA", "FR-NBSP-COLON", "~:"),
        ("Attention : lire", "fr-CA", "FR-NBSP-COLON", "~:"),
        ("Fin:", "fr-CA", "FR-NBSP-COLON", "~:"),
        ("«oui»", "fr-CA", "FR-GUILL", "«~"),
        ("Vraiment ?", "fr-CA", "FR-NOSPACE", "?"),
        ("non ; si", "fr-CA", "FR-NOSPACE", ";"),
        ("50 %", "fr-CA", "FR-NBSP-UNIT", "~%"),
        ("25$", "fr-CA", "FR-NBSP-UNIT", "~$"),
        ("12 km", "fr-CA", "FR-NBSP-UNIT", "~"),
        ("le 8 mai", "fr-CA", "FR-NBSP-UNIT", "8~"),
        ("l'été", "fr-CA", "FR-APOS", "’"),
        ("Fin...", "fr-CA", "FR-APOS", "…"),
        ("it's", "en-CA", "EN-QUOTES", "’"),
        ("Note : this", "en-CA", "EN-QUOTES", ":"),
        ("at 1 p.m.", "en-CA", "EN-HOUR", "1~p.m."),
    ],
)
def test_what_typography_would_have_repaired(text: str, locale: str, rule: str, expected: str) -> None:
    """Words of a template are not typeset: there these are mistakes."""
    found = proofread(text, locale)[0]
    assert (found.rule, found.expected) == (rule, nb(expected))
    assert faults(text, locale) == []


def test_a_quotation_is_set_by_the_habits_of_the_text_around_it() -> None:
    assert [one.rule for one in proofread("La page « What is the time ? »".replace("« ", "«\u00a0"), "fr-CA")] == [
        "FR-NOSPACE",
        "FR-GUILL",
    ]


@pytest.mark.parametrize("locale", ["ar", "es", "fr-FR", "en-GB", "xx"])
def test_other_languages_have_no_habits_of_ours(locale: str) -> None:
    assert proofread("at 13h30, 8th May, $ 25, «x»", locale) == ()


ODDITIES = st.text(st.sampled_from("ab1250é hpm.,:;!?%$«»\"'’…()-/@\n\u00a0"), max_size=30)


@given(ODDITIES, st.sampled_from(["fr-CA", "en-CA"]))
def test_what_typography_repairs_is_no_mistake(text: str, locale: str) -> None:
    printed = typography(text, locale)
    for one in proofread(printed, locale):
        assert 0 <= one.start <= one.end <= len(printed)
        assert one.expected != printed[one.start : one.end]
        assert one.rule not in ("FR-NBSP-COLON", "FR-NBSP-UNIT")


def test_a_long_text_is_quick() -> None:
    for piece in ("13 h ", "1,234 ", "$1 000 ", "« a ", "“ ", "8 mai ", "May 8 ", '"', "12"):
        started = time.process_time()
        proofread(piece * 1000, "fr-CA")
        proofread(piece * 1000, "en-CA")
        assert time.process_time() - started < 2, piece
