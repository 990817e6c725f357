"""The preview in Chromium: what a person sees, and what an article must not be able to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FRAME = "iframe:not(.loading)"


def frame(page: Page, width: str = "phone") -> Any:
    """The mail as shown at that width."""
    return page.frame_locator(f".{width} {FRAME}")


def style(page: Page, width: str, selector: str, name: str) -> str:
    return str(frame(page, width).locator(selector).evaluate("(e, name) => getComputedStyle(e)[name]", name))


def open_at(page: Page, preview: Any, place: str = "width=both", query: str = "") -> None:
    page.goto(f"{preview.url}{query}#{place}", wait_until="domcontentloaded")
    page.wait_for_selector("html[data-epoch]")


def test_the_issue_is_shown_at_both_widths(page: Page, preview: Any) -> None:
    open_at(page, preview)
    expect(page).to_have_title("Février 2024 – Preview")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Février 2024")
    expect(frame(page, "phone").get_by_text("Une colonne")).to_be_visible()
    expect(frame(page, "phone").get_by_text("Deux colonnes")).to_be_hidden()
    expect(frame(page, "desktop").get_by_text("Deux colonnes")).to_be_visible()
    for width, pixels in (("phone", 375), ("desktop", 700)):
        inside = page.locator(f".{width} {FRAME}").evaluate(
            "f => [f.contentWindow.innerWidth, f.contentDocument.documentElement.clientWidth]"
        )
        assert inside == [pixels, pixels]


def test_the_width_switch(page: Page, preview: Any) -> None:
    open_at(page, preview, "width=phone")
    expect(page.locator(FRAME)).to_have_count(1)
    page.get_by_label("Desktop", exact=True).check()
    expect(frame(page, "desktop").get_by_text("Deux colonnes")).to_be_visible()
    expect(page.locator("figure.phone")).to_have_count(0)
    page.get_by_label("Both", exact=True).check()
    expect(page.locator(FRAME)).to_have_count(2)


def test_the_inbox_line_and_the_sizes(page: Page, preview: Any) -> None:
    open_at(page, preview)
    inbox = page.get_by_role("region", name="As an inbox shows it")
    expect(inbox).to_contain_text("Données ouvertes Montréal")
    expect(inbox).to_contain_text("Février : la donnée au service du climat")
    expect(inbox).to_contain_text("Trois rencontres")
    expect(page.locator("#html-size")).to_have_text(re.compile(r"HTML \d\.\d KB of 102 KB"))
    expect(page.locator("#findings-button")).to_have_text("Nothing to report")


def test_edition_tabs(page: Page, preview: Any) -> None:
    open_at(page, preview)
    expect(frame(page).get_by_role("heading", level=1)).to_have_text("Février (fr)")
    page.get_by_role("tab", name="Français + English").click()
    expect(frame(page).get_by_role("heading", level=1)).to_have_text("Février (fr+en)")
    expect(page.get_by_role("tab", name="Français + English")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Français", exact=True)).to_have_attribute("aria-selected", "false")


def test_view_tabs(page: Page, preview: Any) -> None:
    open_at(page, preview)
    page.get_by_role("tab", name="Text").click()
    expect(page.locator("#text-body")).to_have_text("Février (fr)\n\nBonjour à tous\n")
    page.get_by_role("tab", name="Headers").click()
    row = page.get_by_role("row").filter(has_text="List-Unsubscribe-Post")
    expect(row).to_contain_text("List-Unsubscribe=One-Click")
    expect(page.get_by_role("row").filter(has_text="text/html")).to_contain_text("quoted-printable")
    page.get_by_role("tab", name="Source").click()
    expect(page.locator("#source-body")).to_contain_text("<!doctype html>")
    page.get_by_label("Whole message").check()
    expect(page.locator("#source-body")).to_contain_text("Content-Transfer-Encoding: quoted-printable")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download .eml").click()
    assert download.value.suggested_filename == "2024-02.fr.eml"
    page.get_by_role("tab", name="Mail").click()
    expect(frame(page).get_by_role("heading", level=1)).to_be_visible()


def test_the_keyboard_moves_between_tabs(page: Page, preview: Any) -> None:
    open_at(page, preview)
    page.get_by_role("tab", name="Mail").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Text")).to_be_focused()
    expect(page.locator("#text-body")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Source")).to_be_focused()
    page.get_by_role("tab", name="Français", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Français + English")).to_be_focused()
    expect(page.get_by_role("tab", name="Français + English")).to_have_attribute("aria-selected", "true")


def test_dark_shows_the_bytes_that_are_sent(page: Page, preview: Any) -> None:
    open_at(page, preview)
    expect(frame(page).locator(".card")).to_have_css("background-color", "rgb(255, 255, 255)")
    page.get_by_label("Dark", exact=True).check()
    for width in ("phone", "desktop"):
        expect(frame(page, width).locator(".card")).to_have_css("background-color", "rgb(28, 31, 34)")
        assert "scheme" not in (page.locator(f".{width} {FRAME}").get_attribute("src") or "")
    expect(page.locator("#emulated")).to_be_hidden()
    page.get_by_label("Light", exact=True).check()
    expect(frame(page).locator(".card")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_a_browser_that_cannot_choose_colours_gets_a_marked_copy(page: Page, preview: Any) -> None:
    page.emulate_media(color_scheme="light")  # an emulated scheme reaches every frame, whatever the page asks for
    open_at(page, preview)
    expect(frame(page).locator(".card")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("#emulated")).to_be_hidden()
    page.get_by_label("Dark", exact=True).check()
    expect(frame(page).locator(".card")).to_have_css("background-color", "rgb(28, 31, 34)")
    expect(page.locator("#emulated")).to_contain_text("Imitated colours")
    page.get_by_label("Light", exact=True).check()
    expect(frame(page).locator(".card")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("#emulated")).to_be_hidden()


def test_a_save_renews_the_page_in_place(page: Page, preview: Any, project: Any) -> None:
    open_at(page, preview)
    page.evaluate("window.untouched = true")
    frame(page).locator("#body").wait_for()
    page.locator("#panel").evaluate("panel => panel.scrollTo(0, 300)")
    project.save("Bonsoir à toutes")
    expect(frame(page, "phone").get_by_text("Bonsoir à toutes")).to_be_attached()
    expect(frame(page, "desktop").get_by_text("Bonsoir à toutes")).to_be_attached()
    assert page.evaluate("window.untouched")
    assert page.locator("#panel").evaluate("panel => panel.scrollTop") == 300


def test_every_view_is_renewed(page: Page, preview: Any, project: Any) -> None:
    open_at(page, preview, "view=text")
    expect(page.locator("#text-body")).to_contain_text("Bonjour")
    project.save("Bonsoir")
    expect(page.locator("#text-body")).to_contain_text("Bonsoir")
    page.get_by_role("tab", name="Source").click()
    project.write(
        "templates/house/mail.html", "<!doctype html><p>{body} {title}</p><!-- new template {filler} -->"
    )
    expect(page.locator("#source-body")).to_contain_text("new template")


def test_a_mistake_is_a_readable_page_that_heals(page: Page, preview: Any, project: Any) -> None:
    open_at(page, preview)
    frame(page).locator("#body").wait_for()
    project.save("Bonjour oops à tous")
    expect(page.get_by_role("heading", name="This issue cannot be shown yet")).to_be_visible()
    report = page.locator("#broken .report")
    expect(report).to_contain_text("issues/2024-02.txt:2:15")
    expect(report).to_contain_text("“oops” is not a word we print")
    expect(report).to_contain_text("write something else")
    expect(report.locator(".fault")).to_contain_text("2body: Bonjour oops à tous")
    word = report.locator(".fault span").evaluate(
        """span => { const range = document.createRange(); range.setStart(span.firstChild, 14); range.setEnd(span.firstChild, 15);
        return range.getBoundingClientRect().left; }"""
    )
    caret = report.locator(".caret").evaluate(
        """row => { const range = document.createRange(); range.selectNode(row.lastChild); return range.getBoundingClientRect().left; }"""
    )
    assert abs(word - caret) < 1
    expect(page.locator("#findings-button")).to_have_text("1 error")
    expect(page.locator(FRAME)).to_have_count(0)
    project.save("Bonjour à tous")
    expect(frame(page).get_by_text("Bonjour à tous")).to_be_visible()
    expect(page.locator("#broken")).to_have_count(0)


def test_trouble_of_the_world_is_a_page_that_heals(page: Page, preview: Any, project: Any) -> None:
    project.save("explode")
    open_at(page, preview)
    expect(page.get_by_role("heading", name="The issue could not be built")).to_be_visible()
    expect(page.locator("#broken")).to_contain_text("check who may read this folder")
    project.save("Bonjour")
    expect(frame(page).get_by_text("Bonjour")).to_be_visible()


def test_a_mistake_in_one_edition_leaves_the_others(page: Page, preview: Any, project: Any) -> None:
    open_at(page, preview)
    frame(page).locator("#body").wait_for()
    expect(page.locator("#findings")).to_be_hidden()
    project.save("Bonjour english-only oops")
    expect(page.locator("#findings")).to_be_visible()
    expect(page.locator("#findings")).to_contain_text("Errors stop a send.")
    expect(frame(page).get_by_role("heading", level=1)).to_have_text("Février (fr)")
    page.get_by_role("tab", name="English", exact=True).click()
    expect(page.get_by_role("heading", name="The edition “English” cannot be shown yet")).to_be_visible()
    project.save("Bonjour")
    expect(frame(page).get_by_role("heading", level=1)).to_have_text("Février (en)")
    expect(page.locator("#findings")).to_be_hidden()


def test_warnings_are_counted_and_listed(page: Page, preview: Any, project: Any) -> None:
    open_at(page, preview)
    project.save("Bonjour hmm")
    button = page.locator("#findings-button")
    expect(button).to_have_text("1 warning")
    expect(page.locator("#findings")).to_be_hidden()
    button.click()
    expect(page.get_by_role("region", name="Findings")).to_contain_text("issues/2024-02.txt:2:15")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#findings")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_reload_keeps_the_place(page: Page, preview: Any) -> None:
    open_at(page, preview)
    page.get_by_role("tab", name="Français + English").click()
    page.get_by_label("Desktop", exact=True).check()
    page.get_by_label("Dark", exact=True).check()
    expect(frame(page, "desktop").get_by_role("heading", level=1)).to_have_text("Février (fr+en)")
    page.locator("#panel").evaluate("panel => panel.scrollTo(0, 250)")
    expect(page).to_have_url(re.compile("y=250"))
    page.reload()
    expect(frame(page, "desktop").get_by_role("heading", level=1)).to_have_text("Février (fr+en)")
    expect(frame(page, "desktop").locator(".card")).to_have_css("background-color", "rgb(28, 31, 34)")
    expect(page.locator("#panel")).to_have_js_property("scrollTop", 250)
    expect(page.locator("figure.phone")).to_have_count(0)


def test_the_page_speaks_french(page: Page, preview: Any) -> None:
    open_at(page, preview, query="?ui=fr", place="edition=en&width=both")
    expect(page.get_by_role("tab", name="En-têtes")).to_be_visible()
    expect(page.locator("#findings-button")).to_have_text("Rien à signaler")
    page.get_by_role("link", name="Page in English").click()
    expect(page.get_by_role("tab", name="Headers")).to_be_visible()
    expect(page.get_by_role("tab", name="English", exact=True)).to_have_attribute("aria-selected", "true")


def test_an_article_runs_nothing(page: Page, preview: Any, project: Any) -> None:
    attack = (
        "<script>parent.stolen = 1</script><img src=x onerror='parent.stolen = 2'>"
        "<a id=bait href='javascript:parent.stolen = 3; opener.stolen = 4'>bait</a>"
        "<iframe srcdoc='<script>top.stolen = 5</script>'></iframe>"
        "<form id=form action=/state.json><button id=submit>submit</button></form>"
        "<meta http-equiv=refresh content='0;url=/state.json'><p id=end>end</p>"
    )
    project.save(attack)
    open_at(page, preview, "width=phone")
    frame(page).locator("#end").wait_for()
    frame(page).locator("#bait").click()
    frame(page).locator("#submit").click()
    # Whatever was to run has had its turn once a later save has been drawn.
    project.save("calm")
    expect(frame(page).get_by_text("calm")).to_be_visible()
    assert page.evaluate("[window.stolen, document.title]") == [None, "Février 2024 – Preview"]
    assert [other.evaluate("window.stolen") for other in page.context.pages if other is not page] in ([], [None])


def test_words_of_a_file_are_never_markup(page: Page, preview: Any, project: Any) -> None:
    project.write(project.FILE, "title: <img src=x onerror='window.stolen=1'>\nbody: <b id=bold>oops</b>\n")
    open_at(page, preview)
    expect(page.locator("#broken .fault")).to_contain_text("<b id=bold>oops</b>")
    expect(page.locator("#bold")).to_have_count(0)
    project.write(project.FILE, "title: <b id=bold>T</b>\nbody: x\n")
    expect(page.locator("#subject")).to_contain_text("<b id=bold>T</b>")
    expect(page.locator("#bold")).to_have_count(0)


def test_links_open_beside_the_preview(page: Page, preview: Any) -> None:
    page.context.route("https://www.example.org/**", lambda route: route.fulfill(body="elsewhere"))
    open_at(page, preview)
    with page.context.expect_page() as popup:
        frame(page).get_by_role("link", name="Lire la suite").click()
    expect(popup.value).to_have_url("https://www.example.org/lire?a=1&b=2")
    assert popup.value.evaluate("window.opener") is None
    expect(frame(page).get_by_role("heading", level=1)).to_be_visible()


def test_jump_links_jump(page: Page, preview: Any) -> None:
    open_at(page, preview, "width=phone")
    expect(frame(page).locator("#en")).not_to_be_in_viewport()
    frame(page).get_by_role("link", name="English").click()
    expect(frame(page).locator("#en")).to_be_in_viewport()


def test_an_image_that_never_arrives_does_not_hold_up_the_mail(page: Page, preview: Any, project: Any) -> None:
    page.context.route("https://images.example.org/**", lambda _: None)  # neither answered nor refused
    project.save("<img src='https://images.example.org/slow.png' width=20 height=20 alt='slow'> here")
    open_at(page, preview)
    expect(frame(page).locator("#body")).to_contain_text("here")
    project.save("gone")
    expect(frame(page).locator("#body")).to_contain_text("gone")
    page.context.unroute_all(behavior="ignoreErrors")


def test_a_preview_that_was_stopped_is_said_and_picked_up_again(page: Page, project: Any, serving: Any) -> None:
    with serving(project.build, project.root) as first:
        port = int(first.url.strip("/").rpartition(":")[2])
        open_at(page, first, "edition=en&width=phone")
        expect(page.locator("#live-text")).to_have_text("Live")
    expect(page.locator("#live-text")).to_have_text("Not connected")
    project.save("Me revoici")
    with serving(project.build, project.root, port=port) as second:
        assert second.url == first.url
        expect(frame(page).get_by_text("Me revoici")).to_be_visible()
        expect(page.get_by_role("tab", name="English", exact=True)).to_have_attribute("aria-selected", "true")


def test_a_phone_shows_it_too(page: Page, preview: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 740})
    open_at(page, preview, "")
    expect(frame(page).get_by_text("Une colonne")).to_be_visible()
    assert page.locator(FRAME).evaluate("f => f.contentWindow.innerWidth") == 375
    assert page.evaluate("document.documentElement.scrollWidth") == 375
