"""What can be planned together, where it can be planned, and what a program refuses before it begins."""

from random import Random
from types import SimpleNamespace

import pytest

from hil.devices.wire import Wire
from hil.faults import FAULTS, FaultError, FaultSchedule, Part, Site, parse_fault, parse_faults
from hil.faults.table import as_rows, as_text


class Deaf:
    def receive(self, data, at_ns, baud):
        return ()


def site(ids=(1, 2, 3, 4, 5, 6), **parts):
    servos = tuple(SimpleNamespace(id=number) for number in ids)
    wires = {name: Wire(Deaf(), 1_000_000) for name in ("joints", "load_cell")}
    return Site(wires, SimpleNamespace(servos=servos), SimpleNamespace(), Random(1), **parts)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["bit_flip@1+5", "bit_flip@3"], "twice the same"),
        (["mute@dig", "mute@dig+2"], "twice the same"),
        (["unplugged_adapter@10+forever", "bit_flip@500"], "both take hold of the motion bus"),
        (["cell_stuck_low@1+9", "cell_echo@2"], "both take hold of the load cell line"),
        (["jammed_servo@5+5", "jammed_servo/3@6"], "twice the same"),
        (["supply_sag@5+5", "power_cut@6"], "both take hold of the servos' supply"),
        (["hard_layer@dig", "soft_soil@dig"], "both take hold of the strength of the soil"),
        (["clock_forward@5+5", "clock_back@6"], "both take hold of the on-board time"),
    ],
)
def test_faults_that_exclude_each_other_are_refused_in_one_line(texts, why):
    with pytest.raises(FaultError, match=why) as refused:
        parse_faults(texts)
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"fault '{parse_fault(texts[1])}'")


@pytest.mark.parametrize(
    "texts",
    [
        ["bit_flip@1+2", "bit_flip@3"],
        ["bit_flip@1+9", "dropped_byte@2"],
        ["bit_flip/to_host@1+9", "bit_flip/to_device@1+9"],
        ["jammed_servo/1@5+5", "jammed_servo/2@5"],
        ["unplugged_adapter@1+9", "cell_bit_flip@1"],
        ["unplugged_adapter@1+9", "jammed_servo@1"],
        ["mute@dig", "bit_flip@weigh"],
    ],
)
def test_faults_that_can_be_at_one_time_are_planned(texts):
    assert len(parse_faults(texts)) == 2


def test_a_way_or_a_servo_can_be_named():
    assert (parse_fault("bit_flip/to_host@1").where, parse_fault("jammed_servo/3@dig").where) == ("to_host", "3")
    assert str(parse_fault("bit_flip/to_host@1")) == "bit_flip/to_host@1+5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bit_flip/up@1", "/up is not understood; allowed: to_device, to_host"),
        ("echo/to_host@1", "echo has no choice of place"),
        ("jammed_servo/elbow@1", "after / comes a servo's id, got 'elbow'"),
        ("jammed_servo/@1", "after / comes a servo's id, got ''"),
    ],
)
def test_a_place_that_is_none_is_refused(text, said):
    with pytest.raises(FaultError, match=said):
        parse_fault(text)


def test_what_is_not_there_is_refused_before_anything_is_brought_about():
    bare = site()
    with pytest.raises(FaultError) as refused:
        FaultSchedule(parse_faults(["unplugged_adapter@0", "link_down@3", "dark_picture@dig"]), bare, lambda: "")
    assert bare.lines["joints"].plugged
    first, second = str(refused.value).splitlines()
    assert first == (
        "fault 'link_down@3+20': there is no radio here; what can fail: motion bus, load cell line, servos, load cell"
    )
    assert "there is no camera here" in second


def test_a_servo_that_is_not_on_the_bus_is_refused():
    with pytest.raises(FaultError, match=r"there is no servo 7; ids: 1, 2, 3, 4, 5, 6"):
        FaultSchedule(parse_faults(["missing_servo/7@1"]), site(), lambda: "")


def test_a_servo_is_drawn_from_all_there_are():
    six = site()
    assert {six.servo("").id for _ in range(100)} == {1, 2, 3, 4, 5, 6}
    assert six.servo("5").id == 5
    assert six.joint("5") == 4


def test_there_are_more_than_forty_faults_in_every_family():
    assert len(FAULTS) >= 40
    assert {fault.part for fault in FAULTS.values()} == set(Part)
    assert all(name == fault.name for name, fault in FAULTS.items())


def test_the_table_tells_every_fault_with_its_meaning_and_fits_a_terminal():
    lines = list(as_text())
    assert max(map(len, lines)) <= 120
    names = [line.split()[0] for line in lines if line.startswith("  ") and line[2] != " "]
    assert names == list(FAULTS)
    assert [row["name"] for row in as_rows()] == names


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_meaning_is_one_sentence(fault):
    assert fault.meaning[0].islower() or fault.meaning[0].isdigit()
    assert not fault.meaning.endswith(".")
    assert len(fault.meaning) <= 120
