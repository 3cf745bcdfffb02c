"""Unused capacity by hand: a line of 600 t on the way of 400 t, and a quay of 1,000 t."""

import pytest

from corridor.optimize.answer.setting import Setting
from corridor.optimize.studies.slack import slack
from corridor.reports.out.terminal import print_blocks
from corridor.reports.say.slack import page
from tests.cases import case_of

CASE = {
    "link": "link_id, from_node_id, to_node_id, directed\nway, a, b, 1",
    "resource": "resource_id, kind, capacity\nline, line, 600\nberth, quay, 1000\nspare, quay, 50",
    "use": """
        use_id, resource_id, link_id, activity, amount
        one,    line,        way,     tonne,    1
        two,    berth,       way,     tonne,    1
        """,
    "demand": "demand_id, origin_id, destination_id, t_per_year\ncargo, a, b, 400",
}


def test_room_in_the_base_year_and_at_the_limits() -> None:
    frame = slack(Setting(case_of(CASE))).frame.set_index("resource")
    assert list(frame.index) == ["berth", "line"]  # quays stand before lines; nothing takes of the spare one
    assert frame["handled_left"].to_dict() == pytest.approx({"berth": 0.6, "line": 1 / 3})
    assert frame["capability_left"].to_dict() == pytest.approx({"berth": 0.4, "line": 0.0})


def test_the_page_names_the_fullest(capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(page(slack(Setting(case_of(CASE)))))
    assert "line, 33 % unused" in capsys.readouterr().out.replace("\xa0", " ")
