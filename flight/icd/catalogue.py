"""The packages that declare packets, and the dictionary built from every module in them."""

from __future__ import annotations

import pkgutil
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from flight.icd import commands, events, hk, parameters, reports
from flight.icd.dictionary import Dictionary

PACKAGES = (commands, events, hk, reports)


def declaring_modules() -> tuple[ModuleType, ...]:
    """Every module that declares packets or parameters, in the order of its name."""
    names = [
        entry.name for package in PACKAGES for entry in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
    return (*(import_module(name) for name in sorted(names)), parameters)


@lru_cache(maxsize=1)
def mission_dictionary() -> Dictionary:
    """The dictionary of the mission: built once, the same in every program."""
    return Dictionary(declaring_modules())
