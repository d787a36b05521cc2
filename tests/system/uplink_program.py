"""The uplink of the flight program as a process of its own: hexadecimal octets in, what came of them out, a line each.

python uplink_program.py KEYFILE STORE
"""

import sys
from pathlib import Path

from flight.comms.control_word import ControlWord
from flight.comms.gate import open_gate
from flight.comms.uplink import Uplink
from flight.icd.catalogue import mission_dictionary
from flight.recorder.process import ProcessRecorder
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher


class Line:
    """One port, whose octets are those of the latest line."""

    def __init__(self):
        self.ports = (self,)
        self.octets = b""

    def read(self, number, now_ns):
        """Them, once."""
        octets, self.octets = self.octets, b""
        return octets


def main(key_file: str, store: str) -> None:
    """Serve until standard input ends, or something worse happens."""
    recorder = ProcessRecorder(Path(store), lambda event: None)
    recorder.open()
    gate = open_gate(Path(key_file), Path(store), recorder)
    wire = Line()
    dispatcher = Dispatcher(mission_dictionary(), lambda report: None, lambda event: None)
    ConnectionService(lambda report: None).serve(dispatcher)
    uplink = Uplink(wire, dispatcher.accept, ControlWord(), lambda event: None, gate)
    print(f"open {gate.next_sequence}", flush=True)
    for frame, line in enumerate(sys.stdin):
        now_ns = frame * 10_000_000
        wire.octets = bytes.fromhex(line)
        before = dispatcher.verification.accepted
        uplink.step(now_ns)
        recorder.step(now_ns)
        said = "accepted" if dispatcher.verification.accepted > before else uplink.latest_fault.name
        print(f"{said} {gate.next_sequence}", flush=True)
    uplink.close()
    recorder.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
