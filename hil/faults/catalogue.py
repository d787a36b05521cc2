"""Every fault there is, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hil.faults.board import BOARD_FAULTS
from hil.faults.camera import CAMERA_FAULTS
from hil.faults.fault import Fault
from hil.faults.link import LINK_FAULTS
from hil.faults.load_cell import LOAD_CELL_FAULTS
from hil.faults.servos import SERVO_FAULTS
from hil.faults.soil import SOIL_FAULTS
from hil.faults.supply import SUPPLY_FAULTS
from hil.faults.wires import WIRE_FAULTS

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        fault.name: fault
        for family in (
            WIRE_FAULTS, SERVO_FAULTS, LOAD_CELL_FAULTS, CAMERA_FAULTS, SOIL_FAULTS, SUPPLY_FAULTS, LINK_FAULTS,
            BOARD_FAULTS,
        )
        for fault in family
    }
)  # fmt: skip
"""Every fault by name."""
