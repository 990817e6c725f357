"""Typography: a table of wrong and right, then what must hold for any text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.locale import NBSP, typography

LOCALES = ("fr-CA", "fr-FR", "en-CA", "en-GB", "ar", "xx")


def nb(text: str) -> str:
    """Expected values are written with ~ for the no-break space, so that a reader of this file sees it."""
    return text.replace("~", NBSP)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Attention: lire ceci", "Attention~: lire ceci"),
        ("Attention : lire ceci", "Attention~: lire ceci"),
        ("Attention\u202f: lire ceci", "Attention~: lire ceci"),
        ("Trois choix :", "Trois choix~:"),
        ("En mai 2021: 3 ateliers", "En mai 2021~: 3 ateliers"),
        (": Montréal", "~: Montréal"),  # behind a word set in bold, which is a text of its own
        ("à 13:30, au rapport 3:1", "à 13:30, au rapport 3:1"),
        ("Vraiment ? Oui ! Non ; si", "Vraiment? Oui! Non; si"),
        ("Vraiment\u202f?!", "Vraiment?!"),
        (" ! Enfin", "! Enfin"),
        ("(vraiment ?)", "(vraiment?)"),
        ("un clin d'œil ;-)", "un clin d’œil ;-)"),
        ("a != b", "a != b"),
        ('Elle dit "oui" et "non".', "Elle dit «~oui~» et «~non~»."),
        ("«oui»", "«~oui~»"),
        ("« oui »", "«~oui~»"),
        ("«\u202foui\u202f»\u202f;", "«~oui~»;"),
        ("«", "«~"),
        ("l'été, aujourd'hui, d'", "l’été, aujourd’hui, d’"),
        ("Attendez...", "Attendez…"),
        ("Attendez.....", "Attendez....."),
        ("50% ou 50 % de 25$ et 30 $", "50~% ou 50~% de 25~$ et 30~$"),
        ("$25 et 25$US", "$25 et 25$US"),
        ("à 13 h, à 13 h 30", "à 13~h, à 13~h~30"),
        ("12 km, 3 kg, 20 °C, 4 Mo", "12~km, 3~kg, 20~°C, 4~Mo"),
        ("24 heures et 3 minutes", "24 heures et 3 minutes"),
        ("le 8 mai et le 1er juin 2021", "le 8~mai et le 1er~juin 2021"),
        ("12 345 678 $ en 2021 300 fois", "12~345~678~$ en 2021 300 fois"),
        ("les années 1990", "les années 1990"),
        (
            "M. Roy, MM. Roy et Caron, Mme Roy, Dr Roy, Me Caron",
            "M.~Roy, MM.~Roy et Caron, Mme~Roy, Dr~Roy, Me~Caron",
        ),
        ("J. K. Tremblay et J.-P. Roy", "J.~K.~Tremblay et J.-P.~Roy"),
        ("n° 5, p. 12, art. 3, poste 12", "n°~5, p.~12, art.~3, poste~12"),
        ("514 555-0100, (438) 555-0111, 1 800 555-0122", "514~555-0100, (438)~555-0111, 1~800~555-0122"),
        ("514-555-0100 et 2019-2022", "514-555-0100 et 2019-2022"),
        ("3 millions de dollars, 25 dollars, 20 p. 100", "3~millions de dollars, 25~dollars, 20~p.~100"),
        ("Il dit “oui”.", "Il dit «~oui~»."),
        ('"Il dit "oui" ici"', "«~Il dit “oui” ici~»"),
        ("« Il dit « oui » ici »", "«~Il dit “oui” ici~»"),
        ("« Il dit “oui” ici »", "«~Il dit “oui” ici~»"),
        ("« Il dit “oui", "«~Il dit “oui"),
        ("Lire {{ l'a : b }} : ici", "Lire {{ l'a : b }}~: ici"),
        ('Un écran de 24"', 'Un écran de 24"'),
        ('dire "oui', 'dire "oui'),
    ],
)
def test_french_of_canada(written: str, printed: str) -> None:
    assert typography(written, "fr-CA") == nb(printed)
    assert typography(nb(printed), "fr-CA") == nb(printed)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ('She said "yes" and "no".', "She said “yes” and “no”."),
        ('("yes")', "(“yes”)"),
        ("It's the members' list from the '90s", "It’s the members’ list from the ’90s"),
        ("the word 'open' here", "the word ‘open’ here"),
        ("\"It's 'open'\"", "“It’s ‘open’”"),
        ("Note : read this ; now ! Really ?", "Note: read this; now! Really?"),
        ("well , yes", "well, yes"),
        ("Wait...", "Wait…"),
        ("at 1 p.m. or 10:30 a.m.", "at 1~p.m. or 10:30~a.m."),
        ("a ratio of 3 : 1, or 3:1", "a ratio of 3 : 1, or 3:1"),
        ("a wink ;-) or :)", "a wink ;-) or :)"),
        ("Mr. Roy, Dr. Caron, J. K. Roy, No. 5, p. 12", "Mr.~Roy, Dr.~Caron, J.~K.~Roy, No.~5, p.~12"),
        ("5 km, $5 million, 12 percent", "5~km, $5~million, 12~percent"),
        ("514 555-0100, ext. 12", "514~555-0100, ext.~12"),
        ("The « word » and «this».", "The “word” and “this”."),
        ("“He said “yes” twice”", "“He said ‘yes’ twice”"),
        ("$25, 50%", "$25, 50%"),
        ('a 24" screen', 'a 24" screen'),
        ("5' 10\"", "5' 10\""),
    ],
)
def test_english_of_canada(written: str, printed: str) -> None:
    assert typography(written, "en-CA") == nb(printed)
    assert typography(nb(printed), "en-CA") == nb(printed)


def test_french_of_france_keeps_a_space_where_canada_has_none() -> None:
    assert typography("Vraiment ? Oui! « Non » ;", "fr-FR") == nb("Vraiment~? Oui~! «~Non~»~;")
    assert typography("Vraiment?!", "fr-FR") == nb("Vraiment~?!")


def test_a_language_without_rules_only_loses_its_thin_spaces() -> None:
    assert typography("\"a\"\u202f: b...'c'\u2009!", "ar") == nb("\"a\"~: b...'c'~!")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/l'été?a=1:2&b=50%25...#x",
        "https://example.org/a:b;c=25$d",
        "http://user@example.org:8080/x",
        "www.example.org/l'a",
        "example.org/l'a...b/c",
        "mailto:info@example.org?subject=l'a",
        "l.o'brien+x@example.org",
        "tel:+1-514-555-0100",
        "ftp://example.org/'x'y",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "Voir {} !", "({})", '"{}"', "«{}»", "Ici: {}: là", "l'{}", "{} ?", "{}..."]
)
@pytest.mark.parametrize("locale", LOCALES)
def test_an_address_is_never_touched(address: str, around: str, locale: str) -> None:
    written = around.format(address)
    printed = typography(written, locale)
    assert address in printed
    behind = printed.partition(address)[2]
    glued = {"!", "?", ";"} & set(behind[:1])
    assert not glued, "a mark glued to an address becomes part of it where links are found by eye"


ODDITIES = st.text(st.sampled_from("ab1250é hpm.,:;!?%$«»\"'’…()[]-/@\n\t\u00a0\u202f\u2009\ue000"), max_size=25)


@given(ODDITIES | st.text(max_size=40), st.sampled_from(LOCALES))
@example('"a "b" c"', "fr-CA")
@example("« ; »", "fr-CA")
@example("a . . .", "en-CA")
@example("\ue000 ?", "fr-CA")
@example("1 000 000 000", "fr-CA")
@example("'''", "en-CA")
@example("'a''", "fr-CA")
@example("' ;'", "fr-CA")
@example(":!", "fr-FR")
def test_twice_is_once(text: str, locale: str) -> None:
    once = typography(text, locale)
    assert typography(once, locale) == once


@given(ODDITIES | st.text(max_size=40), st.sampled_from(LOCALES))
def test_only_spaces_quotes_and_dots_ever_change(text: str, locale: str) -> None:
    def words(some: str) -> str:
        return re.sub(r"[\s\"'“”‘’«»….]", "", some)

    printed = typography(text, locale)
    assert words(printed) == words(text)
    assert not {"\u202f", "\u2009"} & set(printed)
    assert printed.count("\n") == text.count("\n")


@given(
    ODDITIES.filter(lambda text: not re.search(r"[\w.@+%'/-]$", text)),
    st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9'%?=&:;!.,~$-]{0,20}[a-z0-9/]", fullmatch=True),
    ODDITIES.filter(lambda text: text[:1] in ("", " ", "\n", ")", "«", "»", '"')),
    st.sampled_from(LOCALES),
)
def test_an_address_in_any_text_is_never_touched(before: str, url: str, behind: str, locale: str) -> None:
    assert url in typography(before + url + behind, locale)


@given(
    ODDITIES.filter(lambda text: not re.search(r"[\w.@+%'/-]$", text)),
    st.from_regex(r"[a-z][a-z0-9.+'-]{0,10}[a-z0-9]@[a-z]{1,8}\.example", fullmatch=True),
    st.sampled_from(LOCALES),
)
def test_an_email_address_in_any_text_is_never_touched(before: str, address: str, locale: str) -> None:
    assert address in typography(f"{before}{address}", locale)


@given(st.integers(0, 23), st.integers(0, 59), ODDITIES, st.sampled_from(LOCALES))
def test_a_time_or_ratio_is_never_touched(hour: int, minute: int, behind: str, locale: str) -> None:
    clock = f"{hour:02}:{minute:02}"
    assert typography(f"{clock} {behind}", locale).startswith(clock)


def test_a_long_text_without_pairs_is_quick() -> None:
    """Every rule is linear: quotes that find no partner must not be searched for again from each other one."""
    for piece in ('"a ', "'a ", " :", "« ", "a" * 20, "1 000 ", "a.b/", "a@", "a.", "a+", "www."):
        started = time.process_time()
        typography(piece * 2000, "fr-CA")
        typography(piece * 2000, "en-CA")
        assert time.process_time() - started < 2, piece
