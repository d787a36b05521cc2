"""Faults of the serial lines: of the motion bus, the load cell (`cell_...`), the camera (`camera_...`)."""

from __future__ import annotations

from collections.abc import Callable

from hil.devices.impairments import (
    TO_DEVICE,
    TO_HOST,
    Change,
    Impairment,
    collide,
    drop_byte,
    duplicate_byte,
    duplicate_frame,
    flip_bit,
    insert_byte,
    low,
    noise,
    nothing,
    sometimes,
    truncate,
    unchanged,
)
from hil.faults.fault import Begin, Fault
from hil.faults.site import LINES, Part, Site, Undo, present

LATE_NS = 16_000_000
"""What a USB adapter adds when its latency timer has fallen back to its default."""
SLOW_NS = 7_000_000
"""How much later devices begin to answer: most of a minor frame."""
SHARE_OF_FRAMES = 0.2
"""How many of the frames, each way, a noisy line spoils."""
_WAYS = (TO_DEVICE, TO_HOST)
_SHARE = f"{SHARE_OF_FRAMES:.0%}"

_PREFIX = {"joints": "", "load_cell": "cell_", "camera": "camera_"}
_Impair = Callable[[str], Impairment]


def _noisy(change: Change) -> _Impair:
    return lambda way: Impairment.one_way(sometimes(change, SHARE_OF_FRAMES), way)


def _always(change: Change) -> _Impair:
    return lambda way: Impairment.one_way(change, way)


def _as_is(impairment: Impairment) -> _Impair:
    return lambda _way: impairment


_IMPAIRMENTS: tuple[tuple[str, str, float, _Impair, bool, bool], ...] = (
    # name, meaning, default s, what it does, whether each way can be named, whether nothing else can be wrong meanwhile
    ("bit_flip", f"one bit is wrong in {_SHARE} of the {{}}'s frames", 5.0, _noisy(flip_bit), True, False),
    ("dropped_byte", f"one byte is lost in {_SHARE} of the {{}}'s frames", 5.0, _noisy(drop_byte), True, False),
    ("duplicated_byte", f"one byte comes twice in {_SHARE} of the {{}}'s frames", 5.0, _noisy(duplicate_byte), True,
     False),
    ("duplicated_frame", f"{_SHARE} of the {{}}'s frames come twice", 5.0, _noisy(duplicate_frame), True, False),
    ("inserted_byte", f"a byte that nobody sent is in {_SHARE} of the {{}}'s frames", 5.0, _noisy(insert_byte), True,
     False),
    ("truncated_frame", f"{_SHARE} of the {{}}'s frames end early", 5.0, _noisy(truncate), True, False),
    ("collision", f"another sender talks into {_SHARE} of the {{}}'s frames", 5.0, _noisy(collide), True, False),
    ("late_reply", f"every answer on the {{}} reaches the host {LATE_NS // 1_000_000} ms late", 2.0,
     _as_is(Impairment(late_ns=LATE_NS)), False, False),
    ("slow_answer", f"what answers on the {{}} begins {SLOW_NS // 1_000_000} ms later than it should", 2.0,
     _as_is(Impairment(answer_ns=SLOW_NS)), False, False),
    ("usb_latency", f"the adapter of the {{}} hands over what came only every {LATE_NS // 1_000_000} ms", 5.0,
     _as_is(Impairment(every_ns=LATE_NS)), False, False),
    ("echo", "the host hears its own bytes on the {}: its transceiver's receiver stays on", 5.0,
     _as_is(Impairment(own=unchanged)), False, False),
    ("wrong_baud", "host and devices of the {} run at different rates: each hears noise", 1.0, _always(noise), True,
     False),
    ("mute", "nothing answers on the {}, though all is heard", 1.0, _as_is(Impairment(to_host=nothing)), False, True),
    ("stuck_low", "the {} is held low: all that is sent reads 0x00, at both ends", 1.0,
     _as_is(Impairment(to_device=low, to_host=low, own=low)), False, True),
    ("stuck_high", "the {} is held at its idle level: nothing passes", 1.0, _always(nothing), True, True),
)  # fmt: skip


def _impair(line: str, what: _Impair) -> Begin:
    return lambda site, way: site.lines[line].impair(what(way))


def _unplug(line: str) -> Begin:
    return lambda site, _way: site.lines[line].unplug()


def _brown_out(site: Site, _where: str) -> Undo:
    return site.servo_bus.cut_power()


def _cell_brown_out(site: Site, _where: str) -> Undo:
    return site.weighing.cut_power(lambda: site.now_ns)


def _camera_brown_out(site: Site, _where: str) -> Undo:
    camera = present(site.camera)
    silent = camera.mute()

    def undo() -> None:
        silent()
        camera.restart()

    return undo


def _wrong_id(site: Site, where: str) -> Undo:
    servo = site.servo(where)
    others = [each.id for each in site.servo_bus.servos if each is not servo]
    return site.servo_bus.misname(servo, site.choice.choice(others))


def _wrong_unit(site: Site, _where: str) -> Undo:
    return site.weighing.ailments.misname(site.choice.randrange(100, 200))


def _line_faults(line: str) -> list[Fault]:
    prefix, part = _PREFIX[line], LINES[line]
    named = part.value
    family = f"line: {named}"
    faults = [
        Fault(prefix + name, family, meaning.format(named), duration_s, _impair(line, what), part, named, alone,
              _WAYS if both_ways else ())
        for name, meaning, duration_s, what, both_ways, alone in _IMPAIRMENTS
    ]  # fmt: skip
    faults.append(
        Fault(prefix + "unplugged_adapter", family, f"the host's adapter of the {named} is pulled", 2.0,
              _unplug(line), part, named, alone=True)
    )  # fmt: skip
    return faults


WIRE_FAULTS: tuple[Fault, ...] = (
    *_line_faults("joints"),
    Fault("wrong_id", "line: motion bus", "a servo answers with another's id, the checksum right", 2.0, _wrong_id,
          LINES["joints"], "motion bus", of_servo=True),
    Fault("brown_out", "line: motion bus", "all servos lose their supply for a moment and start anew, RAM at defaults",
          0.2, _brown_out, LINES["joints"], "servos' supply", alone=True),
    *_line_faults("load_cell"),
    Fault("cell_wrong_id", "line: load cell line", "the transmitter answers with another unit's number, the checksum "
          "right", 2.0, _wrong_unit, LINES["load_cell"], "load cell line"),
    Fault("cell_brown_out", "line: load cell line", "the transmitter loses its supply for a moment and starts anew, "
          "without tare and zero", 0.2, _cell_brown_out, LINES["load_cell"], "load cell's supply", alone=True),
    *_line_faults("camera"),
    Fault("camera_brown_out", "line: camera line", "the camera loses its supply for a moment and starts anew", 0.2,
          _camera_brown_out, Part.CAMERA, "camera's supply", alone=True),
)  # fmt: skip
"""Those of all three lines."""
