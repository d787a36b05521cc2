"""Telecommands as people write them; each error says what is allowed."""

import pytest

from flight.icd.command_text import CommandError, build_command

GOOD = ["shade=LIGHT", "angle_rad=-1.5", "steps=0x0a", "tilt=-30.5, 12"]


def test_values_are_numbers_names_and_lists_in_engineering_units(dictionary, kinds):
    turn = build_command(dictionary, "turn", GOOD)
    light = kinds[3].fields["shade"].enum.LIGHT
    assert turn == kinds[3](shade=light, angle_rad=-1.5, steps=10, tilt=(-305, 120), one=1)


@pytest.mark.parametrize("name", ["TURN", "Turn", "turn"])
def test_names_are_taken_in_any_case(dictionary, name, kinds):
    assert isinstance(build_command(dictionary, name, GOOD), kinds[3])


def test_an_enumeration_takes_names_in_any_case_and_numbers(dictionary):
    assert build_command(dictionary, "turn", ["shade=dark", *GOOD[1:]]).shade.name == "DARK"
    assert build_command(dictionary, "turn", ["shade=9", *GOOD[1:]]).shade.name == "LIGHT"


def replaced(field, value):
    return [f"{field}={value}" if each.startswith(field + "=") else each for each in GOOD]


@pytest.mark.parametrize(
    ("name", "assignments", "message"),
    [
        ("trun", GOOD, "no command 'trun'; did you mean turn? allowed: turn, wait"),
        ("turn", ["stps=3", *GOOD], "turn: no field 'stps'; did you mean steps? allowed: shade, angle_rad, steps"),
        ("wait", ["a=3"], "wait: no field 'a'; it takes none"),
        ("turn", ["shade", *GOOD], "turn: write field=value, not 'shade'"),
        ("turn", ["shade=DARK", *GOOD], "turn: shade is given twice"),
        ("turn", GOOD[1:], "turn: missing shade (DARK (3), LIGHT (9))"),
        ("turn", replaced("shade", "PINK"), "turn: shade = PINK; allowed: DARK (3), LIGHT (9)"),
        ("turn", replaced("steps", "11"), "turn: steps = 11; allowed: 1..10"),
        ("turn", replaced("steps", "1.5"), "turn: steps = 1.5; allowed: 1..10"),
        ("turn", replaced("steps", "many"), "turn: steps = many; allowed: 1..10"),
        ("turn", replaced("angle_rad", "3.01"), "turn: angle_rad = 3.01; allowed: -3..3 rad"),
        ("turn", replaced("angle_rad", "nan"), "turn: angle_rad = nan; allowed: -3..3 rad"),
        ("turn", replaced("tilt", "1"), "turn: tilt takes 2 values separated by commas, got 1"),
        ("turn", replaced("tilt", "1,91"), "turn: tilt = 91; allowed: -90..90 deg, 2 values"),
        ("turn", replaced("tilt", "1,inf"), "turn: tilt = inf; allowed: -90..90 deg, 2 values"),
        ("turn", ["one=2", *GOOD], "turn: one = 2; allowed: 1"),
    ],
)
def test_each_error_says_what_is_allowed(dictionary, name, assignments, message):
    with pytest.raises(CommandError) as caught:
        build_command(dictionary, name, assignments)
    assert str(caught.value).startswith(message)
