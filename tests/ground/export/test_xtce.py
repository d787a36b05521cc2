"""XTCE: valid by the schema of 2018-02-04, understood by others, and nothing in it that Yamcs does not take."""

import io
import re
from enum import IntEnum
from importlib.resources import as_file, files
from types import ModuleType

import pytest
from lxml import etree
from space_packet_parser.exceptions import UnrecognizedPacketTypeError
from space_packet_parser.xtce.definitions import XtcePacketDefinition
from xsdata.formats.dataclass.parsers import XmlParser
from xtce_lib.generated.xtce_1_2.models import SpaceSystem

from flight.icd.catalogue import mission_dictionary
from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import enum8, f32, i16, u8, u16, u64
from flight.icd.kinds import Command, Event, Housekeeping, Telemetry
from flight.icd.space_packet import TcPacket, TmEncoder, build_tc, encode_tc
from ground.export.xtce import xtce
from ground.export.xtce_telemetry import parameter_name

NS = {"x": "http://www.omg.org/spec/XTCE/20180204"}


class Gear(IntEnum):
    LOW = 1
    HIGH = 4


class DriveHk(Housekeeping, sid=7):
    """How it drives."""

    gear: Gear = enum8(Gear, "gear in use")
    supply: tuple[int, ...] = u8("V", "supply", 2, scale=0.1, warn=(0.1, 0.3), alarm=(0.0, 0.4))
    tilt: float = f32("deg", "tilt", alarm=(-5, 5))
    total: int = u64("", "steps ever")
    image: tuple[int, ...] = u8("", "octets", 20)


class Stalled(Event, id=0x0107):
    """It stopped."""


class Drive(Command, function=9):
    """Drive."""

    gear: Gear = enum8(Gear, "which")
    one: int = u16("", "always one", limits=(1, 1))
    speed_m_s: float = f32("m/s", "how fast", limits=(-0.5, 0.5))
    steps: tuple[int, ...] = i16("", "how far", 2, limits=(-100, 200))
    packet: tuple[int, ...] = u8("", "octets", 32)


@pytest.fixture(scope="module")
def small():
    module = ModuleType(__name__)
    for kind in (DriveHk, Stalled, Drive):
        setattr(module, kind.__name__, kind)
    return etree.fromstring(xtce(Dictionary([module])))


@pytest.fixture(scope="module")
def mission():
    return xtce(mission_dictionary())


def one(tree, path):
    (found,) = tree.xpath(path, namespaces=NS)
    return found


def test_the_mission_is_valid_by_the_schema(mission):
    with as_file(files("xtce_lib") / "xsd") as folder:
        schema = etree.XMLSchema(etree.parse(folder / "dtc-18-02-04.xsd"))
    valid = schema.validate(etree.fromstring(mission))
    assert (valid, str(schema.error_log)) == (True, "")


def test_somebody_elses_model_of_it_holds_every_packet_and_telecommand(mission):
    model = XmlParser().from_bytes(mission, SpaceSystem)
    containers = {each.name for each in model.telemetry_meta_data.container_set.sequence_container}
    commands = {each.name for each in model.command_meta_data.meta_command_set.choice}
    dictionary = mission_dictionary()
    assert {packet_name(kind) for kind in dictionary.telemetry.values()} <= containers
    assert commands == {packet_name(kind) for kind in dictionary.commands.values()} | {"PusTc"}


def test_every_reference_names_something(mission):
    tree = etree.fromstring(mission)
    for reference, named in (
        ("parameterTypeRef", "x:TelemetryMetaData/x:ParameterTypeSet/*"), ("parameterRef", "//x:Parameter"),
        ("containerRef", "//x:SequenceContainer | //x:CommandContainer"), ("metaCommandRef", "//x:MetaCommand"),
        ("argumentTypeRef", "//x:ArgumentTypeSet/*"),
    ):  # fmt: skip
        names = {each.get("name") for each in tree.xpath(named, namespaces=NS)}
        assert set(tree.xpath(f"//@{reference}")) <= names
    for command in tree.xpath("//x:MetaCommand", namespaces=NS):
        arguments = command.xpath("x:ArgumentList/x:Argument/@name", namespaces=NS)
        assert command.xpath(".//x:ArgumentRefEntry/@argumentRef", namespaces=NS) == arguments


def test_what_yamcs_does_not_take_is_not_there(mission):
    tree = etree.fromstring(mission)
    tags = {etree.QName(each).localname for each in tree.iter()}
    assert not tags & {"ErrorDetectCorrect", "RelativeTimeParameterType", "RelativeTimeAgumentType", "StringAlarm"}
    assert tree.xpath("//x:ValidRangeSet[count(x:ValidRange) != 1]", namespaces=NS) == []
    identifiers = one(tree, "//x:EnumeratedParameterType[@name='event_id_t']/x:EnumerationList")
    labels = {int(each.get("value")): each.get("label") for each in identifiers}
    events = [kind for kind in mission_dictionary().telemetry.values() if issubclass(kind, Event)]
    assert labels == {kind.ident: packet_name(kind) for kind in events}


def test_the_root_is_abstract_and_the_checksum_ends_every_leaf(mission):
    tree = etree.fromstring(mission)
    assert one(tree, "//x:SequenceContainer[@name='CCSDSPacket']").get("abstract") == "true"
    leaves = tree.xpath("//x:SequenceContainer[@abstract='false']", namespaces=NS)
    assert len(leaves) == len(mission_dictionary().telemetry)
    assert {leaf.xpath("x:EntryList/*[last()]/@parameterRef", namespaces=NS)[0] for leaf in leaves} == {"packet_crc"}


def test_the_same_dictionary_gives_the_same_octets(mission):
    assert xtce(mission_dictionary()) == mission


def test_units_calibration_names_and_descriptions_are_carried(small):
    supply = one(small, "//x:FloatParameterType[@name='drive_hk__supply_t']")
    assert one(supply, "x:UnitSet/x:Unit/text()") == "V"
    assert one(supply, ".//x:Term").attrib == {"coefficient": "0.1", "exponent": "1"}
    assert one(small, "//x:Parameter[@name='drive_hk__supply_1']").get("shortDescription") == "supply"
    gear = one(small, "//x:EnumeratedParameterType[@name='drive_hk__gear_t']/x:EnumerationList")
    assert [(each.get("value"), each.get("label")) for each in gear] == [("1", "LOW"), ("4", "HIGH")]


def test_limits_become_alarms_whose_bounds_are_still_good(small):
    supply = one(small, "//x:FloatParameterType[@name='drive_hk__supply_t']//x:StaticAlarmRanges")
    warning, critical = supply
    assert (etree.QName(warning).localname, etree.QName(critical).localname) == ("WarningRange", "CriticalRange")
    assert warning.attrib == {"minInclusive": "0.1", "maxInclusive": "0.30000000000000004"}
    assert float(warning.get("maxInclusive")) == 3 * 0.1
    tilt = one(small, "//x:FloatParameterType[@name='drive_hk__tilt_t']//x:CriticalRange")
    assert tilt.attrib == {"minInclusive": "-5.0", "maxInclusive": "5.0"}


def test_many_octets_stay_together(small):
    image = one(small, "//x:BinaryParameterType[@name='drive_hk__image_t']")
    assert one(image, ".//x:FixedValue/text()") == "160"
    assert small.xpath("//x:Parameter[contains(@name, 'image')]/@name", namespaces=NS) == ["drive_hk__image"]


def test_arguments_have_their_one_range(small):
    speed = one(small, "//x:FloatArgumentType[@name='drive__speed_m_s_t']//x:ValidRange")
    assert speed.attrib == {"minInclusive": "-0.5", "maxInclusive": "0.5"}
    steps = one(small, "//x:IntegerArgumentType[@name='drive__steps_t']//x:ValidRange")
    assert steps.attrib == {"minInclusive": "-100", "maxInclusive": "200"}
    assert small.xpath("//x:MetaCommand[@name='drive']//x:Argument/@name", namespaces=NS) == [
        "gear", "speed_m_s", "steps_0", "steps_1", "packet",
    ]  # fmt: skip


def test_a_packet_that_is_not_declared_is_refused_by_the_reader(mission):
    definition = XtcePacketDefinition.from_xtce(io.BytesIO(mission), root_container_name="CCSDSPacket")

    class Strange(Telemetry, service=250, subtype=1):
        """Unknown."""

    with pytest.raises(UnrecognizedPacketTypeError):
        definition.parse_bytes(TmEncoder().encode(Strange(), 0))


def bits(tree, kind, arguments):
    """The packet that the meta-command of `kind` makes, without checksum, as a string of bits."""
    base = one(tree, "//x:MetaCommand[@name='PusTc']")
    own = one(tree, f"//x:MetaCommand[@name='{packet_name(kind)}']")
    given = {each.get("name"): each.get("initialValue") for each in base.xpath(".//x:Argument", namespaces=NS)}
    assigned = own.xpath(".//x:ArgumentAssignment", namespaces=NS)
    given |= {each.get("argumentName"): each.get("argumentValue") for each in assigned} | arguments
    types = {each.get("name"): each.get("argumentTypeRef") for each in tree.xpath("//x:Argument", namespaces=NS)}
    made = ""
    for entry in (*base.iterfind(".//x:EntryList/*", NS), *own.iterfind(".//x:EntryList/*", NS)):
        if (octets := entry.get("binaryValue")) is not None:
            size = int(entry.get("sizeInBits"))
            made += f"{int(octets, 16):0{4 * len(octets)}b}"[-size:]
        else:
            name = entry.get("argumentRef")
            path = f"//x:ArgumentTypeSet/*[@name='{types[name]}']/x:IntegerDataEncoding/@sizeInBits"
            size = int(one(tree, path))
            made += f"{int(given[name]) & (1 << size) - 1:0{size}b}"
    return made


def test_a_meta_command_makes_our_packet_but_for_length_and_checksum():
    class Point(Command, service=200, subtype=3):
        """Point."""

        one: int = u8("", "always one", limits=(1, 1))
        gear: Gear = enum8(Gear, "which")
        steps: tuple[int, ...] = i16("", "how far", 2)

    module = ModuleType(__name__)
    module.Point = Point
    tree = etree.fromstring(xtce(Dictionary([module])))
    expected = bytearray(encode_tc(Point(one=1, gear=Gear.HIGH, steps=(-2, 300)), 0)[:-2])
    expected[4:6] = b"\x00\x00"
    made = bits(tree, Point, {"gear": "4", "steps_0": "-2", "steps_1": "300"})
    assert int(made, 2).to_bytes(len(made) // 8, "big") == expected
    assert build_tc(TcPacket(0x042, 0, 15, 200, 3, 1, bytes(expected[11:])))[:-2].hex()[:8] == expected.hex()[:8]


def test_names_are_those_that_xtce_allows(mission):
    names = etree.fromstring(mission).xpath("//@name")
    assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9_]+", name)] == []
    assert parameter_name(DriveHk, "tilt") == "drive_hk__tilt"
