"""Every requirement is named by a test, every name is a requirement, and the matrix that is kept is today's."""

import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("requirements", Path(__file__).with_name("requirements.py"))
requirements = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(requirements)


@pytest.fixture(scope="module")
def declared():
    return requirements.requirements()


def test_ids_are_given_once_and_every_field_says_something(declared):
    ids = [each["id"] for each in declared]
    assert len(ids) == len(set(ids))
    for each in declared:
        assert set(each) == {"id", "text", "rationale", "method"}
        assert all(each.values())
        assert each["method"] in requirements.METHODS


@pytest.mark.requirement("MIS-4")
def test_every_requirement_is_named_by_a_test(declared):
    tests = requirements.named()
    assert [each["id"] for each in declared if each["id"] not in tests] == []


@pytest.mark.requirement("MIS-4")
def test_every_name_in_a_test_is_a_requirement(declared):
    ids = {each["id"] for each in declared}
    assert {name: tests for name, tests in requirements.named().items() if name not in ids} == {}


@pytest.mark.requirement("MIS-4")
def test_the_matrix_is_todays():
    assert requirements.MATRIX.read_text() == requirements.matrix(), "run make requirements"
