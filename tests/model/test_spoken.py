"""Phrases of kept results in another language."""

from __future__ import annotations

import pytest

from corridor.model.language import language
from corridor.model.spoken import spoken
from tests.cases import ferry


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("Ceiling of Grain", "Потолок рынка «Grain»"),
        ("no way for Grain and Boxes", "нет пути: Grain and Boxes"),
        ("several in turn, by periods", "несколько по очереди, по периодам"),
        ("Grain", "Grain"),
    ],
)
def test_phrases_around_names_are_in_the_current_language(kept: str, said: str) -> None:
    with language("ru"):
        assert spoken(ferry(), kept) == said
    assert spoken(ferry(), kept) == kept
