"""`saji-flight`: the flight program from the command line."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from flight.app import FlightApp, Surroundings, load_kept
from flight.bus.port_urls import make_port, open_at_start
from flight.comms.gate import ClosedGate, Gate, open_gate
from flight.comms.link import make_link_port
from flight.comms.replay import ReplayStateError
from flight.config import AnyConfig, load_mission
from flight.executive import realtime
from flight.executive.clocks import RealClock, VirtualClock, system_tai_offset_ns
from flight.executive.schedule import ScheduleError
from flight.executive.watchdog import BenchWatchdog, SystemdWatchdog
from flight.icd.keys import KeyFileError
from flight.icd.mission_file import MissionError
from flight.icd.vc0706 import DEFAULT_BAUD
from flight.recorder.null import NullRecorder
from flight.recorder.process import ProcessRecorder
from flight.recorder.products import next_sequence
from flight.recorder.records import Recorder
from flight.services.events import EventService

ERRORS = (MissionError, ScheduleError, OSError)
"""What a user's input can bring about: told in a line each, exit code 2."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="saji")
def cli() -> None:
    """On-board software of the sampling scoop."""


@cli.command()
@click.option("--mission", default="m1_lander", show_default=True, help="Built-in name or TOML file.")
@click.option("--joints", required=True, metavar="URL", help="Motion bus: /dev/ttyUSB0 or socket://host:port.")
@click.option("--load-cell", required=True, metavar="URL", help="Weighing transmitter, likewise.")
@click.option("--camera", metavar="URL", help="Serial camera, likewise; without one no pictures.")
@click.option("--link", required=True, metavar="URL", help="Space link: listen://host:port or socket://host:port.")
@click.option("--store", required=True, type=click.Path(file_okay=False, path_type=Path), help="Recorder's directory.")
@click.option("--keys", type=click.Path(dir_okay=False, path_type=Path), help="Key file; without one no telecommand.")
def run(
    mission: str, joints: str, load_cell: str, camera: str | None, link: str, store: Path, keys: Path | None
) -> None:
    """Fly until told to stop (SIGINT, SIGTERM or SIGHUP)."""
    config = load_mission(mission)
    on_paper(config)  # what can't be composed is told before anything is touched
    joints_port = make_port(joints, config.motion_bus.baud)
    cell_port = make_port(load_cell, config.load_cell.baud)
    camera_port = make_port(camera, DEFAULT_BAUD) if camera is not None else None
    link_port = make_link_port(link)
    for port in (joints_port, cell_port, link_port):
        open_at_start(port)
    events = EventService()
    recorder = ProcessRecorder(store, events.emit)
    recorder.open()
    settings, custody, sequence, faults = load_kept(store)
    around = Surroundings(
        joints=joints_port,
        load_cell=cell_port,
        link=link_port,
        recorder=recorder,
        events=events,
        clock=RealClock(),
        watchdog=SystemdWatchdog.from_environment(os.environ, os.getpid()),
        tai_offset_ns=system_tai_offset_ns(),
        gate=_gate(keys, store, recorder),
        kept_settings=settings,
        kept_custody=custody,
        kept_sequence=sequence,
        kept_fdir=faults,
        first_product=next_sequence(store),
        camera=camera_port,  # opened in flight: a sample can be had without it
    )
    app = FlightApp(config, around)
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    realtime.set_up(realtime.RealTimePlan(), events.emit)
    uplink = f"open for key {around.gate.key_ident}" if around.gate.is_open else "closed"
    click.echo(f"saji-flight: {config.mission.name} flies; link {link}, uplink {uplink}", err=True)
    app.run(lambda: bool(stopping))


def _gate(keys: Path | None, store: Path, recorder: Recorder) -> Gate:
    """The gate of the uplink; closed, with the reason told, where there is no key that can be used."""
    try:
        if keys is not None:
            return open_gate(keys, store, recorder)
        why = "no --keys"
    except (KeyFileError, ReplayStateError) as error:
        why = str(error)
    click.echo(f"saji-flight: {why}; the uplink is closed", err=True)
    return ClosedGate()


@cli.command()
@click.option("--mission", required=True, help="Built-in name or TOML file.")
def check(mission: str) -> None:
    """Validate a mission file and its schedule; print the frame table."""
    config = load_mission(mission)
    click.echo(f"mission {mission}: valid ({config.mission.name}, {config.mission.site})\n")
    click.echo(on_paper(config).executive.schedule.describe())


class NoPort:
    """A port to nothing, for a program that is composed but not flown."""

    url = "none"
    is_open = False

    def open(self, now_ns: int) -> None:
        """Stay closed."""

    def read(self, now_ns: int) -> bytes:
        """Nothing."""
        return b""

    def write(self, data: bytes, now_ns: int) -> None:
        """Nowhere."""

    def close(self) -> None:
        """Stay closed."""


def on_paper(config: AnyConfig) -> FlightApp:
    """The program as composed for `config`, connected to nothing."""
    none = NoPort()
    around = Surroundings(
        joints=none,
        load_cell=none,
        link=none,
        recorder=NullRecorder(),
        events=EventService(),
        clock=VirtualClock(),
        watchdog=BenchWatchdog(),
        tai_offset_ns=0,
        gate=ClosedGate(),
    )
    return FlightApp(config, around)
