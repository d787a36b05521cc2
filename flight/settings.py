"""Settings: the parameter groups in force, which begin as the mission file says and change by telecommand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from flight.config import AnyConfig
from flight.icd.kinds import ParameterGroup
from flight.icd.mission_file import Section
from flight.icd.parameters import (
    ContactParameters,
    DigParameters,
    LocationParameters,
    MotionParameters,
    SampleParameters,
    WeighParameters,
)

G = TypeVar("G", bound=ParameterGroup)


@dataclass(frozen=True, slots=True)
class Settings:
    """One live record a group; whoever uses a value reads it from here when it is needed."""

    dig: DigParameters
    contact: ContactParameters
    weigh: WeighParameters
    sample: SampleParameters
    motion: MotionParameters
    location: LocationParameters

    @classmethod
    def of(cls, config: AnyConfig) -> Settings:
        """The defaults: what the mission file says under the same names."""
        return cls(
            _fill(DigParameters, config.dig),
            _fill(ContactParameters, config.contact),
            _fill(WeighParameters, config.weigh),
            _fill(SampleParameters, config.sample),
            _fill(MotionParameters, config.motion),
            _fill(LocationParameters, config.location),
        )

    def groups(self) -> Iterator[ParameterGroup]:
        """All groups."""
        yield from (self.dig, self.contact, self.weigh, self.sample, self.motion, self.location)


def _fill(kind: type[G], section: Section) -> G:
    return kind(**{name: getattr(section, name) for name in kind.fields})
