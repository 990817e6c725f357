from hypothesis import given
from hypothesis import strategies as st

from newsletter.check.rules.mime_text_same import urls_of, word_share

ISSUE = "issues/2021-05.yaml"
LONG = " ".join(f"mot{number}" for number in range(300))


def test_text_that_lacks_most_words(project):
    project.html("</td>", f"<p>{LONG}</p></td>", "fr")
    assert project.found("MIME-TEXT-SAME") == [f"{ISSUE} error"]


def test_empty_text(project):
    project.mail(b"Content-Type: text/plain", b"Content-Type: text/x-other", "fr")
    (finding,) = project.check("MIME-TEXT-SAME")
    assert finding.message == "the text part is missing or empty"
    assert finding.edition == "fr"


def test_link_missing_in_the_text_points_at_the_link(project):
    project.text(
        "Ouvrir la carte des arbres\N{NO-BREAK SPACE}: https://arbres.example/carte",
        "Ouvrir la carte des arbres",
        "fr",
    )
    file = "corpus/street-trees/article.yaml"
    assert project.found("MIME-TEXT-SAME") == [f"{project.at(file, 'arbres.example/carte')} warning"]


def test_link_that_only_the_text_has(project):
    project.text("Nouvelles", "Nouvelles https://arbres.example/extra.", "fr")
    assert project.found("MIME-TEXT-SAME") == [f"{ISSUE} warning"]


def test_addresses_end_before_punctuation():
    text = (
        "Voir (https://a.example/x_(y)), <https://b.example/?q=1>; « https://c.example/z » et https://d.example."
    )
    assert urls_of(text) == {
        "https://a.example/x_(y)",
        "https://b.example/?q=1",
        "https://c.example/z",
        "https://d.example",
    }


@given(st.text(), st.text())
def test_share_is_a_share(html, text):
    assert 0 <= word_share(html, text) <= 1
    assert word_share(html, f"{html} {text}") == 1
