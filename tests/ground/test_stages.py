"""What the ground prints of a command that was refused: the limit and its values, in words and units."""

import pytest

from flight.icd.commands.functions import DigArc, DigLinear, GoToPose, Tare, Weigh
from flight.icd.limits import UNITS, Limit, Violation
from flight.icd.modes import Phase, StepFailure
from flight.icd.reports.verification import CompletionFailed, FailureCode, Progressed, StartFailed
from ground.stages import describe

POSE = GoToPose(x_m=1.9, y_m=0.0, z_m=0.3, rake_deg=0.0, speed_m_s=0.04)


@pytest.mark.parametrize(
    ("violation", "said"),
    [
        (Violation(Limit.ELBOW, 12.54, -160.0, 5.0), "elbow 12.54 deg, allowed -160 .. 5 deg"),
        (Violation(Limit.REACH, 1.07, 0.05, 0.85), "reach 1.07 m, allowed 0.05 .. 0.85 m"),
        (Violation(Limit.KEEP_OUT, 0.034, 0.0, 0.0, 2), "keep_out of box 2: 0.034 m, allowed 0 m"),
        (Violation(Limit.RATE, 490.0, 0.0, 100.0, 4), "rate of joint 4: 490 deg/s, allowed 0 .. 100 deg/s"),
        (Violation(Limit.SITE, 8, 0, 4), "site 8, allowed 0 .. 4"),
        (Violation(Limit.COUNTER, 7, 4294967290, 4294967295), "counter 7, allowed 4294967290 .. 4294967295"),
        (Violation(Limit.SPEED, 0.08, 0.0, 0.04), "speed 0.08 m/s, allowed 0 .. 0.04 m/s"),
    ],
)
def test_a_limit_is_told_with_what_was_wanted_and_what_is_allowed(violation, said):
    limit, wanted, low, high, part = violation
    record = StartFailed(
        code=FailureCode.OUTSIDE_LIMIT, detail=limit, limit=limit, wanted=wanted, low=low, high=high, part=part
    )
    assert describe(POSE, record) == f"OUTSIDE_LIMIT (code 40): {said}"


@pytest.mark.parametrize(
    ("command", "code", "detail", "said"),
    [
        (
            DigLinear(site=2),
            FailureCode.NO_SURFACE,
            2,
            "find_surface site=2 must come before, and no other site's since",
        ),
        (Tare(), FailureCode.SCOOP_IN_USE, 0, "it may hold soil; discard it first"),
        (Weigh(), FailureCode.NO_TARE, 0, "the empty scoop was not tared; tare must come before"),
        (DigArc(), FailureCode.OTHER_PLATFORM, 0, "this platform has no dig_arc"),
    ],
)
def test_what_must_come_before_is_said(command, code, detail, said):
    assert describe(command, StartFailed(code=code, detail=detail)) == f"{code.name} (code {code.value}): {said}"


def test_steps_and_failures_of_single_commands_have_names():
    assert describe(POSE, Progressed(step=Phase.GO_TO)) == "step 18: GO_TO"
    failed = CompletionFailed(code=FailureCode.FAILED, detail=StepFailure.STALLED)
    assert describe(DigLinear(), failed).endswith(": STALLED")


def test_every_limit_has_a_unit():
    assert set(UNITS) == set(Limit) - {Limit.NONE}
