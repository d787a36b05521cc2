"""Service 20: values are told with their age; what is set is in force at once, and again after a restart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.icd.commands.parameters import ReportParameter, RestoreParameters, SetParameter
from flight.icd.events.recorder import BankState
from flight.icd.events.supervision import (
    DefaultsReason,
    ParameterBankBad,
    ParameterChanged,
    ParameterDefaults,
    ParametersLoaded,
    ParametersNotStored,
)
from flight.icd.hk.scoop import MotionHk
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.reports.parameters import ParameterValue
from flight.icd.reports.verification import Accepted, Completed, FailureCode, Started, StartFailed
from flight.pool import Pool
from flight.recorder.banks import Banks, Loaded
from flight.services.parameter_image import MAGIC, NAME, VERSION, ImageError, ParameterImage
from flight.services.parameters import AGAIN_NS, ParameterService
from flight.settings import Settings

DEPTH, DEEPEN, MAX_DIGS = 0x8000, 0x8001, 0x8302
EDGE_Y = MotionHk.ident << 8 | 3
BOTH = (BankState.WHOLE, BankState.WHOLE)
REQUEST = {"request_packet": 0x1842, "request_sequence": 0xC005}


class Shelf:
    """A bank writer that keeps what it is given, or refuses it."""

    def __init__(self):
        self.images = []
        self.full = False

    def store(self, data, now_ns):
        if not self.full:
            self.images.append(data)
        return not self.full


class Rig:
    def __init__(self, board, mission="m1_lander", **changes):
        self.settings = Settings.of(load_mission("m1_lander"))
        for name, value in changes.items():
            setattr(self.settings.dig, name, value)
        self.motion = MotionHk(edge_m=(1.0, 2.0, 3.0))
        self.shelf = Shelf()
        self.hk = SupervisionHk()
        self.board = board
        groups = list(self.settings.groups())
        self.service = ParameterService(
            Pool([*groups, self.motion]),
            ParameterImage(groups, mission),
            self.shelf,
            board.reports.append,
            board.time,
            board.events.append,
            self.hk,
        )

    def serve(self):
        self.service.serve(self.board.dispatcher)
        return self


@pytest.fixture
def rig(board):
    return Rig(board).serve()


def loaded(image, bank=1, states=BOTH):
    return Loaded(image, bank, 7, states)


def test_a_setting_is_told(board, rig):
    reports = board.send(ReportParameter(parameter=DEPTH))
    value = ParameterValue(parameter=DEPTH, value=rig.settings.dig.depth_m, valid=1)
    assert reports == [Accepted(**REQUEST), Started(**REQUEST), value, Completed(**REQUEST)]


def test_a_measured_value_is_told_with_its_age(board, rig):
    rig.motion.stamp(1_000_000_000, valid=False)
    board.time.step(3_500_000_000)
    report = board.send(ReportParameter(parameter=EDGE_Y))[2]
    assert report == ParameterValue(parameter=EDGE_Y, value=2.0, valid=0, age_ms=2500)


def test_a_value_that_is_set_is_in_force_and_handed_to_the_banks(board, rig):
    before = rig.settings.dig.depth_m
    reports = board.send(SetParameter(parameter=DEPTH, value=0.0125))
    assert reports == [Accepted(**REQUEST), Started(**REQUEST), Completed(**REQUEST)]
    assert rig.settings.dig.depth_m == 0.0125
    assert rig.shelf.images == [rig.service.image.encode()]
    assert board.events == [ParameterChanged(parameter=DEPTH, before=before, after=0.0125)]


@pytest.mark.parametrize(
    ("parameter", "value", "code"),
    [
        (DEPTH, 0.2, FailureCode.OUT_OF_RANGE),
        (MAX_DIGS, 2.5, FailureCode.OUT_OF_RANGE),
        (MAX_DIGS, 1e300, FailureCode.OUT_OF_RANGE),
        (EDGE_Y, 1.0, FailureCode.READ_ONLY),
        (0x80FF, 1.0, FailureCode.UNKNOWN_OBJECT),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name_and_changes_nothing(board, rig, parameter, value, code):
    before = rig.service.image.encode()
    reports = board.send(SetParameter(parameter=parameter, value=value))
    assert reports == [Accepted(**REQUEST), StartFailed(**REQUEST, code=code, detail=parameter)]
    assert rig.service.image.encode() == before
    assert rig.shelf.images == []
    assert rig.hk.parameters_refused == 1


def test_what_the_recorder_does_not_take_is_handed_over_until_it_does(board, rig):
    rig.shelf.full = True
    board.send(SetParameter(parameter=DEPTH, value=0.0125))
    rig.service.step(AGAIN_NS - 1)
    rig.service.step(AGAIN_NS)
    assert board.events[1:] == [ParametersNotStored(attempts=1)]
    assert rig.hk.parameters_not_stored == 2
    rig.shelf.full = False
    rig.service.step(2 * AGAIN_NS)
    rig.service.step(3 * AGAIN_NS)
    assert rig.shelf.images == [rig.service.image.encode()]


def test_defaults_are_restored_and_kept(board, rig):
    default = rig.settings.dig.depth_m
    board.send(SetParameter(parameter=DEPTH, value=0.0125))
    board.send(RestoreParameters())
    assert rig.settings.dig.depth_m == pytest.approx(default, rel=1e-7)
    assert board.events[-1] == ParameterDefaults(reason=DefaultsReason.COMMANDED)
    assert len(rig.shelf.images) == 2


def test_what_was_set_is_in_force_again_at_the_next_start(board, rig):
    board.send(SetParameter(parameter=DEPTH, value=0.0125))
    board.send(SetParameter(parameter=MAX_DIGS, value=3))
    after = Rig(board)
    after.service.load(loaded(rig.shelf.images[-1]))
    assert (after.settings.dig.depth_m, after.settings.sample.max_digs) == (pytest.approx(0.0125, rel=1e-7), 3)
    assert board.events[-1] == ParametersLoaded(bank=1, generation=7)
    assert (after.hk.parameter_bank, after.hk.parameter_generation) == (1, 7)


def test_nothing_stored_means_defaults(board, rig):
    rig.service.load(loaded(None, -1, (BankState.ABSENT, BankState.ABSENT)))
    assert board.events == [ParameterDefaults(reason=DefaultsReason.NOTHING_STORED)]
    assert rig.hk.parameter_bank == 255


def test_a_bad_bank_is_told_and_the_other_taken(board, rig):
    rig.service.load(loaded(rig.service.image.encode(), 0, (BankState.WHOLE, BankState.CORRUPT)))
    assert board.events == [ParameterBankBad(bank=1, state=BankState.CORRUPT), ParametersLoaded(bank=0, generation=7)]


def test_two_bad_banks_mean_defaults(board, rig):
    rig.service.load(loaded(None, -1, (BankState.TORN, BankState.CORRUPT)))
    assert board.events == [
        ParameterBankBad(bank=0, state=BankState.TORN),
        ParameterBankBad(bank=1, state=BankState.CORRUPT),
        ParameterDefaults(reason=DefaultsReason.NO_WHOLE_BANK),
    ]


@pytest.mark.parametrize("other", [{"mission": "m2_rover"}, {"depth_m": 0.02}])
def test_banks_of_another_mission_or_of_other_defaults_are_refused(board, rig, other):
    before = rig.service.image.encode()
    image = Rig(board, **other).service.image.encode()
    rig.service.load(loaded(image))
    assert board.events == [ParameterDefaults(reason=DefaultsReason.ANOTHER_LAYOUT)]
    assert rig.service.image.encode() == before


def test_an_image_with_a_value_out_of_range_is_refused_whole(board, rig):
    rig.settings.dig.depth_m = 0.0125
    image = bytearray(rig.service.image.encode())
    image[8 + 4 : 8 + 8] = b"\x7f\xc0\x00\x00"  # deepen_m: not a number
    fresh = Rig(board)
    before = fresh.service.image.encode()
    fresh.service.load(loaded(bytes(image)))
    assert board.events == [ParameterDefaults(reason=DefaultsReason.NOT_ALLOWED)]
    assert fresh.service.image.encode() == before


@given(st.binary(max_size=200))
def test_no_octets_put_anything_in_force(octets):
    groups = list(Settings.of(load_mission("m1_lander")).groups())
    image = ParameterImage(groups, "m1_lander")
    before = image.encode()
    for data in (octets, before[:8] + octets):
        if len(data) == len(before):
            continue
        with pytest.raises(ImageError):
            image.apply(data)
    assert image.encode() == before


def test_settings_go_through_real_banks(board, rig, tmp_path):
    banks = Banks(tmp_path, NAME, MAGIC, VERSION, durable=False)
    rig.settings.dig.depth_m = 0.0125
    banks.store(rig.service.image.encode())
    after = Rig(board)
    after.service.load(Banks(tmp_path, NAME, MAGIC, VERSION).load())
    assert after.service.image.encode() == rig.service.image.encode()
    assert board.events == [ParametersLoaded(bank=0, generation=1)]
