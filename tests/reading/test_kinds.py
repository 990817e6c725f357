"""What an article is about, from words of structure in both languages."""

from __future__ import annotations

import pytest

from newsletter.corpus.reading import read_fields
from newsletter.models.article import Kind

# (kind, language, title, paragraphs)
CASES = [
    (Kind.JOB, "en", "Job offer: Cartographer", ["We are looking for a cartographer. Send your resume and cover letter by May 16, 2022."]),
    (Kind.JOB, "en", "Cartographer, summer 2022", ["EXO is looking for somebody to draw maps: the position of cartographer is open.", "Interested candidates may apply until May 16, 2022."]),
    (Kind.JOB, "fr", "Offre d’emploi : cartographe", ["EXO est à la recherche d’une cartographe.", "Faites parvenir votre CV et une lettre de motivation avant le 16 mai 2022."]),
    (Kind.JOB, "fr", "EXO recrute une cartographe", ["Sous la responsabilité de la direction, la personne dessine des cartes. Temps plein."]),
    (Kind.CALL, "en", "Call for papers: maps", ["Submit your abstract by May 16, 2022."]),
    (Kind.CALL, "en", "EXO opens a map competition", ["Participating teams draw a map. Deadline to apply: May 17, 2023."]),
    (Kind.CALL, "fr", "Appel à communications", ["Soumettez votre proposition d’ici le 16 mai 2022."]),
    (Kind.CALL, "fr", "Appel à projets sur les cartes", ["Les critères d’admissibilité sont en ligne. Date limite : 16 mai 2022."]),
    (Kind.EVENT, "en", "Upcoming webinar on maps", ["Date: May 8, 2021\nTime: 1 p.m. to 2 p.m. (EDT)", "Join us! Online registration"]),
    (Kind.EVENT, "en", "Maps for everyone", ["The workshop will be held on May 8, 2021, from 1 to 2 p.m. To register, write to us."]),
    (Kind.EVENT, "fr", "Webinaire sur les cartes", ["Il aura lieu le 8 mai 2021, de 13 h à 14 h. Inscrivez-vous!"]),
    (Kind.EVENT, "fr", "Événements à venir", ["Le colloque se tiendra du 7 au 9 mai 2021. Pour s’inscrire : https://example.org"]),
    (Kind.PUBLICATION, "en", "Report on maps", ["This report gives an overview of maps. It has five chapters.", "Download the report (in French)"]),
    (Kind.PUBLICATION, "en", "A guide for map makers", ["EXO has published a guide.", "The guide is available in English."]),
    (Kind.PUBLICATION, "fr", "Nouveau rapport sur les cartes", ["EXO a publié un rapport de cinq chapitres.", "Télécharger le rapport"]),
    (Kind.PUBLICATION, "fr", "Étude des cartes", ["Cette étude compare des cartes. Elle est disponible en français."]),
    (Kind.PERSON, "en", "Jane Roe joins the team", ["With a PhD in geography, Jane draws maps. Her career path took her far."]),
    (Kind.PERSON, "en", "A new intern", ["We welcomed a new intern in March. Her studies took her to maps."]),
    (Kind.PERSON, "fr", "Une nouvelle stagiaire", ["Jeanne fait sa maîtrise en géographie. Dans le cadre de son stage, elle dessine."]),
    (Kind.PERSON, "fr", "Jeanne Roy se joint à l’équipe", ["Titulaire d’un doctorat, elle a un long parcours professionnel."]),
    (Kind.PERSON, "fr", "Nouvelle direction", ["EXO annonce la nomination de Jeanne Roy, qui succède à Jean Roy."]),
    (Kind.MEDIA, "en", "EXO in the media: maps", ["For more, read the article “Maps” (published May 8, 2021)."]),
    (Kind.MEDIA, "fr", "EXO dans les médias", ["La directrice a accordé une entrevue. Lisez l’article."]),
    (Kind.PROJECT, "en", "Mapping project in the borough", ["EXO was mandated by the borough. The aim of this project is to draw a map. A steering committee meets."]),
    (Kind.PROJECT, "fr", "Diagnostic cartographique de l’arrondissement", ["EXO a été mandaté pour ce projet. Le but de cette démarche est un plan d’action."]),
    (Kind.NEWS, "en", "EXO took part in a conference", ["On May 8, 2021, we attended a conference. Thanks for the kind invitation!"]),
    (Kind.NEWS, "en", "Our office is closed", ["The office is closed until further notice."]),
    (Kind.NEWS, "fr", "Participation d’EXO à un colloque", ["Nous avons assisté à un colloque. Merci pour l’invitation!"]),
    (Kind.NEWS, "fr", "Notre bureau déménage", ["Le bureau déménage."]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "language", "title", "paragraphs"), CASES, ids=[case[2] for case in CASES])
def test_kind(kind: Kind, language: str, title: str, paragraphs: list[str]) -> None:
    guess = read_fields(title, paragraphs, language).kind
    assert guess.kind is kind
    assert guess.runner_up is not kind


@pytest.mark.parametrize(("kind", "language", "title", "paragraphs"), CASES, ids=[case[2] for case in CASES])
def test_evidence_stands_in_the_text(kind: Kind, language: str, title: str, paragraphs: list[str]) -> None:
    for found in read_fields(title, paragraphs, language).kind.evidence:
        text = title if found.paragraph < 0 else paragraphs[found.paragraph]
        assert text[found.start : found.end] == found.text


def test_an_agenda_makes_an_event() -> None:
    lines = ["May 8, 2021, 9 a.m. – 10 a.m. (EDT)\nCoffee", "May 8, 2021, 10 a.m. – 11 a.m. (EDT)\nTea"]
    assert read_fields("Drinks: our project", lines, "en").kind.kind is Kind.EVENT


def test_nothing_speaks_for_anything() -> None:
    guess = read_fields("Title", ["Some words."], "en").kind
    assert (guess.kind, guess.evidence, guess.runner_up) == (Kind.NEWS, (), None)
    assert guess.score < 0.5
