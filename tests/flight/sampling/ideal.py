"""An ideal rig for the sequence: joints that follow at once, a quiet cell, soil that gives what it is told."""

from flight.bus.camera_ask import Picture
from flight.config import AnyConfig, RoverConfig
from flight.icd.hk.scoop import MotionHk, ScoopHk
from flight.icd.imaging import CameraFault, PictureFlaw
from flight.icd.modes import Phase
from flight.sampling.pictures import Pictures
from flight.sampling.rig import Content, Findings, Rig
from flight.sampling.routes import CUTS
from flight.sampling.sequence import Sampling
from flight.scoop.budget import Scale
from flight.scoop.estimator import ArmEstimate
from flight.scoop.heft import bearing_of
from flight.scoop.kinematics import ArmModel
from flight.scoop.motion import MotionControl
from flight.scoop.odometry import Odometry
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.rover_traction import RoverTraction
from flight.services.functions import SINGLES
from flight.settings import Settings

FRAME_NS = 10_000_000


class Reading:
    velocity_rad_s = 0.0

    def __init__(self, position_rad, stamp_ns, current_a):
        self.position_rad, self.stamp_ns, self.valid, self.current_a = position_rad, stamp_ns, True, current_a


class Joints:
    def __init__(self, q):
        self.q = tuple(q)
        self.powered = False
        self.stuck = False

    def torque(self, on):
        self.powered = on

    def set_goals(self, position_rad, current_limit_a):
        if not self.stuck:
            self.q = tuple(position_rad)

    def freeze(self):
        pass


class Cell:
    valid = True

    def __init__(self):
        self.stuck = False
        self.force_n = 0.0
        self.sequence = 0

    def say(self, force_n):
        """Convert, unless the converter has stopped."""
        self.sequence += 1
        if not self.stuck:
            self.force_n = force_n


class Camera:
    """Gives a picture three seconds after it was asked for; what `flaws` and `faults` say is wrong with the next."""

    present = True

    def __init__(self):
        self.picture, self.fault = None, CameraFault.NONE
        self.flaws, self.faults, self.sizes = [], [], []
        self.due_ns = None

    @property
    def busy(self):
        return self.due_ns is not None

    def take(self, size, now_ns):
        if self.busy:
            return False
        self.picture, self.fault = None, CameraFault.NONE
        self.due_ns = now_ns + 3_000_000_000
        self.sizes.append(size)
        return True

    def abandon(self):
        self.due_ns, self.fault = None, CameraFault.ABANDONED

    def step(self, now_ns):
        if self.due_ns is None or now_ns < self.due_ns:
            return
        self.due_ns = None
        self.fault = self.faults.pop(0) if self.faults else CameraFault.NONE
        if self.fault is CameraFault.NONE:
            flaw = self.flaws.pop(0) if self.flaws else PictureFlaw.NONE
            self.picture = Picture(b"jpeg", self.sizes[-1], now_ns, flaw, 100.0, 30.0)


class Products:
    """Keeps what is appended."""

    def __init__(self):
        self.made = []

    def append(self, kind, content, now_ns, *, detail=0, source=None, scene=None):
        self.made.append((kind, detail, content))


class Outcome:
    """The request behind a sequence."""

    def __init__(self):
        self.phases, self.result, self.started = [], None, False

    def start(self):
        self.started = True

    def refuse(self, violation):
        self.result = violation

    def progress(self, step):
        self.phases.append(step)

    def complete(self):
        self.result = "complete"

    def fail(self, reason):
        self.result = reason


class IdealRig:
    """Flies the sequence; each pass below the surface adds the next of `gains_g` to the scoop."""

    def __init__(self, config: AnyConfig, *, surface_m=0.0, gains_g=(30.0,), floor_n=300.0, draft_n=0.0, rut_n=0.0):
        """`rut_n` is what rolling costs a rover from its second dig on."""
        self.config, self.surface_m, self.floor_n, self.draft_n = config, surface_m, floor_n, draft_n
        self.rut_n = rut_n
        self.gains_g = list(gains_g)
        self.mass_g = 0.0
        self.spike_n = 0.0
        """By how much every twentieth reading of the cell is off."""
        self.noise_n = 1e-4
        self.bias_n = 0.0
        """By how much the cell is off once there is a tare."""
        self.zero_n = lambda now_ns: 0.0
        """By how much it is off at a time."""
        self.spilled_g = 0.0
        """What falls out of the scoop on the way to the stow."""
        self.below = False
        self.events, self.outcome = [], Outcome()
        self.odometry = self.traction = None
        stow_rad = config.stow_rad
        if isinstance(config, RoverConfig):
            self.model = RoverModel(config)
            self.odometry = Odometry(self.model.roll_m, config.rover.track_m)
            self.traction = RoverTraction(config, self.model, self.odometry, self.events.append)
            stow_rad = (0.0, 0.0, *stow_rad)
        else:
            self.model = ArmModel(config)
        self.joints, self.cell = Joints(stow_rad), Cell()
        self.estimate = ArmEstimate(self.model, (1.0,) * 4, config.motion.friction, MotionHk())
        self.bearing = bearing_of(config)
        self.motion = MotionControl(self.joints, config.motion, (1.0,) * 4)
        scale = Scale(config)
        rig = Rig(
            config,
            Settings.of(config),
            self.model,
            self.estimate,
            self.motion,
            self.joints,
            self.cell,
            scale,
            self.events.append,
            Findings(),
            Content(),
            traction=self.traction,
        )
        self.findings, self.content = rig.findings, rig.content
        self.hk = ScoopHk()
        self.camera, self.products = Camera(), Products()
        self.pictures = Pictures(self.camera, self.products, self.events.append)
        self.sampling = Sampling(rig, self.hk, self.pictures)
        self.frame = 0

    @property
    def now_ns(self):
        return self.frame * FRAME_NS

    def ask(self, command):
        """Have a single command carried out, from now on."""
        self.sampling.single(SINGLES[type(command)].step, command, self.outcome, self.now_ns)

    def fly(self, seconds=600):
        """Run until the sequence ends, or for so long."""
        end = self.frame + int(seconds * 100)
        while self.sampling.busy and self.frame < end:
            self.step()

    def step(self):
        self.frame += 1
        now_ns = self.now_ns
        before_rad = self.estimate.q[1]
        self.estimate.step(
            [Reading(*of, now_ns, current) for *of, current in zip(self.joints.q, self.currents_a(), strict=True)]
        )
        pose = self.estimate.pose
        depth_m = self.surface_m - pose.z_m
        phase = self.hk.phase
        digging = depth_m > 0.002 and phase in (Phase.DIG, *CUTS)
        lifted = phase is Phase.LIFT or (phase in CUTS and depth_m < 0.0)
        self.estimate.draft_n = self.draft_n if digging else 0.0
        if self.traction is not None:
            rolled_rad = self.estimate.q[1] - before_rad
            self.odometry.roll(rolled_rad, rolled_rad)
            self.estimate.draft_n += self.rut_n if self.findings.digs else 0.0
            self.traction.see(self.estimate, rolled_rad * 100.0, self.cell.force_n)
        if self.below and not digging and lifted:
            self.mass_g += self.gains_g.pop(0) if len(self.gains_g) > 1 else self.gains_g[0]
            self.below = False
        self.below = self.below or digging
        if self.hk.phase.name == "STOW" and self.spilled_g:
            self.mass_g, self.spilled_g = self.mass_g - self.spilled_g, 0.0
        if self.frame % 5 == 0:
            weight_n = (self.config.scoop.mass_kg + self.mass_g * 1e-3) * self.config.environment.gravity_m_s2
            self.camera.step(now_ns)
            self.pictures.step(now_ns)
            count = self.cell.sequence + 1
            noise_n = (self.noise_n if count % 2 else -self.noise_n) + (self.spike_n if count % 20 == 0 else 0.0)
            noise_n += self.bias_n if self.content.tare is not None else 0.0
            noise_n += self.zero_n(now_ns)
            self.cell.say(weight_n - self.floor_n * max(0.0, depth_m) + noise_n)
            self.content.loads.feed(self.cell.force_n, now_ns)
            self.sampling.step(now_ns)
        self.motion.step(now_ns, self.joints.q, True)

    def currents_a(self):
        """What the servos take: of the one that bears the scoop, while it is hefted, what gravity asks for."""
        currents, bearing = [0.0] * 4, self.bearing
        if self.hk.phase.name in ("TARE", "WEIGH"):
            torque_nm = self.model.gravity_torque(self.joints.q, self.mass_g * 1e-3)[bearing.joint]
            currents[bearing.joint] = torque_nm / bearing.constant_share
        return currents

    def reported(self, kind):
        return [event for event in self.events if isinstance(event, kind)]
