"""The reading part of a report: plain words, findings as titles, and sentences that follow the case."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from functools import cache

import pytest

import corridor
from corridor.model.case import Case
from corridor.model.result.findings import Findings
from corridor.reports.blocks import Block, Document, Figure, Heading, Note, Paragraph, Strong, Table, leaves, unfolded
from corridor.reports.say.findings import minus, plain
from corridor.reports.say.report import document
from corridor.reports.say.words import ANNEX_WORDS
from tests.cases import Tables, case_of, rows_of

VERBS = {
    *("is", "are", "was", "were", "fit", "fits", "stop", "stops", "come", "comes", "make", "makes", "take", "takes"),
    *("add", "adds", "run", "runs", "hold", "holds", "follow", "follows", "wait", "waits", "carry", "carries", "agree"),
    *("wanted", "computed", "known", "names", "help", "helps", "hurt", "hurts", "has", "have", "differ", "ends"),
}
MOST = 10
"""Words of a title: upper limit."""
TABLES = {
    "case": "case_id, name, base_year, base_kind\n test, Test, 2025, observed",
    "gate": "gate_id, name, nameplate_t_per_year\n gate, the ports, 30000000",
    "kind": "kind_id, name, order, phrase\n lock, locks, 15, Locks come",
    "resource": """
        resource_id, name, kind, capacity
        ships, River ships, ship, 12000000
        quay, Long quay, quay, 20000000
        lock, The lock, lock, 26000000""",
    "link": "link_id, from_node_id, to_node_id, gate, length_km\n sea, a, b, 1, 300",
    "use": """
        use_id, resource_id, link_id, activity, amount
        of_ships, ships, sea, tonne, 1
        of_quay, quay, sea, tonne, 1
        of_lock, lock, sea, tonne, 1""",
    "demand": """
        demand_id, segment_id, commodity_id, origin_id, destination_id, gate, t_per_year
        ore, ores, cargo, a, b, must, 6000000
        salt, salts, cargo, a, b, must, 2000000""",
    "segment": "segment_id, name, ceiling_t_per_year\n ores, Ore, 24000000\n salts, Salt, 10000000",
    "project": """
        project_id, name, resource_id, adds, cost_usd, at_most, pays
        ship, A river ship, ships, 1000000, 20000000, 3, The fleet
        berth, A berth, quay, 5000000, 90000000, 1, The port""",
    "unknown": "unknown_id, name, matters, who, rank\n ice, Days of ice, They shut the river, The pilots, 1",
}


def tables() -> Tables:
    return {name: rows_of(text) for name, text in TABLES.items()}


@cache
def case() -> Case:
    return case_of(tables())


@cache
def report(*changes: str) -> tuple[Findings, Document]:
    made = case().with_(list(changes)) if changes else case()
    found = corridor.findings(made, whole=True)
    return found, document(found)


def reading(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks outside every fold, those of pairs in their order."""
    yield from leaves(unfolded(blocks))


def texts(block: Block) -> Iterator[str]:
    """Every text of a block that a reader sees."""
    match block:
        case Heading(text) | Note(text):
            yield text
        case Paragraph(parts):
            yield "".join(part.text if isinstance(part, Strong) else part for part in parts)
        case Figure():
            yield from (block.title, block.subtitle, block.caption, block.alt)
            yield from map(str, ET.fromstring(block.draw(680)).itertext())
        case Table(columns, cells):
            yield from (column.heading for column in columns)
            yield from (cell for row in cells for cell in row)
            yield block.caption


def titles(shown: Document) -> list[str]:
    return [
        block.text if isinstance(block, Heading) else block.title
        for block in reading(shown.blocks)
        if isinstance(block, Heading | Figure)
    ]


def strange(text: str) -> list[str]:
    """The words of the annex in a text."""
    return [found.group() for word in ANNEX_WORDS for found in [re.search(word, text)] if found]


def flat(text: str) -> bool:
    """True for a title that has no figure and no verb."""
    words = re.findall(r"[a-z]+", text.lower())
    return not re.search(r"\d", text) and not set(words) & VERBS


@pytest.mark.parametrize(
    "text", ["27 Mt of nameplate", "2,000 draws", "the first rung", "0.3 gate t", "fits (T)", "R² is 0.5", "Shapley"]
)
def test_words_of_the_annex_are_seen(text: str) -> None:
    assert strange(text)
    assert flat("The year by months")
    assert not flat("Ships stop cargo")


def test_the_reading_part_has_plain_words_and_findings_for_titles() -> None:
    _, shown = report()
    said = [shown.title, shown.lead, *(text for block in reading(shown.blocks) for text in texts(block))]
    assert [(words, text[:90]) for text in said if (words := strange(text))] == []
    assert [text for text in titles(shown) if flat(text)] == []
    assert [text for text in titles(shown) if len(text.split()) > MOST] == []
    shorts = [block.short for block in reading(shown.blocks) if isinstance(block, Heading) and block.level == 2]
    assert shorts == [
        "What stops it",
        "What to build",
        "Who uses it",
        "How sure",
    ]


@pytest.mark.slow
def test_the_report_of_the_bundled_case_has_plain_words_and_findings_for_titles() -> None:
    case = corridor.load()
    answer = corridor.solve(case)
    shown = document(corridor.findings(case, answer, course=corridor.solve(case, periods="month")))
    said = [shown.title, shown.lead, *(text for block in reading(shown.blocks) for text in texts(block))]
    assert [(words, text[:90]) for text in said if (words := strange(text))] == []
    assert [text for text in titles(shown) if flat(text)] == []
    assert [text for text in titles(shown) if len(text.split()) > MOST] == []
    drawn = [block.title for block in leaves((*shown.blocks, *shown.annex)) if isinstance(block, Figure)]
    assert len(drawn) > 15
    assert len(set(drawn)) == len(drawn)


def test_each_sentence_follows_the_case() -> None:
    """Ships take 12 Mt, of which 8 came: 1.5 times; three ships more make it 15."""
    found, shown = report()
    headings = titles(shown)
    assert shown.title == "Ships hold the ports to about 12 Mt a year"
    assert "30 Mt a year is claimed; about 12 Mt a year fits, and 2025 used 8.0 Mt." in shown.lead
    assert "First to run out: river ships, at 12.0 Mt if all cargo grows alike." in shown.lead
    assert "Ships stop cargo from 12.0 Mt on" in headings
    assert "60 million USD make room for 3.0 Mt more" in headings
    assert "Ore: 75\u00a0% of 8.0 Mt" in headings
    assert found.ladder is not None
    changed, other = report("resource.ships.capacity=23000000", "demand.salt.t_per_year=5000000")
    assert changed.answer.measures_t["capability"] == pytest.approx(20e6)
    assert other.title == "Quays and berths hold the ports to about 20 Mt a year"
    assert "about 20 Mt a year fits, and all of the 11.0 Mt asked in 2025" in other.lead
    new = titles(other)
    assert "Quays and berths stop cargo from 20.0 Mt on" in new
    assert "130 million USD make room for 5.0 Mt more" in new
    assert "Ore: 55\u00a0% of 11.0 Mt" in new
    numbered = [
        text for text in headings if re.search(r"\d", text) and "published" not in text and "claimed" not in text
    ]
    assert not set(numbered) & set(new)


def test_a_case_that_cannot_carry_its_base_year() -> None:
    _, shown = report("resource.ships.capacity=5000000")
    assert shown.title == "Ships hold the ports to 5.0 of the 8 Mt asked for"
    assert "Of 8.0 Mt asked in 2025, 5.0 Mt is carried." in shown.lead
    assert "Ships stop cargo at 5.0 Mt" in titles(shown)


def test_a_case_without_gate_projects_and_limits() -> None:
    made = tables()
    for name in ("gate", "project", "unknown", "resource", "use", "kind"):
        del made[name]
    for row in (*made["demand"], *made["link"]):
        row.pop("gate", None)
    bare = case_of(made)
    shown = document(corridor.findings(bare, whole=True))
    assert shown.title == "Ceilings of markets hold the Test to about 34 Mt a year"  # 24 of ore and 10 of salt
    assert not re.search(r"\b(nan|inf|None)\b", shown.title + shown.lead)


@pytest.mark.parametrize("study", ["cost_resource", "handled", "free", "concurrent", "capability"])
def test_every_question_has_a_report(study: str) -> None:
    answer = corridor.solve(case(), study)
    shown = document(Findings(case(), answer))
    assert shown.title
    said = " ".join(text for block in leaves((*shown.blocks, *shown.annex)) for text in texts(block))
    assert not re.search(r"\b(nan|inf|None)\b", f"{shown.title} {shown.lead} {said}")


def test_numbers_of_titles() -> None:
    assert (plain(10_359_448), plain(3_733_410)) == ("10 Mt", "3.7 Mt")
    assert (minus(-6_900_000), minus(40_000)) == ("−6.9", "+0.04")
