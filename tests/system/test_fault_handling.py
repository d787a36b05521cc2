"""Faults in whole missions: what passes costs none, what lasts ends safe with its reason, and tables act."""

import pytest

from flight.fdir.boots import Boots
from flight.icd.commands.event_action import AddEventAction, DisableEventAction, EnableEventAction
from flight.icd.commands.fdir import ClearFault, EnterCheckout
from flight.icd.commands.functions import Abort, Collect, FindSurface, Recover, Stow
from flight.icd.commands.monitoring import AddMonitor, DisableMonitor, EnableMonitor, ModifyMonitor
from flight.icd.embedded import embed
from flight.icd.events.fdir import AlertTolerated, EnteredSafe, SensorDemoted, SensorReadmitted, ServoRebootWithheld
from flight.icd.events.sampling import MassChanged, SamplingEnded, WeighingDone
from flight.icd.events.supervision import EventActionReleased, MonitorInfo, MonitorStale
from flight.icd.fdir import Doubt, Sensor
from flight.icd.kinds import Severity
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.monitoring import CheckKind
from flight.icd.space_packet import encode_tc
from hil.faults import parse_faults
from hil.lockstep import Lockstep


class Flight:
    """A mission with its events, flown by hand."""

    def __init__(self, mission="m1_lander", seed=3, faults=()):
        self.mission = Lockstep(mission, seed, parse_faults(faults))
        self.events = []
        self.listen()

    def listen(self):
        self.mission.app.events.subscribe(self.events.append)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.mission.__exit__(None, None, None)

    @property
    def scoop(self):
        return self.mission.app.scoop

    @property
    def mode(self):
        return self.scoop.modes.mode

    def fly(self):
        for _ in self.mission.run():
            pass
        return self.mission.result()

    def wait(self, seconds, until=lambda: False):
        for _ in range(round(seconds * 100)):
            self.mission.step()
            if until():
                return self
        return self

    def ready(self):
        return self.wait(20, lambda: self.mission.app.joints.ready and self.mission.app.load_cell.valid)

    def command(self, command):
        self.mission.link.command(command)
        return self.wait(0.2)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.mark.requirement("FDI-9")
@pytest.mark.parametrize(
    ("mission", "fault"),
    [
        ("m1_lander", "supply_sag@dig+1"),
        ("m1_lander", "over_voltage@lift+1"),
        ("m1_lander", "encoder_error/3@dig+1"),
        ("m1_lander", "over_temperature/3@dig+5"),
        ("m2_rover", "supply_sag@dig+1"),
        ("m2_rover", "shock_shutdown/12@dig"),
    ],
)
def test_what_ails_the_servos_and_passes_costs_no_mission(mission, fault):
    with Flight(mission, faults=[fault]) as flight:
        result = flight.fly()
        assert result.result == "collected"
        assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g
        assert flight.told(EnteredSafe) == []
        assert bool(flight.told(AlertTolerated)) == ("voltage" in fault or "sag" in fault)


@pytest.mark.requirement("FDI-9")
def test_a_supply_that_stays_bad_ends_in_safe_with_the_voltage_error():
    with Flight(faults=["supply_sag@dig+forever"]) as flight:
        assert flight.fly().result == "safe"
        (safe,) = flight.told(EnteredSafe)
        assert (safe.reason, safe.value) == (SafeReason.JOINT_HARDWARE, 1)


@pytest.mark.requirement("FDI-8")
def test_a_load_cell_that_freezes_gives_no_mass_until_it_lives_again():
    with Flight(faults=["cell_stuck@weigh+10"]) as flight:
        result = flight.fly()
        assert result.result == "collected"
        assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g
        demoted, readmitted = flight.told(SensorDemoted)[0], flight.told(SensorReadmitted)[0]
        assert (demoted.sensor, demoted.doubt) == (Sensor.LOAD_CELL, Doubt.FROZEN)
        assert 9.0 < readmitted.demoted_s < 15.0
        assert MonitorStale in map(type, flight.events), "what is not believed is not valid for monitors either"


@pytest.mark.requirement("FDI-8")
def test_a_load_cell_frozen_for_good_ends_safe_for_want_of_it_and_never_with_a_mass():
    with Flight(faults=["cell_stuck@weigh+forever"]) as flight:
        result = flight.fly()
        assert (result.result, result.custody_state, result.mass_est_g) == ("safe", "NONE", 0.0)
        assert flight.told(SamplingEnded)[0].reason is StepFailure.NO_LOAD_CELL


def test_a_shoulder_that_sticks_for_good_shakes_soil_out_and_ends_safe_with_nothing_claimed():
    errors, told = [], []
    with Lockstep("m1_lander", 1, parse_faults(["sticky_brake/2@dig+forever"])) as flown:
        plant = flown.bench.plant

        def hear(event):
            told.append(type(event))
            if isinstance(event, WeighingDone):
                errors.append(abs(event.mass_g - 1e3 * plant.truth.sample_mass_kg) / event.u95_g)

        flown.app.events.subscribe(hear)
        for _ in flown.run():
            pass
        result, peaks = flown.result(), plant.truth.joint_peak_nm
    assert (result.result, result.reason, result.custody_state) == ("safe", "SAMPLING_FAILED", "NONE")
    assert MassChanged in told
    assert max(errors) < 1.0
    assert all(peak < joint.max_torque_nm for peak, joint in zip(peaks, flown.config.joint, strict=True))
    assert plant.nearness.inside_m < 0.0


@pytest.mark.requirement("FDI-10")
def test_an_offered_sample_is_not_let_go_of_by_a_restart_of_its_servo():
    with Flight(faults=["overload_shutdown/3@12"]) as flight:
        flight.ready()
        chain = flight.scoop.content.chain
        chain.collected(80.0, 9.0)
        for state in (Custody.EVIDENCED, Custody.OFFERED):
            chain.enter(chain.proposed(state))
        flight.wait(15)
        (told,) = flight.told(ServoRebootWithheld)
        assert (told.joint, told.bits, told.custody) == (2, 0x20, Custody.OFFERED)
        assert flight.mission.app.joints.hk.setups == 4, "none was restarted"
        assert flight.scoop.modes.reason is SafeReason.JOINT_HARDWARE


@pytest.mark.requirement("FDI-7")
def test_a_latched_fault_survives_a_restart_and_is_cleared_only_once_its_cause_is_gone():
    with Flight(faults=["supply_sag@3+20"]) as flight:
        flight.ready().wait(16)
        assert flight.scoop.modes.reason is SafeReason.JOINT_HARDWARE
        flight.mission.restart(50)
        flight.listen()
        flight.ready().command(Recover())
        assert (flight.mode, flight.scoop.modes.reason) == (Mode.SAFE, SafeReason.JOINT_HARDWARE)
        flight.wait(10).command(Recover())
        assert (flight.mode, flight.scoop.modes.latched) == (Mode.STANDBY, 0)


@pytest.mark.requirement("FDI-11")
def test_a_board_that_starts_again_and_again_comes_up_in_safe_and_resumes_nothing():
    with Flight() as flight:
        flight.ready().command(Collect(site=0, max_digs=8)).wait(6)
        assert flight.mission.phase is Phase.UNSTOW
        most = flight.mission.config.fdir.boots_most
        for _ in range(most):
            flight.mission.restart(5)
            flight.wait(0.5)
        boots: Boots = flight.mission.app.services.boots
        assert (boots.boots, flight.mode) == (most + 1, Mode.SAFE)
        assert flight.scoop.modes.latched >> SafeReason.BOOTS & 1
        assert not flight.scoop.sampling.busy
        assert not flight.mission.app.services.supervision.event_action.enabled
        flight.ready().command(ClearFault(fault=SafeReason.BOOTS))
        assert (boots.boots, flight.scoop.modes.latched >> SafeReason.BOOTS & 1) == (0, 0)
        assert flight.mission.app.services.supervision.event_action.enabled


@pytest.mark.requirement("FDI-6")
def test_checkout_moves_more_slowly_and_does_not_collect():
    def motion(checkout):
        with Flight() as flight:
            flight.ready()
            if checkout:
                flight.command(EnterCheckout())
                flight.command(Collect(site=0, max_digs=1))
                assert (flight.mode, flight.scoop.sampling.busy) == (Mode.CHECKOUT, False)
            flight.command(FindSurface(site=0))
            assert flight.scoop.sampling.busy
            assert flight.mode is (Mode.CHECKOUT if checkout else Mode.OPERATE)
            began_ns = flight.mission.now_ns
            flight.wait(120, lambda: flight.mission.phase is Phase.FIND_SURFACE)
            taken_s = (flight.mission.now_ns - began_ns) * 1e-9
            flight.command(Abort())
            assert flight.mode is (Mode.CHECKOUT if checkout else Mode.STANDBY)
            return taken_s

    assert motion(checkout=True) > 1.5 * motion(checkout=False)


@pytest.mark.requirement("FDI-12")
def test_a_monitor_and_an_event_action_changed_by_telecommand_act():
    definition = {
        "monitor": 20, "interval_ms": 100, "consecutive": 2, "check_kind": CheckKind.LIMIT, "low": -100.0,
        "high": 100.0, "stale_ms": 2000, "severity": Severity.INFO,
    }  # fmt: skip
    with Flight() as flight:
        flight.ready()
        parameter = flight.mission.app.services.pool.named("MotionHk.edge_m[2]")
        definition["parameter"] = parameter.ident
        flight.command(AddMonitor(**definition)).command(EnableMonitor(monitor=20))
        action = {"event": MonitorInfo.ident, "monitor": 20, "request": embed(encode_tc(Stow(), 99))}
        flight.command(AddEventAction(**action)).command(EnableEventAction(event=MonitorInfo.ident, monitor=20))
        flight.command(FindSurface(site=0)).wait(10)
        assert flight.told(EventActionReleased) == []
        height_m = flight.scoop.estimate.edge_m[2]

        # now the limit is where the edge goes through on its way down, and what it causes is an abort
        flight.command(ModifyMonitor(**{**definition, "low": height_m - 0.05}))
        flight.command(DisableEventAction(event=MonitorInfo.ident, monitor=20))
        flight.command(AddEventAction(**{**action, "request": embed(encode_tc(Abort(), 99))}))
        flight.command(EnableEventAction(event=MonitorInfo.ident, monitor=20))
        flight.wait(60, lambda: not flight.scoop.sampling.busy)
        (found,) = [event for event in flight.told(MonitorInfo) if event.monitor == 20]
        assert found.value < found.limit == height_m - 0.05
        (released,) = flight.told(EventActionReleased)
        assert (released.event, released.monitor) == (MonitorInfo.ident, 20)
        assert flight.told(SamplingEnded)[-1].reason is StepFailure.ABORTED

        flight.command(DisableMonitor(monitor=20)).command(Stow()).wait(3)
        assert flight.scoop.sampling.busy, "it watches no more"
        assert len(flight.told(EventActionReleased)) == 1
