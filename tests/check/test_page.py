from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.check.page import read_page


def test_text_of_blocks_does_not_run_together():
    page = read_page("<body><p>Un<p>Deux<br>trois <b>qua</b>tre<table><tr><td>a<td>b</table></body>")
    assert page.text() == "Un Deux trois quatre a b"


def test_head_style_and_script_are_not_read():
    page = read_page(
        "<head><title>T</title></head><body><style>p{}</style><script>x</script>&eacute;&nbsp;a</body>"
    )
    assert page.text() == "é a"
    assert page.styles == ("p{}",)


def test_comments_for_outlook_are_left_out():
    page = read_page("<body><!--[if mso]><table><![endif]--><!--[if !mso]><!--><p>a</p><!--<![endif]--></body>")
    assert [element.tag for element in page.body.elements] == ["p"]


def test_what_is_not_closed_is_closed():
    page = read_page("<body><ul><li>a<li>b</ul><p>c<div>d</div>")
    assert [element.text() for element in page.all("li")] == ["a", "b"]
    assert [element.tag for element in page.body.elements] == ["ul", "p", "div"]


def test_hidden_by_an_ancestor():
    page = read_page('<body><div style="Display : NONE"><p><a>x</a></p></div><a>y</a></body>')
    assert [anchor.hidden for anchor in page.all("a")] == [True, False]


def test_name_of_a_link():
    page = read_page('<a href="/"><img alt="Le plan"> de la ville</a>')
    assert next(page.all("a")).name() == "de la ville Le plan"


def test_depth_is_no_limit():
    page = read_page("<div>" * 5000 + "x")
    assert page.text() == "x"
    assert sum(1 for _ in page.all("div")) == 5000


@example("<![;")
@example("a <![a; b")
@example("<![if !mso]>x<![endif]>")
@given(st.text(alphabet=st.sampled_from("<>/!-[]=\"' abdiptv&;#x"), max_size=80))
def test_nothing_is_refused(source):
    page = read_page(source)
    assert page.text() is not None
    assert all(element.parent is not None for element in page.root.walk() if element is not page.root)
