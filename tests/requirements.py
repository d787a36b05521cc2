"""The requirements, the tests that name them, and the matrix of both: `python tests/requirements.py` writes the matrix.

Tests are read as text, so that a requirement that only a test of an extra names is known without that extra.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "docs" / "requirements.toml"
MATRIX = ROOT / "docs" / "requirements.md"
METHODS = ("test", "campaign", "inspection")


def requirements() -> list[dict[str, str]]:
    """All of them, in order: id, text, rationale, method."""
    declared: list[dict[str, str]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["requirement"]
    return declared


def named() -> dict[str, list[str]]:
    """Requirement id -> tests that name it, as `file::function`."""
    tests: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for name in _ids(node):
                    tests[name].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(tests)


def _ids(function: ast.FunctionDef) -> list[str]:
    marks = [mark for mark in function.decorator_list if isinstance(mark, ast.Call)]
    return [
        str(mark.args[0].value)
        for mark in marks
        if ast.unparse(mark.func) == "pytest.mark.requirement" and isinstance(mark.args[0], ast.Constant)
    ]


def matrix() -> str:
    """The matrix as Markdown."""
    tests = named()
    lines = [
        "# Requirements and what holds them",
        "",
        "Generated from `requirements.toml` and the tests by `make requirements`; a test holds both to each other.",
        "",
        "| id | requirement | why | method | held by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in requirements():
        held = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in tests.get(each["id"], []))
        lines.append(f"| {each['id']} | {each['text']} | {each['rationale']} | {each['method']} | {held} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    MATRIX.write_text(matrix(), encoding="utf-8")
    print(f"{MATRIX.relative_to(ROOT)}: {len(requirements())} requirements, {sum(map(len, named().values()))} tests")
