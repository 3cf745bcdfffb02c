"""The schemas: sound in themselves, and the value of a single cell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.model.faults import CaseError, Fault, nearest, quoted
from corridor.model.schema import ID_PATTERN, CellError, Field, Value, schemas

EVERY = [(table, field) for table, schema in schemas().items() for field in schema.fields]


def column(table: str, name: str) -> Field:
    field = schemas()[table].field(name)
    assert field is not None
    return field


@pytest.mark.parametrize("table", schemas())
def test_first_column_is_the_id(table: str) -> None:
    schema = schemas()[table]
    assert schema.id_column == f"{table}_id"
    assert schema.fields[0].required
    assert schema.fields[0].pattern == ID_PATTERN
    assert schema.descriptor["primaryKey"] == schema.id_column


@pytest.mark.parametrize(("table", "field"), EVERY, ids=[f"{table}.{field.name}" for table, field in EVERY])
def test_column(table: str, field: Field) -> None:
    """Has a meaning, and a unit where it is a number; its default is a value; it refers to tables that are there."""
    assert field.meaning.endswith((".", "…"))
    assert field.type in ("string", "number", "integer", "boolean")
    assert field.unit or field.type not in ("number", "integer")
    assert not (field.required and field.default)
    assert set(field.refers_to) <= set(schemas())
    assert field.several <= bool(
        field.refers_to or field.name in ("instead", "states", "via", "rows")
    )  # cells as well as figures, and rows of a table that another column names
    assert field.unlimited <= (field.type == "number")
    if not field.required:
        assert field.parse("") == field.fallback()


@pytest.mark.parametrize("table", schemas())
def test_foreign_keys_say_what_refers_to_says(table: str) -> None:
    """Table Schema knows neither lists nor a choice of tables; the rest stands in both."""
    schema = schemas()[table]
    keys = {each["fields"]: each["reference"]["resource"] for each in schema.descriptor.get("foreignKeys", ())}
    ours = {each.name: each.refers_to[0] for each in schema.fields if len(each.refers_to) == 1 and not each.several}
    assert keys == ours


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        (" 40 ", 40.0),
        ("+40", 40.0),
        ("40.", 40.0),
        (".5", 0.5),
        ("6e5", 600_000.0),
        ("1.5E+3", 1500.0),
        ("unlimited", math.inf),
        ("", math.inf),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert column("link", "capacity_t_per_year").parse(text) == value


@pytest.mark.parametrize(
    ("table", "name", "text", "value"),
    [
        ("link", "directed", "0", False),
        ("link", "directed", "", True),
        ("link", "commodities", "grain  oil", ("grain", "oil")),
        ("link", "commodities", "", ()),
        ("link", "carrier_id", "", None),
        ("link", "kind", "", "line"),
        ("node", "name", " Baku (Alat) ", "Baku (Alat)"),
        ("case", "base_year", "2025", 2025),
        ("node", "x_coord", "-71.5", -71.5),
        ("packing", "payload_t", "", None),
    ],
)
def test_values(table: str, name: str, text: str, value: Value) -> None:
    found = column(table, name).parse(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["٣", "1 e5", "0x10", "1e", "--4", "4-", "1/2", "40 km", "85%", "#REF!", "true", "e5"])
def test_no_numbers(text: str) -> None:
    with pytest.raises(CellError, match="is not a number; give a number in km, or leave the cell empty") as error:
        column("link", "length_km").parse(text)
    assert error.value.code == "C011"


@pytest.mark.parametrize(
    "text", ["nan", "NAN", "-nan", "NA", "N/A", "null", "None", "inf", "-inf", "+INF", "∞", "Infinity"]
)
@pytest.mark.parametrize("name", ["length_km", "capacity_t_per_year", "tariff_usd_per_t"])
def test_no_finite_numbers(name: str, text: str) -> None:
    with pytest.raises(CellError, match=r"is not a (finite )?number; ") as error:
        column("link", name).parse(text)
    assert error.value.code == "C011"


SIZES = st.floats(1e-12, 1e7)
"""Sizes that a tariff may have."""


@given(st.just(0.0) | SIZES | SIZES.map(lambda size: -size))
def test_every_float_comes_back(value: float) -> None:
    assert column("tariff", "usd_per_t").parse(repr(value)) == value


@given(st.text(), st.sampled_from([field for _, field in EVERY]))
def test_every_text_is_a_value_or_a_fault(text: str, field: Field) -> None:
    """Nothing else is raised, no number is infinite unless it says so, and the message is one line."""
    fault, value = None, None
    try:
        value = field.parse(text)
    except CellError as error:
        fault = error
    if fault is not None:
        assert fault.code in ("C009", "C010", "C011", "C012", "C013", "C014")
        assert str(fault).isprintable()
    assert not (isinstance(value, float) and math.isinf(value)) or field.unlimited
    assert value == value  # no NaN


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "'plain'"),
        ("it's", "'it's'"),
        ("a\nb\tc", "'a b c'"),
        ("1\u00a0000", "'1 000'"),
        ("\x1b[31mred", "'\ufffd[31mred'"),
        ("x" * 100, "'" + "x" * 59 + "…'"),
    ],
)
def test_quoted(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_nearest() -> None:
    near, far = nearest("bakuu", ["baku", "aktau"]), nearest("paris", ["baku", "aktau"])
    assert (near.word, str(near), near.otherwise("add it")) == ("baku", "did you mean baku?", "did you mean baku?")
    assert (far.word, str(far), far.otherwise("add it")) == (None, "known: aktau, baku", "add it")
    assert str(nearest("paris", [f"n{number}" for number in range(20)])).endswith(" …")
    assert str(nearest("paris", [])) == "there is none yet"


def test_case_error_survives_a_process_boundary() -> None:
    import pickle

    error = CaseError([Fault("C007", "a", "x"), Fault("C003", "b", "y"), Fault("C007", "a", "x")], "the changes")
    again = pickle.loads(pickle.dumps(error))
    assert again.faults == error.faults == (Fault("C003", "b", "y"), Fault("C007", "a", "x"))
    assert str(again) == str(error) == "2 faults in the changes\n  C003 b: y\n  C007 a: x"
