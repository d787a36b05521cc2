"""An operator of a lockstep mission: sends commands, and reads the board's reports as the ground does.

Not a test: those that fly single commands load it.
"""

from flight.icd.catalogue import mission_dictionary
from flight.icd.space_packet import encode_tc
from ground.receiver import Receiver
from ground.stages import ENDS, STAGES, Stage, describe
from hil.lockstep import Lockstep


class Operator:
    """Flies `mission`; `send` steps until the command has ended, `begin` returns at once."""

    def __init__(self, mission, seed=1, **around):
        self.flown = Lockstep(mission, seed, **around)
        self.told, self.events = [], []
        self._receiver = Receiver(mission_dictionary())
        self._count = -1
        write = self.flown.link.write

        def hear(data, now_ns):
            write(data, now_ns)
            for received in self._receiver.feed(data):
                self._note(received.record)

        self.flown.link.write = hear
        self.wait(lambda: self.flown.app.joints.ready, 30)

    @property
    def scoop(self):
        return self.flown.app.scoop

    @property
    def edge_m(self):
        return self.scoop.estimate.edge_m

    def wait(self, until=lambda: False, seconds=600):
        for _ in range(int(seconds * 100)):
            self.flown.step()
            if until():
                return True
        return False

    def send(self, command, seconds=900):
        """The stage that `command` ended with, and what was said."""
        return self.end_of(self.begin(command), seconds)

    def end_of(self, request, seconds=900):
        """The same of a command that has begun."""
        self.wait(lambda: self.stage(request)[0] in ENDS, seconds)
        return self.stage(request)

    def begin(self, command):
        """Send `command`; gives what `stage` and `steps` want to know."""
        self._count = (self._count + 1) & 0x3FFF
        assert self.flown.link.command(command)
        return int.from_bytes(encode_tc(command, self._count)[2:4], "big"), command

    def stage(self, request):
        stages = [(STAGES[type(record)], describe(request[1], record)) for record in self._of(request)]
        return stages[-1] if stages else (Stage.WAITING, "")

    def steps(self, request):
        """What was said of its progress."""
        return [describe(request[1], r) for r in self._of(request) if STAGES[type(r)] is Stage.PROGRESS]

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def _of(self, request):
        return [record for record in self.told if record.request_sequence == request[0]]

    def _note(self, record):
        if type(record) in STAGES:
            self.told.append(record)
        elif record.service == 5:
            self.events.append(record)
