"""The interface document: complete, and the one in docs is that of the code."""

from pathlib import Path

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.dictionary import packet_name
from flight.icd.kinds import Event
from flight.icd.metadata import values_of
from flight.icd.space_packet import TM_HEADER
from ground.export.icd_document import icd_document
from ground.export.icd_link import layout
from ground.export.markdown import table

COMMITTED = Path(__file__).parents[3] / "docs" / "icd.md"


@pytest.fixture(scope="module")
def text():
    return icd_document(mission_dictionary()).decode()


def test_the_committed_document_is_that_of_the_code(text):
    same = COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == text
    assert same, "docs/icd.md is not that of the declarations: run saji-ground export icd --to docs"


def test_it_names_every_packet_field_parameter_and_enumeration(text):
    dictionary = mission_dictionary()
    for kind in (*dictionary.telemetry.values(), *dictionary.commands.values(), *dictionary.groups.values()):
        assert f"`{packet_name(kind)}`" in text
        for name, field in kind.fields.items():
            assert f"| `{name}` |" in text
            assert field.doc.replace("|", "\\|") in text
            if field.enum is not None:
                assert f"### {field.enum.__name__}\n" in text
                assert all(f"`{member.name}`" in text for member in field.enum)
    for group in dictionary.groups.values():
        assert all(f"`0x{value.ident:04X}`" in text for value in values_of(group))


def test_every_event_is_listed_with_its_severity(text):
    for kind in mission_dictionary().telemetry.values():
        if issubclass(kind, Event):
            assert f"| `0x{kind.ident:04X}` | `{packet_name(kind)}` | {kind.severity.name} |" in text


def test_links_lead_somewhere(text):
    headings = {line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("### ")}
    links = {part.partition(")")[0] for part in text.split("](#")[1:]}
    assert links <= headings


def test_it_carries_the_hash_that_housekeeping_does(text):
    dictionary = mission_dictionary()
    assert dictionary.sha256.hex() in text
    assert dictionary.sha256.hex().startswith(f"{dictionary.hash64:016x}")


def test_the_fields_of_a_header_fill_it(text):
    rows = [line.strip("| ").split(" | ") for line in layout(TM_HEADER)[2:-1]]
    ends = [int(row[0]) + int(row[1]) for row in rows]
    assert [int(row[0]) for row in rows] == [0, *ends[:-1]]
    assert ends[-1] == 8 * TM_HEADER.sizeof()


def test_empty_columns_are_left_out_and_bars_do_not_break_a_table():
    assert table(("a", "b", "c"), [("1", "", "x|y")]) == ["| a | c |", "| --- | --- |", "| 1 | x\\|y |", ""]
