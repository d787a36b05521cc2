import pytest

from flight.config import AnyConfig, MissionConfig, load_mission
from flight.scoop.kinematics import ArmModel


@pytest.fixture(scope="session")
def m1() -> MissionConfig:
    return load_mission("m1_lander")


@pytest.fixture(scope="session")
def m2() -> AnyConfig:
    return load_mission("m2_rover")


@pytest.fixture(scope="session")
def arm(m1: MissionConfig) -> ArmModel:
    return ArmModel(m1)
