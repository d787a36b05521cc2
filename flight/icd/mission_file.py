"""Mission files: finding, reading and validating TOML with errors that say where, what and what is allowed."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

M = TypeVar("M", bound=BaseModel)

_UNITS = frozenset(
    {
        "m", "cm", "mm", "um", "km", "m2", "cm2", "m3", "cm3", "s", "ms", "us", "ns", "min", "h", "s2", "deg", "rad",
        "rpm", "counts", "n", "mn", "kn", "nm", "g", "mg", "kg", "a", "ma", "v", "mv", "c", "k", "pa", "kpa", "hz",
        "khz",
    }
)  # fmt: skip
_BUILT_IN = resources.files("flight") / "missions"


class MissionError(ValueError):
    """A mission file that can't be used: one line for each thing wrong, with file, key, value and what is allowed."""


class Section(BaseModel):
    """Base of every table of a mission file: frozen, and no key that is not declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def built_in_missions() -> list[str]:
    """Names of the missions that come with the program."""
    return sorted(entry.name.removesuffix(".toml") for entry in _BUILT_IN.iterdir() if entry.name.endswith(".toml"))


def read_mission(mission: str | Path) -> tuple[str, dict[str, Any]]:
    """The tables of a mission, given the name of a built-in one or the path of a file; with the file's name.

    Raises `MissionError` when there is no such mission or the file is no TOML.
    """
    path = Path(mission)
    try:
        if path.suffix == ".toml" or path.parent != Path():
            name, text = str(path), path.read_text(encoding="utf-8")
        else:
            name, text = f"{mission}.toml", (_BUILT_IN / f"{mission}.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        allowed = ", ".join(built_in_missions())
        raise MissionError(f"mission {mission}: {reason}; give a path ending in .toml or one of: {allowed}") from None
    try:
        return name, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MissionError(f"mission {name}: not TOML: {error}") from None


def validate(model: type[M], tables: Mapping[str, Any], file: str) -> M:
    """`tables` as a `model`; raises `MissionError` with every fault found."""
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        faults = [f"mission {file}: {_describe(model, tables, fault)}" for fault in error.errors()]
        raise MissionError("\n".join(faults)) from None


def _describe(model: type[BaseModel], tables: Mapping[str, Any], fault: Mapping[str, Any]) -> str:
    path: tuple[str | int, ...] = tuple(fault["loc"])
    if not path:
        return str(fault["msg"]).removeprefix("Value error, ")
    place = _place(path)
    match fault["type"]:
        case "extra_forbidden":
            return f"{place} is not a key here; {_suggest(str(path[-1]), _keys_at(model, path[:-1]))}"
        case "missing":
            return f"{place} is missing"
        case _:
            message = str(fault["msg"]).removeprefix("Value error, ").replace("Input should", "must")
            return f"{place} {message}, got {_value_at(tables, path, fault['input'])!r}"


def _place(path: tuple[str | int, ...]) -> str:
    """`[arm] link_m[1]` for ("arm", "link_m", 1)."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            words[-1] += f"[{part}]"
        else:
            words.append(str(part))
    return f"[{'.'.join(words[:-1])}] {words[-1]}" if len(words) > 1 else words[0]


def _value_at(tables: Any, path: tuple[str | int, ...], default: Any) -> Any:
    value = tables
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return default
    return value


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys allowed in the table at `path` of `model`."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        info = getattr(current, "model_fields", {}).get(part)
        if info is None:
            return []
        current = _model_in(info.annotation)
    return sorted(getattr(current, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    """The model within `tuple[Model, ...]`, `Model | None` or `Model`."""
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return annotation if hasattr(annotation, "model_fields") else None


def _suggest(key: str, allowed: list[str]) -> str:
    """What to write instead: the same quantity in its unit, the nearest key, or all of them."""
    for name in allowed:
        if _quantity(name) == _quantity(key):
            return f"this value is given in the unit its name ends with: {name}"
    near = difflib.get_close_matches(key, allowed, 1)
    return f"did you mean {near[0]}?" if near else f"allowed: {', '.join(allowed)}"


def _quantity(key: str) -> str:
    """`key` without the units it ends with."""
    words = key.split("_")
    while len(words) > 1 and words[-1] in _UNITS:
        words.pop()
    return "_".join(words)
