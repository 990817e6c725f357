"""A period that cannot be put in words is found when the file is read, not when a mail is rendered."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from newsletter.models.article import PersonData, ProjectData


@pytest.mark.parametrize("text", ["2019/2022", "2023", "2022-01", "2021-05-07/..", "../2022"])
def test_a_period_is_kept_as_written(text: str) -> None:
    assert ProjectData.model_validate({"status": "done", "period": text}).period == text


@pytest.mark.parametrize("text", ["2022/2019", "mai 2021", "2021-13", "2021-02-30", "../.."])
def test_no_period_is_a_mistake_of_the_file(text: str) -> None:
    with pytest.raises(ValidationError, match=r"not a date|calendar|before it starts|neither"):
        ProjectData.model_validate({"status": "done", "period": text})


def test_since_is_one_date_and_no_interval() -> None:
    person = {"name": "Anaïs", "role": {"fr": "Directrice", "en": "Director"}}
    assert PersonData.model_validate({**person, "since": "2022-01"}).since == "2022-01"
    with pytest.raises(ValidationError, match="not a date"):
        PersonData.model_validate({**person, "since": "2019/2022"})
