"""The memory of a servo: its control table as octets, and what a read or write at an address touches.

Indirect data registers stand for the octets that their address registers name, and inherit everything from them
(ROBOTIS e-manual, Indirect Address): an address is resolved first, then looked at as if it had been given directly.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple

from flight.icd.dynamixel import Error
from flight.icd.dynamixel_table import BY_NAME, INDIRECT, REGISTERS, TABLE_SIZE, Area, Model, Register

_CODES = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h", (4, False): "I", (4, True): "i"}
_RAM_START = 64


def _indirect_registers() -> list[Register]:
    registers = []
    for first_address, first_data, count in INDIRECT:
        for k in range(count):
            home = first_data + k
            registers.append(Register(f"indirect_address_{home}", first_address + 2 * k, 2, Area.RAM, True,
                                      _RAM_START, TABLE_SIZE - 1, home))  # fmt: skip
            registers.append(Register(f"indirect_data_{home}", home, 1, Area.RAM, True, 0, 0xFF))
    return registers


_ALL = (*REGISTERS, *_indirect_registers())
_OWNER: dict[int, Register] = {
    address: register for register in _ALL for address in range(register.address, register.address + register.size)
}
_INDIRECT_ADDRESSES = frozenset(a for first, _, count in INDIRECT for a in range(first, first + 2 * count))
_INDIRECT_DATA = {data + k: address + 2 * k for address, data, count in INDIRECT for k in range(count)}


class WritePlan(NamedTuple):
    """What a write of some length at some address touches: how to take it apart, and the registers in order.

    `moves` are slices of the table and of the data; `remaps` says that an indirect address is among them.
    """

    unpack: Callable[[bytes], tuple[Any, ...]]
    registers: tuple[Register, ...]
    moves: tuple[tuple[slice, slice], ...]
    remaps: bool


class ControlTable:
    """The octets of one servo's control table, and access to them by address or by name.

    Access rights that depend on the servo's state (EEPROM lock, limits) are the servo's business.
    """

    __slots__ = ("_reads", "_writes", "memory", "model")

    def __init__(self, model: Model) -> None:
        self.model = model
        self.memory = bytearray(TABLE_SIZE)
        self._reads: dict[tuple[int, int], Callable[[bytearray], Any] | None] = {}
        self._writes: dict[tuple[int, int], WritePlan | Error] = {}
        self.restore(Area.EEPROM)
        self.restore(Area.RAM)

    def restore(self, area: Area) -> None:
        """Put the defaults back into one area, as a restart does to RAM and a factory reset to both."""
        for register in _ALL:
            if register.area == area:
                self._store(register, self.model.default_of(register))
        self.remap()

    def get(self, name: str) -> int:
        """The value of a register."""
        register = BY_NAME[name]
        octets = self.memory[register.address : register.address + register.size]
        return int.from_bytes(octets, "little", signed=register.signed)

    def set(self, name: str, value: int) -> None:
        """Give a register a value, whatever its access rights."""
        self._store(BY_NAME[name], value)

    def _store(self, register: Register, value: int) -> None:
        self.memory[register.address : register.address + register.size] = register.to_bytes(value)

    def read(self, address: int, size: int) -> bytes | None:
        """`size` octets from `address`; gaps between registers read 0; None where there is no table."""
        try:
            pick = self._reads[address, size]
        except KeyError:
            pick = self._reads[address, size] = self._plan_read(address, size)
        return None if pick is None else bytes(pick(self.memory))

    def _plan_read(self, address: int, size: int) -> Callable[[bytearray], Any] | None:
        if size < 1 or address + size > TABLE_SIZE:
            return None
        sources = [self._resolve(at) for at in range(address, address + size)]
        if sources == list(range(sources[0], sources[0] + size)):
            return itemgetter(slice(sources[0], sources[0] + size))
        return itemgetter(*sources)

    def plan_write(self, address: int, size: int) -> WritePlan | Error:
        """What a write of `size` octets at `address` touches, or the error that it is."""
        try:
            return self._writes[address, size]
        except KeyError:
            plan = self._writes[address, size] = self._plan_write(address, size)
            return plan

    def _plan_write(self, address: int, size: int) -> WritePlan | Error:
        registers: list[Register] = []
        at = address
        while at < address + size:
            target = self._resolve(at)
            register = _OWNER.get(target)
            if register is None or not register.writable:
                return Error.ACCESS
            octets = range(at, at + register.size)
            if octets.stop > address + size or [self._resolve(octet) for octet in octets] != list(
                range(register.address, register.address + register.size)
            ):
                return Error.DATA_LENGTH
            registers.append(register)
            at = octets.stop
        if not registers:
            return Error.DATA_LENGTH
        codes = "".join(_CODES[register.size, register.signed] for register in registers)
        moves: list[tuple[slice, slice]] = []
        at = 0
        for register in registers:
            there = slice(register.address, register.address + register.size)
            moves.append((there, slice(at, at + register.size)))
            at += register.size
        remaps = any(register.address in _INDIRECT_ADDRESSES for register in registers)
        return WritePlan(struct.Struct("<" + codes).unpack, tuple(registers), tuple(moves), remaps)

    def store(self, plan: WritePlan, data: bytes) -> None:
        """Write `data` as planned."""
        memory = self.memory
        for there, here in plan.moves:
            memory[there] = data[here]
        if plan.remaps:
            self.remap()

    def remap(self) -> None:
        """Forget what addresses mean: the indirect addresses have changed."""
        self._reads.clear()
        self._writes.clear()

    def _resolve(self, address: int) -> int:
        """The octet that `address` stands for; one step, as an indirect data register of another is its storage."""
        holder = _INDIRECT_DATA.get(address)
        if holder is None:
            return address
        return int(self.memory[holder] | self.memory[holder + 1] << 8)
