"""The dictionary: refuses what can't be right, finds what is, and has one hash."""

import hashlib
import json

import construct
import pytest

from flight.icd import catalogue
from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import f32, u8
from flight.icd.kinds import Command, Event, Housekeeping, ParameterGroup, Telemetry
from flight.icd.packet import DecodeError, DictionaryError
from flight.icd.space_packet import TmEncoder, encode_tc, parse_tc, parse_tm

BASES = {"flight.icd.kinds", "flight.icd.packet"}


def test_every_module_of_the_interface_that_declares_packets_is_in_the_catalogue():
    """Also one that would be put elsewhere in `flight.icd` by mistake."""
    declaring = {
        kind.__module__
        for base in (Telemetry, Command, ParameterGroup)
        for kind in all_kinds(base)
        if kind.__module__.startswith("flight.icd.")
        and kind.__module__ not in BASES
        and not kind.__name__.startswith("_")
    }
    assert declaring <= {module.__name__ for module in catalogue.declaring_modules()}


def all_kinds(base):
    return {base}.union(*(all_kinds(kind) for kind in base.__subclasses__()))


def test_the_mission_dictionary_is_sound_and_hashed_over_its_canonical_form():
    dictionary = catalogue.mission_dictionary()
    assert dictionary.sha256 == hashlib.sha256(dictionary.canonical_json).digest()
    assert dictionary.hash64 == int(dictionary.sha256.hex()[:16], 16)
    assert json.loads(dictionary.canonical_json) == json.loads(json.dumps(dictionary.describe()))


def test_the_hash_is_the_same_however_the_modules_are_ordered():
    again = Dictionary(reversed(catalogue.declaring_modules()))
    assert again.sha256 == catalogue.mission_dictionary().sha256


def test_the_hash_tells_any_change(declare):
    class Report(Telemetry, service=200, subtype=1):
        """It."""

        value: float = f32("m", "a length")

    one = declare(Report).sha256

    class Report(Telemetry, service=200, subtype=1):
        """It."""

        value: float = f32("mm", "a length")

    assert declare(Report).sha256 != one


def test_a_packet_is_decoded_by_what_it_says_it_is(dictionary, kinds):
    encoder = TmEncoder()
    for kind in kinds[:3]:
        record = kind()
        assert dictionary.decode(parse_tm(encoder.encode(record, 0))) == record


def test_what_is_not_declared_is_refused_by_name(dictionary):
    class Stranger(Event, id=0x7777):
        """Unknown."""

    with pytest.raises(DecodeError, match="5/1 7777"):
        dictionary.decode(parse_tm(TmEncoder().encode(Stranger(), 0)))


def test_a_command_is_found_by_its_packet(dictionary, kinds):
    turn, wait = kinds[3:]
    kind, fields = dictionary.command_of(parse_tc(encode_tc(turn(steps=1), 0)))
    assert (kind, fields) == (turn, turn(steps=1).encode())
    assert dictionary.command_of(parse_tc(encode_tc(wait(), 0))) == (wait, b"")
    assert dictionary.knows_type(8, 1)
    assert not dictionary.knows_type(8, 2)


@pytest.mark.parametrize(
    ("name", "expected"), [("FindSurface", "find_surface"), ("ScoopHk", "scoop_hk"), ("HTTPLink2Up", "http_link2_up")]
)
def test_names_people_use(name, expected):
    assert packet_name(type(Telemetry)(name, (Telemetry,), {})) == expected


def refused(declare, match, *kinds):
    with pytest.raises(DictionaryError, match=match):
        declare(*kinds)


def test_two_packets_of_one_identity_are_refused(declare):
    class One(Housekeeping, sid=1):
        """One."""

    class Other(Housekeeping, sid=1):
        """Other."""

    refused(declare, r"Other and One are both 3/25 1", One, Other)


def test_an_identifier_beside_none_is_refused(declare):
    class Plain(Command, service=8, subtype=1):
        """No function."""

    class Function(Command, function=1):
        """A function."""

    refused(declare, "can't be told from Plain", Plain, Function)


def test_an_undocumented_packet_is_refused(declare):
    class Silent(Telemetry, service=200, subtype=1):
        pass

    refused(declare, "Silent: has no docstring", Silent)


def test_an_undescribed_field_is_refused(declare):
    class Mute(Telemetry, service=200, subtype=1):
        """It."""

        a: int = u8("", " ")

    refused(declare, r"Mute\.a: has no description", Mute)


def test_a_float_without_unit_is_refused(declare):
    class Bare(Telemetry, service=200, subtype=1):
        """It."""

        a: float = f32("", "what")

    refused(declare, r"Bare\.a: has no unit", Bare)


def test_housekeeping_needs_an_identifier_and_a_period_of_whole_frames(declare):
    class Nameless(Housekeeping):
        """It."""

    class Odd(Housekeeping, sid=1, every_s=0.015):
        """It."""

    refused(declare, "Nameless: has no sid", Nameless)
    refused(declare, r"Odd: every_s=0\.015", Odd)


def test_a_packet_without_a_type_is_refused(declare):
    class Lost(Telemetry):
        """It."""

    refused(declare, "Lost: service and subtype", Lost)


def test_limits_in_the_wrong_order_are_refused(declare):
    class Upside(Telemetry, service=200, subtype=1):
        """It."""

        a: int = u8("", "a", warn=(5, 1))

    refused(declare, r"Upside\.a: warn \(5, 1\)", Upside)


def test_a_layout_without_a_fixed_form_is_refused(declare):
    class Loose(Telemetry, service=200, subtype=1):
        """It."""

        @classmethod
        def layout(cls):
            return construct.GreedyBytes

    refused(declare, "Loose: its layout has no fixed form", Loose)


def test_a_layout_that_is_not_the_codec_is_refused(declare):
    class Other(Telemetry, service=200, subtype=1):
        """It."""

        @classmethod
        def layout(cls):
            return construct.Int8ub

    refused(declare, "layout has 1 octets, its codec 0", Other)


def test_a_command_too_long_for_a_frame_is_refused(declare):
    class Long(Command, service=200, subtype=1):
        """It."""

        a: tuple[int, ...] = u8("", "a", 1000)

    refused(declare, "Long: 1000 octets", Long)


def test_bases_that_begin_with_an_underscore_are_left_out(declare):
    class _Base(Telemetry):
        pass

    assert declare(_Base).telemetry == {}


def test_two_columns_of_one_name_are_refused(declare):
    class Twice(Telemetry, service=200, subtype=1):
        """It."""

        edge: tuple[int, int] = u8("", "an array", 2)
        edge_1: int = u8("", "not its second element")

    class Late(Telemetry, service=200, subtype=1):
        """It."""

        tai: int = u8("", "every packet has one")

    refused(declare, r"Twice\.edge_1: there is another column named edge_1", Twice)
    refused(declare, r"Late\.tai: there is another column", Late)
