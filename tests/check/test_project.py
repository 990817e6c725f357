"""The project the other tests break is sound to begin with."""

from newsletter.check import run_rules


def test_sound_project_has_no_findings(project):
    assert run_rules(project.subject(), {}) == ()
