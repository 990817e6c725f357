"""Which language a text is in, long or short, and remarks about the languages of documents and events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.corpus.reading import tell_language
from newsletter.corpus.reading.languages import find_languages

FRENCH = [
    "Offre d’emploi", "Offre d'emploi : analyste", "Nouvelle publication", "Nouveau rapport", "Portrait de la sécurité", "Événements à venir", "Évènements à venir – mai",
    "Rapport annuel 2021", "Marches dans le quartier", "Concours", "Publication du cahier no 12", "Webinaire", "Note de politique", "Rencontre avec Jane Roe (EXO)", "Prévention du crime",
    "Le CXYZ dans les médias", "Conférence internationale", "Stage d’été", "Assemblée générale", "Bonne année", "Appel à communications", "Appel à projets 2022",
    "Une nouvelle stagiaire", "Du 7 au 17 mai 2021 : colloque", "8 mai 2021", "Les violences faites aux femmes", "Jeunes et sécurité", "Pour en savoir plus", "Télécharger le rapport",
    "Séance en anglais", "ÉTUDE DE CAS", "LES ENJEUX DE DEMAIN", "Merci pour l’invitation !", "Retour sur le colloque", "L’équipe s’agrandit", "Formation sur les actes haineux",
    "Le Centre for Research Example publie son bilan", "Diagnostic local de sécurité à Saint-Exemple",
    "Au printemps, nous avons rencontré plusieurs organismes du quartier afin de mieux comprendre leurs besoins et ceux des jeunes.",
]  # fmt: skip
ENGLISH = [
    "Job offer", "Job Offer: Analyst", "New publication", "A new report", "Safety portrait of the borough", "Upcoming events", "Upcoming Events – May",
    "Annual report 2021", "Walks in the neighbourhood", "Webinar", "Policy brief", "Meeting with Jeanne Roy (EXO)", "Crime prevention", "The CXYZ in the media",
    "Summer internship", "General meeting", "Happy new year", "Call for papers", "Call for projects 2022", "A new intern", "May 7 to 17, 2021: symposium", "8 March 2021",
    "Violence against women", "Youth and safety", "To learn more", "Download the report", "Session in French", "CASE STUDY", "WHO DOES WHAT AND WHEN", "Thank you all for coming!",
    "Looking back at the symposium", "Our team is growing", "Training on hateful acts", "The Centre de recherche Exemple publishes its review", "Meeting with the Ville de Saint-Exemple",
    "Presentation to the École de musique de la Ville de Saint-Exemple",
    "This spring, we met several organizations of the neighbourhood to better understand their needs and those of young people.",
]  # fmt: skip
NEITHER = [
    "", " ", "123", "2021", "EXO", "Saint-Exemple", "Communications", "Destinations", "Jane Roe", "???", "https://example.org/the/page", "info@example.org",
    "¿Dónde está la biblioteca? Estamos muy contentos de presentar el informe anual de la organización",
    "Der Bericht wurde gestern veröffentlicht und ist sehr gut geworden, nicht wahr", "Il rapporto è stato pubblicato ieri ed è molto bello, anche per gli altri",
    "O relatório foi publicado ontem e é muito bom, uma leitura para não perder", "تقرير جديد", "新しい報告書", "Новый отчёт",
]  # fmt: skip


@pytest.mark.parametrize("text", FRENCH)
@pytest.mark.parametrize("form", [str, lambda text: text.replace("’", "'"), lambda text: f"**{text}**", lambda text: f"  • {text}\n"], ids=["plain", "straight", "bold", "bullet"])  # fmt: skip
def test_french(text: str, form: type[str]) -> None:
    assert tell_language(form(text)) == "fr"


@pytest.mark.parametrize("text", ENGLISH)
@pytest.mark.parametrize(
    "form", [str, lambda text: f"**{text}**", lambda text: f"  • {text}\n"], ids=["plain", "bold", "bullet"]
)
def test_english(text: str, form: type[str]) -> None:
    assert tell_language(form(text)) == "en"


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert tell_language(text) is None


@given(
    st.lists(st.sampled_from(FRENCH), min_size=1, max_size=12),
    st.sampled_from(["Job offer", "A new report", "Call for papers"]),
)
def test_a_line_of_english_does_not_turn_a_french_text(lines: list[str], other: str) -> None:
    assert tell_language("\n".join([*lines, FRENCH[-1], other])) == "fr"


@given(
    st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=12),
    st.sampled_from(["Offre d’emploi", "Nouveau rapport", "Appel à communications"]),
)
def test_a_line_of_french_does_not_turn_an_english_text(lines: list[str], other: str) -> None:
    assert tell_language("\n".join([*lines, ENGLISH[-1], other])) == "en"


# (text, languages, only, of)
REMARKS = [
    ("This guide is available only in French.", ("fr",), True, "document"),
    ("Available in French only.", ("fr",), True, "document"),
    ("The guide is available in English and French.", ("en", "fr"), False, "document"),
    ("Download the guide (in French)", ("fr",), False, "document"),
    ("Fact sheet (in English and Spanish), a guide", ("en", "es"), False, "document"),
    ("Our workshop will be held in French.", ("fr",), False, "event"),
    ("May 8, 2021 – Session in French and English", ("fr", "en"), False, "event"),
    ("The languages of the day are French and English.", ("fr", "en"), False, "event"),
    ("Le rapport est disponible en français seulement.", ("fr",), True, "document"),
    ("Document disponible uniquement en anglais", ("en",), True, "document"),
    ("Guide (en anglais seulement)", ("en",), True, "document"),
    ("La séance se tiendra en français et en anglais.", ("fr", "en"), False, "event"),
    ("Offert en anglais et en espagnol.", ("en", "es"), False, "document"),
    ("Atelier bilingue", ("fr", "en"), False, "event"),
    ("Read the French version of the report.", ("fr",), False, "document"),
]
NO_REMARKS = [
    "Good knowledge of French and English is required.", "the French partners", "La maîtrise du français et de l’anglais est exigée.", "English teachers met.",
    "Le français est sa langue.", "Fluency in English required", "", "in the report",
]  # fmt: skip


@pytest.mark.parametrize(("text", "languages", "only", "of"), REMARKS, ids=[case[0] for case in REMARKS])
def test_remark(text: str, languages: tuple[str, ...], only: bool, of: str) -> None:
    (found,) = find_languages(f"A sentence before. {text}")
    assert (found.value.languages, found.value.only, found.value.of) == (languages, only, of)


@pytest.mark.parametrize("text", NO_REMARKS)
def test_no_remark(text: str) -> None:
    assert find_languages(text) == ()
