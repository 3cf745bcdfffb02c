"""Languages: the template holds every text, a catalogue every translation; numbers, plural forms and names."""

from __future__ import annotations

import string
import subprocess
import sys
from collections.abc import Iterator

import pytest

from corridor.model.language import Words, language, localised, marked, numeral, plural, said, say, translated
from tests.lang_page import FOLDER, TEMPLATE, Text, catalogue, lacking, template, texts

TRANSLATED = ("ru",)
PENDING: frozenset[str] = frozenset()
"""Files with texts that no catalogue has yet; no other file may have one."""


@pytest.fixture(scope="module", name="known")
def _known() -> list[Text]:
    return texts()


def _fields(text: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def _pairs(code: str) -> Iterator[tuple[Text, str]]:
    by_key = {(each.context, each.one): each for each in texts()}
    for key, forms in catalogue(code).items():
        if key in by_key:
            yield from ((by_key[key], form) for form in forms)


def test_the_template_holds_every_text(known: list[Text]) -> None:
    assert TEMPLATE.read_text(encoding="utf-8") == template(known), "python -m tests.lang_page makes it anew"


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code: str) -> None:
    left = [f"{each.file}: {each.one}" for each in lacking(code) if each.file not in PENDING]
    assert not left, f"python -m tests.lang_page {code} prints them"


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_of_a_text_that_is_gone(code: str, known: list[Text]) -> None:
    assert set(catalogue(code)) <= {(each.context, each.one) for each in known}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_no_field_that_its_text_is_not_given(code: str) -> None:
    wrong = [
        (text.one, form, _fields(form) - text.fields)
        for text, form in _pairs(code)
        if text.fields and not _fields(form) <= text.fields
    ]
    assert not wrong


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_the_spaces_at_its_ends(code: str) -> None:
    ends = [(text.one, form) for text, form in _pairs(code) if text.one.endswith(" ") != form.endswith(" ")]
    assert not ends


@pytest.mark.parametrize("code", TRANSLATED)
def test_two_catalogues_of_a_language_do_not_contradict_each_other(code: str) -> None:
    seen: dict[object, object] = {}
    from babel.messages.pofile import read_po

    for path in sorted((FOLDER / code).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                key = (message.context, str(message.id))
                if message.id:
                    assert seen.setdefault(key, message.string) == message.string, (path.name, message.id)


def test_english_needs_no_catalogue_and_no_babel() -> None:
    words = "from corridor.model.language import say, numeral; say('{n:,}', n=1); numeral(1.5, '.1f')"
    code = f"import sys; {words}; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_numbers_have_the_signs_of_the_language() -> None:
    assert numeral(1234567.5, ",.1f") == "1,234,567.5"
    with language("ru"):
        assert numeral(1234567.5, ",.1f") == "1\u00a0234\u00a0567,5"
        assert localised("-0.25") == "-0,25"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1 линия"), (3, "3 линии"), (5, "5 линий"), (11, "11 линий"), (21, "21 линия")]
)
def test_russian_has_three_forms_of_a_plural(number: int, words: str) -> None:
    with language("ru"):
        assert plural("{n} line", "{n} lines", number) == words


def test_a_year_without_a_format_stays_as_it_is() -> None:
    with language("ru"):
        assert "2025" in say("used {base_year}", base_year=2025)


def test_a_table_of_texts_follows_the_language() -> None:
    table: Words[str, object] = Words({"a": "Market", "b": ("Unit", "other")})
    assert table["a"] == "Market"
    with language("ru"):
        assert table["b"] == ("Единица", "other")
        assert dict(table.items())["a"] == "Рынок"
        assert said(marked(("Market",))) == ("Рынок",)
    assert table.get("c", "–") == "–"


def test_names_in_a_text_of_several_are_translated_the_longest_first() -> None:
    names = {"Aktau": "Актау", "Aktau port": "Порт Актау"}
    assert translated("Aktau port, Aktau", names) == "Порт Актау, Актау"
    assert translated("Aktau – Aktau port", names) == "Актау – Порт Актау"
    assert translated("Aktau at night", names) == "Aktau at night", "no half of a text"
    assert translated("Aktauport", names) == "Aktauport"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError), language("xx"):
        pass
