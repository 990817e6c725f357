"""Typography of a Markdown paragraph, in HTML and in text: across emphasis, links and the ends of lines."""

import pytest

from newsletter.locale import NBSP
from newsletter.render.markdown import convert


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ('Elle dit "**oui**" !', "Elle dit «~<strong>oui</strong>~»!", "Elle dit «~oui~»!"),
        ("l'*été* : ici", "l’<em>été</em>~: ici", "l’été~: ici"),
        (
            '"[Le plan](https://example.org/l\'a:b)" :',
            '«~<a href="https://example.org/l\'a:b">Le plan</a>~»~:',
            "«~Le plan <https://example.org/l'a:b>~»~:",
        ),
        ("le 8\nmai à 13\nh 30", "le 8~mai à 13~h~30", "le 8~mai à 13~h~30"),
        ("un `l'x : y` et `a ?`", "un <code>l'x : y</code> et <code>a ?</code>", "un l'x : y et a ?"),
        ("une ligne\nune autre", "une ligne\nune autre", "une ligne une autre"),
    ],
)
def test_french(source: str, html: str, text: str) -> None:
    made = convert(source, "fr-CA")
    assert made.html == f"<p>{html}</p>".replace("~", "&nbsp;")
    assert made.text == text.replace("~", NBSP)
    assert made.faults == ()


def test_english() -> None:
    made = convert('She said "*yes*": it\'s **now** !', "en-CA")
    assert made.html == "<p>She said “<em>yes</em>”: it’s <strong>now</strong>!</p>"
    assert made.text == "She said “yes”: it’s now!"
