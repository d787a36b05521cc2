"""What is remembered through a restart: what the scoop may hold, its tare and mass, and the sequence that ran.

A compact record is handed to the recorder when it changes, which never waits. After a restart the scoop that may hold
soil is not tared again, and a running sequence goes on where it was: it lifts, for nobody knows where the arm has got
to, and weighs. The tare's age runs through the outage, and its drift is in the mass; a tare older than
`[weigh] tare_max_age_s`, or from the future of a clock that was set back, is dropped and told.
"""

from __future__ import annotations

from flight.config import AnyConfig
from flight.custody.chain import Floor
from flight.fdir.modes import Modes
from flight.icd.events.custody import SequenceResumed, TareDropped
from flight.icd.fields import enum8, f64, i64, u8, u16, u32
from flight.icd.kinds import Emit
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.packet import DecodeError, Packet
from flight.recorder.banks import BankWriter, Label, Loaded
from flight.sampling.pictures import Pictures
from flight.sampling.rig import Content, Findings
from flight.sampling.sequence import Sampling
from flight.sampling.singles import Request
from flight.scoop.budget import Mass, Reading
from flight.scoop.estimator import ArmEstimate
from flight.scoop.heft import PARTS, Strokes
from flight.scoop.location import Stretch
from flight.scoop.odometry import Odometry, Way

LABEL = Label("sequence", b"SJSQ", 4)
RESUMES = 5
_WAY_STEP_M = 0.01
"""A rover's way is kept anew so often."""
"""How often one sequence goes on after a restart: what restarts it may be the sequence itself."""
AGAIN_NS = 1_000_000_000


class SequenceRecord(Packet):
    """The record."""

    running: bool = u8("", "1 while a sequence runs")
    phase: Phase = enum8(Phase, "step, or how the last sequence ended")
    only: Phase = enum8(Phase, "the step the sequence is for; IDLE for a collection")
    outcome: StepFailure = enum8(StepFailure, "how it ends once the arm is folded")
    resumes: int = u8("", "how often it went on after a restart")
    site: int = u8("", "dig site")
    digs: int = u8("", "digs made")
    passes_here: int = u8("", "of them at this site")
    max_digs: int = u8("", "digs allowed")
    surface_known: bool = u8("", "1 when the surface was found here")
    surface_m: float = f64("m", "its height, LANDER frame")
    safe_reason: SafeReason = enum8(SafeReason, "why the mode is SAFE")
    disturbed: bool = u8("", "1 when the scoop may hold soil")
    tared: bool = u8("", "1 when there is a tare")
    tare: tuple[float, ...] = f64("", "force N, noise N, tilt rad", 3)
    tare_readings: int = u16("", "readings of the tare")
    tare_tai_ns: int = i64("ns", "when it was taken, by the clock the board started with")
    weighed: bool = u8("", "1 when there is a mass")
    mass_g: tuple[float, ...] = f64("g", "mass, u95, and the components of its uncertainty", len(Mass._fields))
    hefted: bool = u8("", "1 when the empty scoop was hefted")
    heft_nm: tuple[float, ...] = f64("N m", "what it told of gravity, part by part, and friction", PARTS + 1)
    pictures: tuple[int, ...] = u8("", "usable pictures of the collection: before, collection, material, after", 4)
    custody_number: int = u32("", "samples collected in this mission: known here too if the banks of custody are lost")
    custody_counter: int = u32("", "highest counter accepted from the buyer, likewise")
    dug: bool = u8("", "1 when it is known where the soil in the scoop comes from")
    dug_m: tuple[float, ...] = f64("m", "lower and upper corner of that, in the platform's frame", 6)
    dug_u95_m: float = f64("m", "95 % radius of a rover's dead reckoning then")
    shakes: int = u8("", "attempts made to shed what was too much")
    way: tuple[float, ...] = f64("", "a rover's: x m, y m, heading rad, rolled m, uncertain along m, aside m", 6)


def custody_floor(loaded: Loaded | None) -> Floor:
    """What the record that was kept knows of custody."""
    try:
        kept = SequenceRecord.decode(loaded.data) if loaded is not None and loaded.data is not None else None
    except DecodeError:
        kept = None
    return Floor() if kept is None else Floor(kept.custody_number, kept.custody_counter)


class Memory:
    """Keeps the record, and puts it in force after a restart: `load` before the loop, `step` after the sequence's."""

    __slots__ = (
        "_again_ns", "_content", "_emit", "_estimate", "_findings", "_image", "_kept", "_max_age_s", "_modes",
        "_odometry", "_pictures", "_range_n", "_request", "_resumes", "_sampling", "_tai_offset_ns", "_way", "_writer",
    )  # fmt: skip

    def __init__(
        self, config: AnyConfig, sampling: Sampling, content: Content, findings: Findings, estimate: ArmEstimate,
        modes: Modes, pictures: Pictures, writer: BankWriter, emit: Emit, tai_offset_ns: int, request: Request,
        odometry: Odometry | None = None,
    ) -> None:  # fmt: skip
        """`request` hears of a sequence that goes on; `tai_offset_ns` is that of the start, which nobody sets."""
        self._sampling, self._content, self._findings = sampling, content, findings
        self._estimate, self._modes, self._writer, self._emit = estimate, modes, writer, emit
        self._pictures, self._odometry = pictures, odometry
        self._request = request
        self._tai_offset_ns = tai_offset_ns
        self._max_age_s, self._range_n = config.weigh.tare_max_age_s, config.load_cell.range_n
        self._kept: SequenceRecord | None = None
        self._image = b""
        self._resumes = 0
        self._again_ns = 0
        self._way = Way()

    def load(self, loaded: Loaded) -> None:
        """Take what was kept; nothing, where it can't be read, but that the scoop may hold soil."""
        try:
            self._kept = SequenceRecord.decode(loaded.data) if loaded.data is not None else None
        except DecodeError:
            self._kept = SequenceRecord(disturbed=1)

    def step(self, now_ns: int) -> None:
        """First what was kept; then keep what has changed."""
        kept, self._kept = self._kept, None
        if kept is not None:
            self._restore(kept, now_ns)
        if not self._sampling.busy:
            self._resumes = 0
        image = self._record().encode()
        if image != self._image and now_ns >= self._again_ns:
            if self._writer.store(image, now_ns):
                self._image = image
            else:
                self._again_ns = now_ns + AGAIN_NS

    def _restore(self, kept: SequenceRecord, now_ns: int) -> None:
        content, findings = self._content, self._findings
        content.disturbed = bool(kept.disturbed)
        self._restore_tare(kept, now_ns)
        if kept.weighed:
            content.mass = Mass(*kept.mass_g)
            self._estimate.sample_kg = max(0.0, content.mass.mass_g * 1e-3)
        self._pictures.begin_collection(kept.pictures)
        if kept.dug:
            x, y, z, *high = kept.dug_m
            content.dug = Stretch((x, y, z), (high[0], high[1], high[2]), kept.dug_u95_m)
        if kept.hefted:
            content.heft = Strokes(kept.heft_nm[:PARTS], kept.heft_nm[PARTS])
        findings.site, findings.digs, findings.passes_here = kept.site, kept.digs, kept.passes_here
        findings.surface_m, findings.surface_known = kept.surface_m, bool(kept.surface_known)
        findings.shakes = kept.shakes
        way = Way(*kept.way)
        if self._odometry is not None and way.rolled_m > 0.0:
            self._odometry.go_on(way)
        if kept.safe_reason is not SafeReason.NONE:
            self._modes.safe(kept.safe_reason)
        if not kept.running or self._modes.mode is Mode.SAFE:
            self._sampling.hk.phase = Phase.FAILED if kept.running else kept.phase
        elif content.custody not in (Custody.OFFERED, Custody.TRANSFERRED):
            self._resume(kept, now_ns)

    def _restore_tare(self, kept: SequenceRecord, now_ns: int) -> None:
        if not kept.tared:
            return
        taken_ns = kept.tare_tai_ns - self._tai_offset_ns
        age_s = (now_ns - taken_ns) * 1e-9
        if not 0.0 <= age_s <= self._max_age_s:
            self._emit(TareDropped(age_s=age_s, limit_s=self._max_age_s))
            return
        force_n, noise_n, tilt_rad = kept.tare
        self._content.tare = Reading(force_n, noise_n, kept.tare_readings, taken_ns)
        self._content.tare_tilt_rad = tilt_rad
        self._content.loads.lost(force_n, taken_ns, now_ns, self._range_n)

    def _resume(self, kept: SequenceRecord, now_ns: int) -> None:
        self._resumes = kept.resumes + 1
        only = None if kept.only is Phase.IDLE else kept.only
        self._modes.to(Mode.OPERATE)
        phase = self._sampling.resume(kept.phase, only, kept.outcome, kept.max_digs, self._request, now_ns)
        self._emit(SequenceResumed(phase=kept.phase, at=phase, resumes=self._resumes, disturbed=kept.disturbed))
        if self._resumes > RESUMES:
            self._sampling.abort(StepFailure.RESTARTS)

    def _record(self) -> SequenceRecord:
        sampling, content, findings = self._sampling, self._content, self._findings
        only, outcome, max_digs = sampling.plan
        record = SequenceRecord(
            running=sampling.runs, phase=sampling.phase, only=only or Phase.IDLE, outcome=outcome,
            resumes=self._resumes, site=findings.site, digs=min(findings.digs, 255),
            passes_here=min(findings.passes_here, 255), max_digs=max_digs, surface_known=findings.surface_known,
            surface_m=findings.surface_m, safe_reason=self._modes.reason, disturbed=content.disturbed,
            pictures=tuple(min(count, 255) for count in self._pictures.usable),
            custody_number=content.chain.record.number, custody_counter=content.chain.record.counter,
        )  # fmt: skip
        odometry = self._odometry
        if odometry is not None and odometry.way.rolled_m >= self._way.rolled_m + _WAY_STEP_M:
            self._way = odometry.way
        record.shakes, record.way = min(findings.shakes, 255), tuple(self._way)
        tare = content.tare
        if tare is not None:
            record.tared, record.tare = True, (tare.force_n, tare.noise_n, content.tare_tilt_rad)
            record.tare_readings, record.tare_tai_ns = tare.readings, tare.taken_ns + self._tai_offset_ns
        if content.heft is not None:
            record.hefted, record.heft_nm = True, (*content.heft.gravity_nm, content.heft.friction_nm)
        if content.mass is not None:
            record.weighed, record.mass_g = True, tuple(content.mass)
        if content.dug is not None:
            record.dug, record.dug_m = True, (*content.dug.low_m, *content.dug.high_m)
            record.dug_u95_m = content.dug.odometry_u95_m
        return record
