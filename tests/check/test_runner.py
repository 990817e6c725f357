from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.check import run_rules
from newsletter.models.finding import Finding, Severity

ISSUE = "issues/2021-05.yaml"
PUBLICATION = "newsletter.yaml"


def short_link(project):
    return project.edit("corpus/street-trees/article.yaml", "https://arbres.example/carte", "https://bit.ly/x")


# Levels


@pytest.mark.parametrize("name", ["LNK-SHORT", "lnk-short", "link-shortener"])
@pytest.mark.parametrize(("level", "severity"), [("info", "info"), ("warning", "warning"), ("error", "error")])
def test_level_by_id_or_alias(project, name, level, severity):
    (finding,) = short_link(project).check("LNK-SHORT", {name: level})
    assert finding.severity.value == severity


@pytest.mark.parametrize("level", ["off", "false"])
def test_off(project, level):
    assert short_link(project).check("LNK-SHORT", {"LNK-SHORT": level}) == []


def test_levels_are_not_changed(project):
    levels = {"LNK-SHORT": "off", "no-such": "info"}
    run_rules(project.subject(), levels)
    assert levels == {"LNK-SHORT": "off", "no-such": "info"}


@pytest.mark.parametrize(
    ("name", "hint"), [("LNK-SCHEMA", "Did you mean 'LNK-SCHEME'?"), ("link-shortner", "Did")]
)
def test_unknown_rule(project, name, hint):
    project.edit(PUBLICATION, "rules: {}", f"rules:\n  {name}: info")
    (finding,) = [one for one in run_rules(project.subject(), {name: "info"}) if one.rule == "CHECK-LEVEL"]
    assert f"{finding.file}:{finding.line}" == project.at(PUBLICATION, name)
    assert finding.severity is Severity.ERROR
    assert (finding.hint or "").startswith(hint)


def test_unknown_level(project):
    (finding,) = [one for one in run_rules(project.subject(), {"LNK-SHORT": "loud"}) if one.rule == "CHECK-LEVEL"]
    assert finding.hint == "Write one of off, info, warning, error"


def test_rule_like_nothing(project):
    (finding,) = run_rules(project.subject(), {"zzz": "info"})
    assert finding.hint == "All rules are listed in docs/reference/rules.md."


# Waivers


def test_waiver_names_its_reason(project):
    short_link(project).waive("{rule: LNK-SHORT, reason: the museum has no other address}")
    (finding,) = project.check("LNK-SHORT")
    assert finding.severity is Severity.INFO
    assert finding.message.endswith("(waived: the museum has no other address)")


def test_waiver_by_alias_for_an_article(project):
    short_link(project).waive("{rule: link-shortener, article: street-trees, reason: r}")
    assert [one.severity.value for one in project.check("LNK-SHORT")] == ["info"]


@pytest.mark.parametrize("part", ["article: open-sessions", "language: fr"])
def test_waiver_of_another_part(project, part):
    short_link(project).waive(f"{{rule: LNK-SHORT, {part}, reason: r}}")
    assert [one.severity.value for one in project.check("LNK-SHORT")] == ["error"]


def test_waiver_of_one_language(project):
    for language, alt in (("fr", "Un platane devant une rangée de maisons"), ("en", "A plane tree in front of")):
        project.edit(f"corpus/street-trees/{language}.md", alt, "photo.jpg" if language == "fr" else "Photo of")
    project.waive("{rule: A11Y-ALT-TEXT, language: fr, reason: r}")
    assert {(one.edition, one.severity.value) for one in project.check("A11Y-ALT-TEXT")} == {
        ("fr", "info"),
        ("en", "warning"),
    }


def test_waiver_of_an_entry_in_the_issue(project):
    project.edit(ISSUE, "- street-trees", '- article: street-trees\n        summary: {en: "Trees."}')
    project.waive("{rule: BIL-BOTH, article: street-trees, reason: r}")
    assert [one.severity.value for one in project.check("BIL-BOTH")] == ["info"]


def test_unused_waiver(project):
    project.waive("{rule: LNK-SHORT, reason: r}")
    (finding,) = run_rules(project.subject(), {})
    assert (finding.rule, finding.severity) == ("WAIVE-UNUSED", Severity.INFO)
    assert f"{finding.file}:{finding.line}" == project.at(ISSUE, "{rule: LNK-SHORT")


def test_waiver_of_an_unknown_rule(project):
    project.waive("{rule: LNK-SHRT, reason: r}")
    (finding,) = run_rules(project.subject(), {})
    assert (finding.rule, finding.severity) == ("WAIVE-UNKNOWN", Severity.WARNING)
    assert finding.hint == "Did you mean 'LNK-SHORT'?"


# What comes out


def test_worst_first_then_by_place(project):
    short_link(project).edit("corpus/street-trees/fr.md", "Ouvrir la carte des arbres", "ici")
    project.edit(ISSUE, "Open sessions and street trees", "x" * 45)
    assert [one.severity.value for one in run_rules(project.subject(), {})] == ["error", "warning", "info"]


def test_same_twice(project):
    subject = short_link(project).subject()
    assert run_rules(subject, {}) == run_rules(subject, {})


def test_already_reported(project):
    project.delete("corpus/street-trees/en.md")
    subject = project.subject()
    before = [one for one in run_rules(subject, {}) if one.rule == "BIL-BOTH"]
    assert before
    assert not [one for one in run_rules(subject, {}, already=before) if one.rule == "BIL-BOTH"]


def test_refused_by_the_renderer_already(project):
    file = "corpus/street-trees/en.md"
    project.edit(file, "https://arbres.example/guide", "arbres.example/guide")
    subject = project.subject()
    (finding,) = [one for one in run_rules(subject, {}) if one.rule == "LNK-EMPTY"]
    refused = Finding("MD-LINK", Severity.ERROR, "a link", file, finding.line)
    assert not [one for one in run_rules(subject, {}, already=[refused]) if one.rule == "LNK-EMPTY"]


def test_rules_hold_without_anything_made(project):
    subject = replace(short_link(project).subject(), editions={}, rendered={}, messages={}, compiled={})
    assert [one.rule for one in run_rules(subject, {})] == ["LNK-SHORT"]


def test_rules_hold_without_messages(project):
    subject = replace(project.subject(), messages={}, compiled={})
    assert run_rules(subject, {}) == ()


def test_rules_hold_without_positions(project):
    project.edit(PUBLICATION, "reply_to: bonjour@", "reply_to: noreply@")
    subject = replace(project.subject(), publication_source=None)
    (finding,) = [one for one in run_rules(subject, {}) if one.rule == "AUTH-REPLY"]
    assert finding.place == "newsletter.yaml"


def test_subject_takes_no_more_than_its_fields(project):
    names = {field.name for field in fields(project.subject())}
    assert names >= {"publication", "issue", "corpus", "editions", "rendered", "messages", "compiled"}


# Nothing that a message holds may stop the rules


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400), cut=st.integers(0, 3000), html=st.text(max_size=200))
def test_no_message_stops_the_rules(project, raw, cut, html):
    subject = project.subject()
    whole = subject.messages["fr"]
    broken = {"fr": whole[:cut] + raw + whole[cut:], "en": raw, "fr+en": whole.replace(b"<body>", html.encode())}
    for finding in run_rules(replace(subject, messages=broken), {}):
        assert finding.message
