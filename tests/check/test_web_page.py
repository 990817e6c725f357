import pytest

from newsletter.check import run_rules

FILE = "newsletter.yaml"
PAGES = "https://atelier.example/infolettre/2021-05/"
LINK = '<a href="https://www.atelier.example/en/" lang="en-CA" hreflang="en-CA">English version</a>'


@pytest.fixture
def paged(project):
    """The sound project with pages on the web that no mail leads to."""
    return project.edit(
        FILE, "  list_id:", '  web_page: "https://atelier.example/infolettre/{issue}/{edition}.html"\n  list_id:'
    )


def linked(project):
    """Every mail leads to its page and to that of the other language, in both parts."""
    for code, others in (("fr", ("en",)), ("en", ("fr",)), ("fr+en", ())):
        urls = [f"{PAGES}{one.replace('+', '%2B')}.html" for one in (code, *others)]
        anchors = "".join(f'<p><a href="{url}">{url}</a></p>' for url in urls)
        project.html("</body>", f"{anchors}</body>", code)
        project.text("Vous", "\n".join([*urls, "Vous"]), code) if code != "en" else project.text(
            "You", "\n".join([*urls, "You"]), code
        )
    return project


def test_mails_that_do_not_lead_to_their_pages(paged):
    place = paged.at(FILE, "web_page")
    found = paged.check("WEB-PAGE")
    assert {f"{one.file}:{one.line} {one.severity.value}" for one in found} == {f"{place} warning"}
    assert sorted((one.edition, one.message.split()[1], one.message.rpartition("/")[2]) for one in found) == [
        (edition, part, f"{page}.html")
        for edition, pages in (("en", ("en", "fr")), ("fr", ("en", "fr")), ("fr+en", ("fr%2Ben",)))
        for part in ("HTML", "text")
        for page in pages
    ]


def test_mails_that_lead_there(paged):
    assert linked(paged).found("WEB-PAGE") == []


def test_a_place_in_the_page_is_the_page(paged):
    linked(paged).html(f'href="{PAGES}fr%2Ben.html"', f'href="{PAGES}fr%2Ben.html#en"', "fr+en")
    assert paged.found("WEB-PAGE") == []


def test_only_the_part_that_lacks_it(paged):
    linked(paged).text(f"{PAGES}en.html", "", "fr")
    (finding,) = paged.check("WEB-PAGE")
    assert (finding.edition, finding.message) == (
        "fr",
        f"the text of the edition 'fr' does not lead to {PAGES}en.html",
    )


def test_without_pages_nothing_is_asked(project):
    assert project.found("WEB-PAGE") == []


def test_pages_that_readers_cannot_reach_are_told_at_the_line_of_the_pattern(paged):
    linked(paged).edit(FILE, "https://atelier.example/infolettre/", "https://localhost/infolettre/")
    for code in ("fr", "en", "fr+en"):
        paged.html(f'href="{PAGES}', 'href="https://localhost/infolettre/2021-05/', code)
    place = paged.at(FILE, "web_page")
    found = [one for one in run_rules(paged.subject(), {}) if one.rule == "LNK-SCHEME"]
    assert {f"{one.file}:{one.line}" for one in found} == {place}
