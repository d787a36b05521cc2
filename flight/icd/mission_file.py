"""Mission files: finding, reading and validating TOML with errors that say where, what and what is allowed."""

from __future__ import annotations

import difflib
import json
import os
import stat
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
MAX_OCTETS = 1 << 20
"""A mission file is a few kilobytes; what is larger is none."""
MAX_DEPTH = 8
"""Tables and arrays within each other; a mission has five."""
_SHOWN = 60
"""Characters of a wrong value that are worth showing."""


class MissionError(ValueError):
    """A mission file that can't be used: one line for each thing wrong, with file, key, value and what is allowed."""


class Section(BaseModel):
    """Base of every table of a mission file: frozen, and no key that is not declared.

    Nothing is converted: text and `true` are no numbers, and a whole number is not written with a point.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


def whole(value: Any) -> Any:
    """For a choice of whole numbers, which else would take `true` for 1 and 1.0 for 1; raises `ValueError`."""
    if type(value) is not int:
        raise ValueError("must be a whole number")
    return value


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
            name, text = str(path), _read(path)
        else:
            name, text = f"{mission}.toml", (_BUILT_IN / f"{mission}.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        allowed = ", ".join(built_in_missions())
        raise MissionError(f"mission {mission}: {reason}; give a path ending in .toml or one of: {allowed}") from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MissionError(f"mission {name}: not TOML: {error}") from None
    except RecursionError:
        tables = None
    if tables is None or not _is_shallow(tables):
        raise MissionError(f"mission {name}: arrays or tables are nested more than {MAX_DEPTH} deep")
    return name, tables


def platform_kind(tables: Mapping[str, Any]) -> Any:
    """What the tables say of their platform, whatever that may be; what it may be, `validate` knows."""
    mission = tables.get("mission")
    return mission.get("platform") if isinstance(mission, Mapping) else None


def _is_shallow(tables: dict[str, Any]) -> bool:
    """Whether no table or array lies deeper than `MAX_DEPTH`."""
    level: list[Any] = [tables]
    for _ in range(MAX_DEPTH):
        inner = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]
        level = [value for value in inner if isinstance(value, (dict, list))]
    return not level


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for a writer


def _read(path: Path) -> str:
    """The text of a file, and of nothing else: a device or a pipe might never end."""
    with open(path, "rb", opener=_open_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a file")
        octets = file.read(MAX_OCTETS + 1)
    if len(octets) > MAX_OCTETS:
        raise OSError(0, f"larger than {MAX_OCTETS} octets")
    return octets.decode("utf-8")


def validate(model: type[M], tables: Mapping[str, Any], file: str) -> M:
    """`tables` as a `model`; raises `MissionError` with every fault found."""
    try:
        return model.model_validate(_as_tuples(tables))
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
        case "too_short" | "too_long":
            context = fault["ctx"]
            bound = "at least" if fault["type"] == "too_short" else "at most"
            number = context.get("min_length", context.get("max_length"))
            return f"{place} must have {bound} {number} entries, got {context['actual_length']}"
        case "tuple_type":
            return f"{place} must be an array, got {_shown(_value_at(tables, path, fault['input']))}"
        case "model_type":
            return f"{place} must be a table, got {_shown(_value_at(tables, path, fault['input']))}"
        case _:
            message = str(fault["msg"]).removeprefix("Value error, ").replace("Input should", "must")
            return f"{place} {message}, got {_shown(_value_at(tables, path, fault['input']))}"


def _as_tuples(value: Any) -> Any:
    """TOML has arrays only; what is declared is tuples, which are not made of lists where nothing is converted."""
    if isinstance(value, Mapping):
        return {key: _as_tuples(each) for key, each in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _shown(value: Any) -> str:
    """A value as it is written in TOML; of a large one its kind."""
    if isinstance(value, Mapping):
        return "a table"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)  # dates, which JSON does not have
    if len(text) <= _SHOWN:
        return text.replace("NaN", "nan").replace("Infinity", "inf") if isinstance(value, float) else text
    return f"an array of {len(value)}" if isinstance(value, list) else text[:_SHOWN] + "..."


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
