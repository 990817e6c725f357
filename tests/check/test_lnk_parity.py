from dataclasses import replace

from newsletter.check import run_rules
from newsletter.models.assets import Assets

EVENT = "corpus/open-sessions/article.yaml"
ONE_PER_LANGUAGE = (
    'url: {fr: "https://www.atelier.example/fr/seances", en: "https://www.atelier.example/en/sessions"}'
)


def test_address_missing_in_one_language(project):
    project.edit(EVENT, ', en: "https://www.atelier.example/en/sessions"', "")
    (finding,) = project.check("LNK-PARITY")
    assert f"{finding.file}:{finding.line}" == project.at(EVENT, "url:")
    assert finding.edition == "en"


def test_page_that_exists_in_one_language_only(project):
    project.edit(EVENT, ONE_PER_LANGUAGE, "url: https://www.atelier.example/fr/seances\n    language: fr")
    assert project.found("LNK-PARITY") == []


def test_link_of_one_edition(project):
    project.html("</td>", '<a href="https://social.example/us">Nous suivre</a></td>', "fr")
    (finding,) = project.check("LNK-PARITY")
    assert finding.file == "issues/2021-05.yaml"
    assert "https://social.example/us" in finding.message
    assert finding.edition == "en"


def test_link_written_in_one_text_points_there(project):
    file = "corpus/street-trees/fr.md"
    project.html("</td>", '<a href="https://arbres.example/guide">guide</a></td>', "fr")
    assert project.found("LNK-PARITY") == [f"{project.at(file, 'arbres.example/guide')} error"]


def test_links_of_an_article_that_one_edition_leaves_out(project):
    project.delete("corpus/street-trees/en.md")
    project.waive("{rule: BIL-BOTH, article: street-trees, language: en, reason: later}")
    assert project.found("LNK-PARITY") == []


def test_calendar_files_of_two_languages_are_one_link(project):
    for code in ("fr", "en"):
        project.html(
            "<h1>", f'<p><a href="https://a.example/calendar/open-sessions.{code}.ics">+</a></p><h1>', code
        )
    assert len(project.check("LNK-PARITY")) == 2
    urls = {
        ("open-sessions", code): f"https://a.example/calendar/open-sessions.{code}.ics" for code in ("fr", "en")
    }
    subject = replace(project.subject(), assets=Assets({}, urls))
    assert [one for one in run_rules(subject, {}) if one.rule == "LNK-PARITY"] == []
