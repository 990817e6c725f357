"""Who gets which edition, through a real SMTP session on this machine; and what the preview shows of them."""

from __future__ import annotations

import threading
from collections import Counter
from email import message_from_bytes, policy
from typing import Any

from newsletter.commands.demo import run_demo
from newsletter.commands.project import Project
from newsletter.models.text import languages_of
from newsletter.preview.project import preview_build

EDITIONS = {
    "amal@example.org": "ar",
    "samir@example.org": "ar",
    "nadia@example.com": "fr+ar",
    "marie@example.org": "fr",
    "john@example.com": "en",
    "everything@example.com": "fr+en+ar",
    "unknown@example.org": "fr+en+ar",
    "spanish@example.org": "fr+en+ar",
}
LOCALES = {"fr": "fr-CA", "en": "en-CA", "ar": "ar-MA"}


def nothing(*_: Any) -> None:
    return


def test_everybody_gets_the_edition_of_their_languages(world: Project) -> None:
    demo = run_demo(world, None, stop=threading.Event(), on_stage=nothing, on_start=nothing, on_event=nothing)

    assert demo.received == len(EDITIONS)
    assert {one.address: one.edition for one in demo.plan.audience.recipients} == EDITIONS
    received = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in demo.inbox.glob("*.eml")]
    for message in received:
        (to,) = message["To"].addresses
        languages = languages_of(EDITIONS[to.addr_spec])
        assert str(message["Content-Language"]) == ", ".join(LOCALES[each] for each in languages)
    greeted = {message["To"].addresses[0].addr_spec: message for message in received}
    samir = greeted["samir@example.org"]
    assert samir["To"].addresses[0].display_name == "سمير"
    text = samir.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "مرحبًا\u00a0سمير،" in text.replace("\u200e", "")
    assert Counter(demo.plan.audience.per_edition()) == {"ar": 2, "fr+ar": 1, "fr": 1, "en": 1, "fr+en+ar": 3}


def test_the_preview_names_languages_in_themselves(world: Project) -> None:
    state = preview_build(lambda: world, world.root, "2024-05")()
    assert [edition.label for edition in state.editions] == [
        "Français",
        "English",
        "العربية",
        "Français + العربية",
        "Français + English + العربية",
    ]
    assert state.title == "Voisinages"
