"""The sampling sequence: which step comes after which, how often, and when it is enough.

    UNSTOW -> TARE -> APPROACH -> FIND_SURFACE -> DIG -> LIFT -> WEIGH -+-> STOW -> CONFIRM -+-> DONE
                         ^                         ^                    |                    |
                         +---- next site ----------+---- not enough ----+                    |
                         +---- spilled on the way -------------------------------------------+

Pictures are taken before UNSTOW, after DIG, before STOW with a sample, and after it. One that does not come, or can't
be used, is tried again; then the sequence says so and goes on, for the sample is worth more.

What follows on what stands in `flight.sampling.routes`; where there is something to decide, `_after` does. A step that
fails is tried again within the attempts allowed; a site that fails is left for the next one. After a dig that stalled
the arm lifts and weighs all the same: there may be enough in the scoop. Before each motion the joints are given torque
if they have none. A scoop that may hold soil is not tared again: the tare of when it was empty serves.
"""

from __future__ import annotations

from flight.icd.events.sampling import PhaseBegan, SampleCollected, SamplingEnded, StepFailed
from flight.icd.hk.scoop import ScoopHk
from flight.icd.imaging import PictureKind
from flight.icd.kinds import Command
from flight.icd.modes import Custody, Phase, StepFailure
from flight.sampling.cuts import cuts_of
from flight.sampling.dig import Dig
from flight.sampling.go_to import GoTo
from flight.sampling.moves import Approach, Lift, Pour, Secure, Unstow
from flight.sampling.pictures import ATTEMPTS, PHASES, Pictures, TakePicture
from flight.sampling.preconditions import Unfit, unfit
from flight.sampling.rig import Rig
from flight.sampling.routes import AGAINST_TARE, AT_SITE, COLLECTION, COMMANDED, CUTS, LADEN, NEXT_SITE, ROUTES, STOWED
from flight.sampling.shake import Shake, Vibrate
from flight.sampling.singles import CheckedRequest, Request, Singles, refused
from flight.sampling.step import DONE, Step
from flight.sampling.surface import FindSurface
from flight.sampling.weigh import Confirm, Tare, Weigh
from flight.scoop.kinematics import ReachError

_MAX_FAILURES = 12
_TORQUE_AGAIN_NS = 1_000_000_000


class Sampling:
    """Runs the sequence a step at a time."""

    __slots__ = (
        "_active_ns", "_asked_ns", "_attempt", "_begun", "_failures", "_last_ns", "_max_digs", "_only", "_outcome",
        "_pictures", "_request", "_rig", "_singles", "_step", "_steps", "hk",
    )  # fmt: skip

    def __init__(self, rig: Rig, hk: ScoopHk, pictures: Pictures) -> None:
        self._rig = rig
        self._pictures = pictures
        self.hk = hk
        steps: tuple[Step, ...] = (
            Unstow(rig), Tare(rig), Approach(rig), FindSurface(rig), Dig(rig), Lift(rig), Weigh(rig), Secure(rig),
            Confirm(rig), Pour(rig), Shake(rig), GoTo(rig), Vibrate(rig), *cuts_of(rig),
            *(TakePicture(pictures, phase) for phase in PHASES),
        )  # fmt: skip
        self._steps = {step.phase: step for step in steps}
        self._singles = Singles(rig, self._steps)
        self._step: Step | None = None
        self._request: Request | None = None
        self._only: Phase | None = None
        self._outcome = StepFailure.NONE
        self._attempt = self._failures = self._max_digs = 0
        self._active_ns = self._last_ns = 0
        self._asked_ns = -1
        self._begun = False

    @property
    def busy(self) -> bool:
        """Whether a sequence runs, or is being checked before it may."""
        return self._step is not None or self._singles.busy

    @property
    def runs(self) -> bool:
        """Whether a sequence has started and not ended."""
        return self._step is not None

    @property
    def phase(self) -> Phase:
        """The present step, or how the last sequence ended."""
        return self.hk.phase

    def collect(self, site: int, max_digs: int, request: Request, now_ns: int) -> None:
        """Begin the whole sequence at `site`."""
        self._begin(request, None)
        findings = self._rig.findings
        findings.site, findings.digs, findings.passes_here, findings.surface_known = site, 0, 0, False
        findings.shakes = 0
        self._max_digs = min(max_digs, self._rig.settings.sample.max_digs)
        if not self._rig.content.disturbed:
            self._pictures.begin_collection()
        self._enter(Phase.PICTURE_BEFORE, now_ns)

    def single(self, only: Phase, command: Command, request: CheckedRequest, now_ns: int) -> None:
        """Do the step `only` as `command` says, and what leads to it: once all of it has been found possible."""
        self._singles.ask(only, command, request, now_ns)

    def unfit(self, command: Command) -> Unfit | None:
        """Why `command` can't be carried out as things are, whatever the limits of its motions; None when it may."""
        rig = self._rig
        return unfit(command, rig.content, rig.findings, rig.places.sites, rig.rolls)

    def resume(
        self, phase: Phase, only: Phase | None, outcome: StepFailure, max_digs: int, request: Request, now_ns: int
    ) -> Phase:
        """Go on after a restart with the sequence that was at `phase`; findings and content are as they were.

        Returns the step it goes on with; FAILED where soil may be in a scoop that there is no tare of any more.
        """
        content, findings = self._rig.content, self._rig.findings
        self._request, self._only, self._outcome, self._max_digs = request, only, outcome, max_digs
        self._failures = self._attempt = 0
        if only is not None and only in COMMANDED:
            self._end(StepFailure.RESTARTED)
            return self.hk.phase
        if only is not None:
            at = ROUTES[only][0]
        elif phase is Phase.PICTURE_BEFORE:
            at = phase
        elif phase in STOWED or content.custody is not Custody.NONE:
            at = Phase.STOW
        elif not content.disturbed:
            at = Phase.UNSTOW
        elif phase is Phase.DIG:
            at = COLLECTION[phase]
            findings.digs, findings.passes_here = findings.digs + 1, self._rig.places.passes
        elif phase in LADEN:
            at = phase if phase is Phase.PICTURE_COLLECTION else Phase.LIFT
        else:
            at = Phase.APPROACH
        if only is None and at is Phase.STOW and content.custody is Custody.NONE and content.tare is None:
            self._outcome = outcome or StepFailure.TARE_TOO_OLD  # there is nothing to confirm by
        self._enter(at, now_ns)
        if only is None and at in AGAINST_TARE and content.tare is None:
            self._end(StepFailure.TARE_TOO_OLD)
        return self.hk.phase

    @property
    def plan(self) -> tuple[Phase | None, StepFailure, int]:
        """The only step wanted, if not a collection; how it ends once the arm is folded; the digs allowed."""
        return self._only, self._outcome, self._max_digs

    def abort(self, reason: StepFailure = StepFailure.ABORTED) -> None:
        """End whatever runs; the caller freezes the joints."""
        self._singles.abort(reason)
        if self._step is not None:
            self._end(reason)

    def interrupt(self, now_ns: int) -> None:
        """The joints were lost and are back, perhaps elsewhere than planned: what ran has failed."""
        if self._step is not None:
            self._failed(self._step, StepFailure.JOINTS_LOST, now_ns)

    def step(self, now_ns: int) -> None:
        """One decision of the present step."""
        asked = self._singles.step(now_ns)
        if asked is not None:
            self._begin(asked.request, asked.only)
            self._enter(ROUTES[asked.only][0], now_ns)
        step = self._step
        if step is None:
            return
        if self._rig.motion.paused:
            self._last_ns = now_ns
        else:
            self._active_ns += now_ns - self._last_ns
            self._last_ns = now_ns
            try:
                result = self._advance(step, now_ns)
            except ReachError as error:
                refused(self._rig, step.phase, error)
                result = StepFailure.UNREACHABLE
            if result is None and self._active_ns * 1e-9 > step.timeout_s:
                result, step.value = StepFailure.TIMEOUT, self._active_ns * 1e-9
            if result is DONE:
                self._after(step.phase, now_ns)
            elif result is not None:
                self._failed(step, result, now_ns)

    def _advance(self, step: Step, now_ns: int) -> StepFailure | None:
        if self._begun:
            return step.step(now_ns)
        joints = self._rig.joints
        if joints.powered or not step.moves:
            self._begun = True
            self._active_ns = 0
            step.begin(now_ns)
        elif self._active_ns * 1e-9 > self._rig.settings.motion.hold_s:
            return StepFailure.JOINTS_LOST
        elif now_ns - self._asked_ns >= _TORQUE_AGAIN_NS:
            self._asked_ns = now_ns
            joints.torque(True)
        return None

    def report(self, now_ns: int) -> None:
        """Fill the housekeeping record."""
        hk, findings, content = self.hk, self._rig.findings, self._rig.content
        hk.site, hk.digs = findings.site, findings.digs
        hk.surface_m = findings.surface_m
        hk.tare_n = content.tare.force_n if content.tare else 0.0
        mass = content.mass
        hk.sample_mass_g, hk.sample_u95_g = (mass.mass_g, mass.u95_g) if mass else (0.0, 0.0)
        hk.stamp(now_ns, mass is not None)

    def _begin(self, request: Request, only: Phase | None) -> None:
        self._request = request
        self._only = only
        self._failures = self._attempt = 0
        self._outcome = StepFailure.NONE

    def _enter(self, phase: Phase, now_ns: int) -> None:
        """Begin the step of `phase`, or what follows on it where it is a picture that is not wanted; DONE ends."""
        while self._skips(phase):  # no picture follows on another: this is one round at most
            phase = COLLECTION[phase]
        if phase is Phase.DONE:
            self._end(StepFailure.NONE)
            return
        step = self._step = self._steps[phase]
        if self.hk.phase is not phase:
            self._attempt = 0
            self.hk.phase = phase
            self._rig.emit(PhaseBegan(phase=phase))
            if self._request is not None:
                self._request.progress(int(phase))
        self._active_ns, self._last_ns = 0, now_ns
        step.value = 0.0
        self._asked_ns = -_TORQUE_AGAIN_NS
        self._begun = False

    def _skips(self, phase: Phase) -> bool:
        """Whether `phase` is a picture that there is already, or no camera for."""
        if phase not in PHASES:
            return False
        kind, pictures = PHASES[phase], self._pictures
        if pictures.present:
            return not pictures.wanted(kind)
        pictures.lack(kind, None, 0)
        return True

    def _after(self, phase: Phase, now_ns: int) -> None:
        """The step of `phase` is done: what comes next."""
        if self._outcome is not StepFailure.NONE and (phase is Phase.STOW or self._only in CUTS):
            self._end(self._outcome)
        elif self._only is not None:
            self._enter(self._next_of(self._only, phase), now_ns)
        elif phase is Phase.WEIGH:
            self._decide(now_ns)
        elif phase is Phase.CONFIRM:
            self._claim(now_ns)
        elif phase is Phase.STOW and self._rig.content.custody is not Custody.NONE:  # claimed before a restart
            self._enter(COLLECTION[Phase.CONFIRM], now_ns)
        elif phase is Phase.UNSTOW and self._rig.content.disturbed:
            self._enter(Phase.APPROACH, now_ns)
        else:
            self._enter(COLLECTION[phase], now_ns)

    def _next_of(self, only: Phase, phase: Phase) -> Phase:
        """What follows on `phase` where `only` is all there is to do; what is stowed and enough is claimed as ever."""
        content = self._rig.content
        if phase is Phase.CONFIRM:
            self._collected()
            return Phase.DONE
        if phase is Phase.STOW and self._enough and content.custody is Custody.NONE and content.tare is not None:
            return Phase.CONFIRM
        route = ROUTES[only]
        return (*route, Phase.DONE)[route.index(phase) + 1]

    def _decide(self, now_ns: int) -> None:
        """Enough, too much, or again. Enough is not yet claimed: it is carried to the stow first, and weighed there."""
        findings, sample = self._rig.findings, self._rig.settings.sample
        mass = self._rig.content.mass
        if self._enough:
            self._enter(COLLECTION[Phase.WEIGH], now_ns)
        elif mass is not None and mass.high_g > sample.max_g:
            if findings.shakes < sample.attempts:
                self._enter(Phase.SHAKE, now_ns)
            else:
                self._give_up(StepFailure.TOO_MUCH, now_ns)
        elif findings.digs >= self._max_digs:
            self._give_up(StepFailure.TOO_MANY_DIGS, now_ns)
        elif findings.passes_here >= self._rig.places.passes:
            self._next_site(now_ns)
        else:
            self._enter(Phase.DIG, now_ns)

    @property
    def _enough(self) -> bool:
        """Whether what was weighed is enough, and not too much."""
        mass, sample = self._rig.content.mass, self._rig.settings.sample
        return mass is not None and mass.low_g >= sample.min_g and mass.high_g <= sample.max_g

    def _claim(self, now_ns: int) -> None:
        """What is in the stowed scoop counts; when it is not enough any more, dig on while digs are left."""
        findings, sample = self._rig.findings, self._rig.settings.sample
        mass = self._rig.content.mass
        if self._collected():
            self._enter(COLLECTION[Phase.CONFIRM], now_ns)
        elif mass is not None and mass.high_g > sample.max_g:
            self._end(StepFailure.TOO_MUCH)
        elif findings.digs >= self._max_digs:
            self._end(StepFailure.SPILLED)
        else:
            self._pictures.forget(PictureKind.MATERIAL)
            self._enter(Phase.UNSTOW, now_ns)

    def _collected(self) -> bool:
        """Claim what is in the stowed scoop, if it is enough."""
        mass = self._rig.content.mass
        if mass is None or not self._enough:
            return False
        self._rig.content.chain.collected(mass.mass_g, mass.u95_g)
        self._rig.emit(SampleCollected(mass_g=mass.mass_g, u95_g=mass.u95_g, digs=self._rig.findings.digs))
        return True

    def _failed(self, step: Step, reason: StepFailure, now_ns: int) -> None:
        if isinstance(step, TakePicture):
            self._picture_failed(step, reason, now_ns)
            return
        self._attempt += 1
        self._failures += 1
        phase = step.phase
        self._rig.emit(StepFailed(phase=phase, reason=reason, attempt=self._attempt, value=step.value))
        exhausted = self._attempt >= self._rig.settings.sample.attempts or self._failures >= _MAX_FAILURES
        elsewhere = phase in AT_SITE and self._only is None
        if phase in CUTS and reason is not StepFailure.UNREACHABLE:
            self._outcome = reason
            self._enter(Phase.LIFT, now_ns)
        elif exhausted or (reason in NEXT_SITE and not elsewhere):
            self._end(reason)
        elif phase is Phase.DIG and reason is not StepFailure.UNREACHABLE:
            self._rig.findings.digs += 1
            self._rig.findings.passes_here = self._rig.places.passes
            self._enter(COLLECTION[phase], now_ns)
        elif reason in NEXT_SITE:
            self._next_site(now_ns)
        else:
            self._enter(phase, now_ns)

    def _picture_failed(self, step: TakePicture, reason: StepFailure, now_ns: int) -> None:
        """Once more; then on without."""
        self._attempt += 1
        phase, shot = step.phase, step.shot
        self._rig.emit(StepFailed(phase=phase, reason=reason, attempt=self._attempt, value=step.value))
        if shot is not None:
            self._pictures.abandon(shot)
        if self._attempt < ATTEMPTS:
            self._enter(phase, now_ns)
        else:
            self._pictures.lack(PHASES[phase], shot, self._attempt)
            self._enter(COLLECTION[phase], now_ns)

    def _next_site(self, now_ns: int) -> None:
        findings = self._rig.findings
        findings.site = (findings.site + 1) % self._rig.places.sites
        findings.surface_known = False
        self._enter(Phase.APPROACH, now_ns)

    def _give_up(self, reason: StepFailure, now_ns: int) -> None:
        """Fold the arm, then end with `reason`."""
        self._outcome = reason
        self._enter(Phase.STOW, now_ns)

    def _end(self, reason: StepFailure) -> None:
        self._step = None
        self.hk.phase = Phase.DONE if reason is StepFailure.NONE else Phase.FAILED
        request, self._request = self._request, None
        if reason is StepFailure.NONE:
            if request is not None:
                request.complete()
            return
        self._rig.emit(SamplingEnded(reason=reason, digs=self._rig.findings.digs))
        if request is not None:
            request.fail(int(reason))
