"""The address pattern of an issue's pages: what is sound, what address and what file come of it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.models.web_page import page_address, page_file, page_folder, pattern_fault

SOUND = "https://www.example.org/news/{issue}/{edition}.html"


@pytest.mark.parametrize(
    ("pattern", "folder", "file", "address"),
    [
        (SOUND, "https://www.example.org/news/", "2024-02/fr+en.html", "news/2024-02/fr%2Ben.html"),
        (
            "https://www.example.org/{issue}/{edition}/",
            "https://www.example.org/",
            "2024-02/fr+en/index.html",
            "2024-02/fr%2Ben/",
        ),
        (
            "https://www.example.org/a/n-{issue}-{edition}.htm",
            "https://www.example.org/a/",
            "n-2024-02-fr+en.htm",
            "a/n-2024-02-fr%2Ben.htm",
        ),
        (
            "https://www.example.org/{edition}/num%C3%A9ro/{issue}/",
            "https://www.example.org/",
            "fr+en/numéro/2024-02/index.html",
            "fr%2Ben/num%C3%A9ro/2024-02/",
        ),
    ],
)
def test_address_and_file(pattern: str, folder: str, file: str, address: str) -> None:
    assert pattern_fault(pattern) is None
    assert page_folder(pattern) == folder
    assert page_file(pattern, "2024-02", "fr+en") == file
    assert page_address(pattern, "2024-02", "fr+en") == f"https://www.example.org/{address}"


@pytest.mark.parametrize(
    ("pattern", "message", "hint"),
    [
        ("http://www.example.org/{issue}/{edition}.html", "https:// on", "https://www.example.org/newsletter/"),
        ("www.example.org/{issue}/{edition}.html", "https:// on", "https://www.example.org/newsletter/"),
        ("https://www.example.org/{isue}/{edition}.html", "no placeholder {isue}", "Did you mean 'issue'?"),
        ("https://www.example.org/{token}/{edition}.html", "no placeholder {token}", "{issue} and {edition}"),
        ("https://www.example.org/{}/{edition}.html", "no placeholder {}", "{issue} and {edition}"),
        ("https://www.example.org/{issue/{edition}.html", "a brace stands alone", "{issue}"),
        ("https://www.example.org/{issue}/{edition.html", "a brace stands alone", "{issue} and {edition}"),
        ("https://www.example.org/{{issue}}/{edition}.html", "a brace stands alone", "{issue} and {edition}"),
        ("https://www.example.org/{issue}.html", "{edition} is missing", "{edition}"),
        ("https://www.example.org/{edition}.html", "{issue} is missing", "{issue}"),
        ("https://www.example.org/{issue}/{edition}", ".html or / at the end", "newsletter build"),
        ("https://www.example.org/{issue}/{edition}.php", ".html or / at the end", "newsletter build"),
        ("https://www.example.org/?i={issue}&e={edition}", "no ? or #", "https://"),
        ("https://www.example.org/{issue}/{edition}.html#top", "no ? or #", "https://"),
        ("https://www.example.org/{issue}/{edition}/?", "no ? or #", "https://"),
        ("https://{edition}.example.org/{issue}/", "name of a web site", "https://"),
        ("https://me:secret@www.example.org/{issue}/{edition}/", "name of a web site", "https://"),
        ("https:///{issue}/{edition}/", "name of a web site", "https://"),
        ("https://www.example.org:x/{issue}/{edition}/", "cannot be read", "browser"),
        ("https://www.example.org/../{issue}/{edition}/", "one of dots", "https://"),
        ("https://www.example.org/{issue}/%2E%2e/{edition}/", "one of dots", "https://"),
        ("https://www.example.org//{issue}/{edition}/", "an empty part", "https://"),
        ("https://www.example.org/{issue}/{edition}//", "an empty part", "https://"),
        ("https://www.example.org/a b/{issue}/{edition}/", "' ' cannot stand in an address", "browser"),
        ("https://www.exämple.org/{issue}/{edition}/", "'ä' cannot stand in an address", "browser"),
        ('https://www.example.org/"/{issue}/{edition}/', "'\"' cannot stand", "browser"),
    ],
)
def test_what_is_wrong_and_what_to_do(pattern: str, message: str, hint: str) -> None:
    fault = pattern_fault(pattern)
    assert fault is not None
    assert message in fault[0]
    assert hint in fault[1]


@given(st.text(max_size=60), st.text(alphabet="abcz09-_. é+%", min_size=1, max_size=20))
def test_a_sound_pattern_never_leads_out_of_its_folder(middle: str, issue: str) -> None:
    pattern = f"https://www.example.org/{middle}/{{issue}}/{{edition}}.html"
    if pattern_fault(pattern) is not None or issue.strip(".") == "":
        return
    file = page_file(pattern, issue, "fr+en")
    assert ".." not in file.split("/")
    assert not file.startswith("/")
    address = page_address(pattern, issue, "fr+en")
    assert urlsplit(address).hostname == "www.example.org"
    assert unquote(address).endswith(f"{issue}/fr+en.html")
