"""The values of joints and wheels as housekeeping."""

from __future__ import annotations

from collections.abc import Sequence

from flight.bus.joint_channel import Channel
from flight.icd.dynamixel_table import A_PER_COUNT, V_PER_COUNT
from flight.icd.hk.bus import JointsHk, WheelsHk
from flight.icd.packet import Quad

JOINTS = 4
"""Places in the record; those without a joint read zero."""


def fill_joints_hk(hk: JointsHk, channels: Sequence[Channel], now_ns: int) -> None:
    """Bring `hk` up to date with `channels`, at most `JOINTS` of them."""
    states = [channel.state for channel in channels]
    hk.position_rad = _quad([state.position_rad for state in states])
    hk.velocity_rad_s = _quad([state.velocity_rad_s for state in states])
    hk.current_a = _quad([state.current_a for state in states])
    hk.goal_rad = _quad([channel.goal() for channel in channels])
    hk.current_limit_a = _quad([channel.goal_current * A_PER_COUNT for channel in channels])
    hk.supply = _four([round(state.voltage_v / V_PER_COUNT) for state in states], 0xFF)
    hk.temperature_c = _four([round(state.temperature_c) for state in states], 0xFF)
    hk.hardware_error = _four([state.hardware_error for state in states], 0xFF)
    hk.joint_age_ms = _four([state.age_ns(now_ns) // 1_000_000 for state in states], 0xFFFF)
    _stamp(hk, channels)


def fill_wheels_hk(hk: WheelsHk, wheels: Sequence[Channel], now_ns: int) -> None:
    """Bring `hk` up to date with the channels of the four wheels."""
    states = [wheel.state for wheel in wheels]
    hk.angle_rad = _quad([state.position_rad for state in states])
    hk.speed_rad_s = _quad([state.velocity_rad_s for state in states])
    hk.current_a = _quad([state.current_a for state in states])
    hk.goal_rad_s = _quad([wheel.goal() for wheel in wheels])
    hk.temperature_c = _four([round(state.temperature_c) for state in states], 0xFF)
    hk.hardware_error = _four([state.hardware_error for state in states], 0xFF)
    hk.wheel_age_ms = _four([state.age_ns(now_ns) // 1_000_000 for state in states], 0xFFFF)
    _stamp(hk, wheels)


def _stamp(hk: JointsHk | WheelsHk, channels: Sequence[Channel]) -> None:
    states = [channel.state for channel in channels]
    hk.good = sum(state.valid << place for place, state in enumerate(states))
    hk.torque = sum(state.torque_on << place for place, state in enumerate(states))
    oldest_ns = min((state.stamp_ns for state in states), default=0)
    hk.stamp(oldest_ns, all(state.valid for state in states))


def _quad(values: list[float]) -> Quad:
    a, b, c, d = (values + [0.0] * JOINTS)[:JOINTS]
    return a, b, c, d


def _four(values: list[int], high: int) -> tuple[int, int, int, int]:
    a, b, c, d = (min(max(value, 0), high) for value in (values + [0] * JOINTS)[:JOINTS])
    return a, b, c, d
