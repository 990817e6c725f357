"""Filters that put values of a template into the words of a language."""

from pathlib import Path

import pytest

from newsletter.locale import NBSP
from newsletter.render.environment import environment_for

HOUSE = Path(__file__).parents[2] / "templates" / "house"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1234.5|number('fr-CA')", "1~234,5"),
        ("25|money('fr-CA')", "25~$"),
        ("25|money('en-CA')", "$25"),
        ("0.125|percent('fr-CA')", "12,5~%"),
        ("2|ordinal('fr-CA')", "2e"),
        ("1|ordinal('fr-CA', feminine=true)", "1re"),
        ("'Vraiment : oui !'|typography('fr-CA')", "Vraiment~: oui!"),
    ],
)
def test_a_value_in_words(expression: str, expected: str) -> None:
    environment = environment_for((HOUSE,))
    source, _ = environment.marks.take_out(environment.from_string("{{ " + expression + " }}").render())
    assert source == expected.replace("~", NBSP)
