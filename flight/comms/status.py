"""Housekeeping of the space link, gathered from those who count."""

from __future__ import annotations

from flight.comms.downlink import Downlink
from flight.comms.ports import LinkPorts
from flight.comms.uplink import Uplink
from flight.icd.hk.comms import CommsHk, UplinkHk
from flight.services.dispatcher import Dispatcher

_MODULO = 0xFFFFFFFF


class CommsStatus:
    """Fills `hk` and `uplink_hk` when they are about to be sent."""

    __slots__ = ("_dispatcher", "_downlink", "_ports", "_uplink", "hk", "uplink_hk")

    def __init__(self, ports: LinkPorts, downlink: Downlink, uplink: Uplink, dispatcher: Dispatcher) -> None:
        self._ports = ports
        self._downlink = downlink
        self._uplink = uplink
        self._dispatcher = dispatcher
        self.hk = CommsHk()
        self.uplink_hk = UplinkHk()

    def refresh(self, now_ns: int) -> None:
        """Bring `hk` up to date."""
        hk, down, up, dispatcher = self.hk, self._downlink, self._uplink, self._dispatcher
        hk.frames = down.frames & _MODULO
        hk.idle_frames = down.idle_frames & _MODULO
        hk.packets = down.packets & _MODULO
        hk.dropped = tuple(queue.dropped & _MODULO for queue in down.queues)
        hk.waiting = tuple(queue.octets for queue in down.queues)
        hk.unfit = down.unfit & _MODULO
        hk.port_losses = self._ports.losses & _MODULO
        hk.cltus = up.received & _MODULO
        hk.uplink_rejected = tuple(count & _MODULO for count in up.rejected.values())
        hk.uplink_discarded = up.discarded_octets & _MODULO
        verification = dispatcher.verification
        hk.commands = dispatcher.received & _MODULO
        hk.accepted = verification.accepted & _MODULO
        hk.refused = verification.refused & _MODULO
        hk.completed = verification.completed & _MODULO
        hk.failed = verification.failed & _MODULO
        hk.timed_out = dispatcher.timed_out & _MODULO
        hk.running = dispatcher.running
        hk.stamp(now_ns)

    def refresh_uplink(self, now_ns: int) -> None:
        """Bring `uplink_hk` up to date."""
        hk, up = self.uplink_hk, self._uplink
        gate, farm = up.gate, up.farm
        hk.key = gate.key_ident
        hk.next_sequence = min(gate.next_sequence, _MODULO)
        hk.kept = gate.kept
        hk.v_r = farm.v_r
        hk.lockout, hk.wait, hk.retransmit = int(farm.lockout), int(farm.wait), int(farm.retransmit)
        hk.ad_frames = up.taken_ad & _MODULO
        hk.bd_frames = up.taken_bd & _MODULO
        hk.bc_frames = up.taken_bc & _MODULO
        hk.rejected = sum(up.rejected.values()) & _MODULO
        hk.last_fault = up.latest_fault
        hk.stamp(now_ns)
