"""The list of modules that declare packets, and the dictionary built from them."""

from __future__ import annotations

from functools import lru_cache

from flight.icd import commands, verification
from flight.icd.dictionary import Dictionary
from flight.icd.events import bus as bus_events
from flight.icd.events import comms as comms_events
from flight.icd.events import executive as executive_events
from flight.icd.events import fdir as fdir_events
from flight.icd.events import recorder as recorder_events
from flight.icd.events import sampling as sampling_events
from flight.icd.hk import bus as bus_hk
from flight.icd.hk import comms as comms_hk
from flight.icd.hk import executive as executive_hk
from flight.icd.hk import recorder as recorder_hk
from flight.icd.hk import scoop as scoop_hk

MODULES = (
    commands,
    verification,
    bus_events,
    comms_events,
    executive_events,
    fdir_events,
    recorder_events,
    sampling_events,
    bus_hk,
    comms_hk,
    executive_hk,
    recorder_hk,
    scoop_hk,
)


@lru_cache(maxsize=1)
def mission_dictionary() -> Dictionary:
    """The dictionary of the mission: built once, the same in every program."""
    return Dictionary(MODULES)
