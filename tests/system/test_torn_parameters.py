"""A write of settings torn at every byte leaves one loadable bank, always, and the settings in it are in force."""

import os
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.icd.events.recorder import BankState
from flight.icd.events.supervision import ParameterBankBad, ParametersLoaded
from flight.icd.hk.supervision import SupervisionHk
from flight.pool import Pool
from flight.recorder import banks as module
from flight.recorder.banks import Banks, RecordedBank
from flight.recorder.process import ProcessRecorder
from flight.services.parameter_image import MAGIC, NAME, VERSION, ParameterImage
from flight.services.parameters import ParameterService
from flight.services.timebase import TimeBase
from flight.settings import Settings

MISSION = load_mission("m1_lander")


class PowerCut(BaseException):
    """The power goes: nothing after this runs."""


class Start:
    """A start of the flight software: settings from the mission file, then from the banks under `directory`."""

    def __init__(self, directory):
        self.settings = Settings.of(MISSION)
        self.events = []
        groups = list(self.settings.groups())
        self.image = ParameterImage(groups, "m1_lander")
        self.banks = Banks(directory, NAME, MAGIC, VERSION, durable=False)
        service = ParameterService(
            Pool(groups), self.image, None, self.events.append, TimeBase(), self.events.append, SupervisionHk()
        )
        service.load(self.banks.load())

    @property
    def max_digs(self):
        return self.settings.sample.max_digs

    def store(self, max_digs):
        self.settings.sample.max_digs = max_digs
        self.banks.store(self.image.encode())


class TornPath(type(module.Path())):
    """Files that take so many octets before the power goes."""

    left = 0

    def open(self, mode="r", *arguments, **keywords):
        file = super().open(mode, *arguments, **keywords)
        if "w" in mode:
            write, left = file.write, self.left

            class Torn:
                def __enter__(self):
                    return self

                def __exit__(self, *_):
                    file.close()

                def write(self, octets):
                    write(octets[:left])
                    raise PowerCut

            return Torn()
        return file


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The octets of a bank."""
    directory = tmp_path_factory.mktemp("whole")
    Start(directory).store(5)
    return (directory / "banks" / f"{NAME}.0").read_bytes()


@pytest.mark.requirement("NVM-1")
def test_power_that_goes_at_any_octet_of_a_write_leaves_the_settings_before(tmp_path, whole, monkeypatch):
    Start(tmp_path).store(3)
    Start(tmp_path).store(4)
    banks = tmp_path / "banks"
    for octets in range(len(whole) + 1):
        start = Start(tmp_path)
        start.banks._directory = TornPath(banks)
        monkeypatch.setattr(TornPath, "left", octets)
        with pytest.raises(PowerCut):
            start.store(5)
        assert (banks / f"{NAME}.part").stat().st_size == octets
        after = Start(tmp_path)
        assert (after.max_digs, after.events) == (4, [ParametersLoaded(bank=1, generation=2)])


@pytest.mark.parametrize("written", [0, 1])
def test_a_bank_of_which_any_number_of_octets_arrived_leaves_the_other(tmp_path, written):
    """As on a file system that renames before it writes: the name is there, the octets are not."""
    newest = 3 if written else 4
    for max_digs in range(2, newest + 1):
        Start(tmp_path).store(max_digs)
    path = tmp_path / "banks" / f"{NAME}.{written}"
    octets = path.read_bytes()
    for size in range(len(octets)):
        for torn in (octets[:size], octets[:size].ljust(len(octets), b"\0")):
            if torn == octets:
                continue
            path.write_bytes(torn)
            after = Start(tmp_path)
            assert after.max_digs == newest - 1
            bad, loaded = after.events
            assert (type(bad), bad.bank, type(loaded), loaded.bank) == (
                ParameterBankBad, written, ParametersLoaded, 1 - written,
            )  # fmt: skip


def test_power_that_goes_between_write_and_rename_leaves_the_settings_before(tmp_path, monkeypatch):
    def cut(self, target):
        raise PowerCut

    for max_digs in range(1, 8):
        Start(tmp_path).store(max_digs)
        start = Start(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(module.Path, "rename", cut)
            with pytest.raises(PowerCut):
                start.store(max_digs + 10)
        assert Start(tmp_path).max_digs == max_digs


@given(cuts=st.lists(st.none() | st.integers(0, 400), min_size=1, max_size=12))
@pytest.mark.requirement("NVM-1")
def test_any_series_of_whole_and_torn_writes_leaves_the_last_whole_one(tmp_path_factory, whole, cuts):
    directory = tmp_path_factory.mktemp("series")
    Start(directory).store(1)
    expected = 1
    for number, cut in enumerate(cuts):
        start = Start(directory)
        before = {path.name: path.read_bytes() for path in (directory / "banks").iterdir()}
        value = 2 + number
        start.store(value)
        written = next(path for path in (directory / "banks").iterdir() if before.get(path.name) != path.read_bytes())
        if cut is not None and cut < len(whole):
            written.write_bytes(written.read_bytes()[:cut])
        else:
            expected = value
        assert Start(directory).max_digs == expected


@pytest.mark.requirement("NVM-1")
def test_a_recorder_killed_at_any_moment_leaves_a_whole_bank(tmp_path):
    """The recorder's process is killed while it writes one image after another."""
    stored = Start(tmp_path)
    stored.store(1)
    for _ in range(8):
        recorder = ProcessRecorder(tmp_path, lambda event: None)
        recorder.open()
        start = Start(tmp_path)
        writer = RecordedBank(recorder, start.banks.label)
        for number in range(100):
            start.settings.sample.max_digs = 1 + number % 20
            writer.store(start.image.encode(), 0)
        os.kill(recorder._process.pid, signal.SIGKILL)
        recorder._process.wait()
        recorder.close()
        after = Start(tmp_path)
        assert type(after.events[-1]) is ParametersLoaded
        assert BankState.WHOLE in after.banks.load().states
        assert 1 <= after.max_digs <= 20
