"""The samples of the gallery: the file that holds them is whole, and says everything in both languages."""

from __future__ import annotations

from newsletter.commands.gallery.samples import content
from newsletter.models.issue import Layout


def test_every_layout_has_an_ordinary_sample_and_a_bare_one():
    samples = content().samples
    assert {sample.layout for sample in samples} == set(Layout)
    for layout in Layout:
        ids = [sample.id for sample in samples if sample.layout is layout]
        assert ids[-1].startswith("notices-call" if layout is Layout.NOTICES else f"{layout}-bare")
        assert len(ids) >= 2


def test_samples_are_told_apart_and_say_what_they_show_in_both_languages():
    samples = content().samples
    assert len({sample.id for sample in samples}) == len(samples)
    for sample in samples:
        assert set(sample.shows) == {"fr", "en"}
        assert sample.shows["fr"] != sample.shows["en"]
        assert set(sample.fr.alts) == set(sample.en.alts)
        assert set(sample.fr.links) == set(sample.en.links)
        assert bool(sample.fr.body) == bool(sample.en.body)


def test_a_language_without_samples_shows_the_english():
    sample = content().samples[0]
    article = sample.article(["es"], {"fr": "Éditeur", "en": "Publisher", "es": "Editor"})
    assert article.translations["es"].data.title == sample.en.title
    assert article.translations["es"].body.startswith("Two hundred people")
