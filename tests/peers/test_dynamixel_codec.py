"""The frame codec against the vendor's: its CRC, its stuffing, its packets. Where it is wrong, ours differs."""

from dynamixel_sdk import PacketHandler
from dynamixel_sdk.robotis_def import COMM_SUCCESS
from fastcrc import crc16
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.dynamixel import Instruction, Parser, encode, status
from flight.icd.dynamixel_payload import Block, fast_status, ping, read, reboot, sync_read, sync_write, write

sdk = PacketHandler(2.0)
ids = st.integers(0, 252)
plain = st.binary(min_size=1, max_size=60).filter(lambda data: b"\xff\xff\xfd" not in data)


class Wire:
    """What the SDK takes for a port: keeps what it sends, gives what it is to receive."""

    def __init__(self, incoming=b""):
        self.sent = b""
        self.incoming = incoming

    @property
    def is_using(self):
        return False

    @is_using.setter
    def is_using(self, value):
        pass

    def clearPort(self):
        pass

    def setPacketTimeout(self, length):
        pass

    def setPacketTimeoutMillis(self, milliseconds):
        pass

    def isPacketTimeout(self):
        return not self.incoming

    def writePort(self, packet):
        self.sent += bytes(packet)
        return len(packet)

    def readPort(self, length):
        data, self.incoming = self.incoming[:length], self.incoming[length:]
        return list(data)


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_crc(data, start):
    assert crc16.umts(data, start) == sdk.updateCRC(start, data, len(data))


@given(ids, st.integers(0, 600), st.integers(1, 60), plain)
def test_what_the_sdk_sends(device_id, address, size, data):
    wire = Wire()
    sdk.txPacket(wire, [0, 0, 0, 0, device_id, 3, 0, Instruction.PING, 0, 0])
    sdk.readTx(wire, device_id, address, size)
    sdk.writeTxOnly(wire, device_id, address, len(data), list(data))
    sdk.txPacket(wire, [0, 0, 0, 0, device_id, 3, 0, Instruction.REBOOT, 0, 0])
    ours = ping(device_id) + read(device_id, address, size) + write(device_id, address, data) + reboot(device_id)
    assert wire.sent == ours


@given(st.lists(ids, min_size=1, max_size=6, unique=True), st.integers(0, 600), st.data())
def test_what_the_sdk_sends_to_many(devices, address, data):
    size = 6
    octets = st.binary(min_size=size, max_size=size)
    items = [(d, data.draw(octets.filter(lambda o: 0xFF not in o))) for d in devices]
    block = b"".join(bytes((d,)) + values for d, values in items)
    wire = Wire()
    sdk.syncReadTx(wire, address, size, devices, len(devices), False)
    sdk.syncReadTx(wire, address, size, devices, len(devices), True)
    sdk.syncWriteTxOnly(wire, address, size, list(block), len(block))
    ours = sync_read(address, size, devices) + sync_read(address, size, devices, fast=True)
    ours += sync_write(address, size, items)
    assert wire.sent == ours


@given(ids, st.integers(0, 255), st.binary(min_size=1, max_size=60))
def test_the_sdk_understands_our_status_frames(device_id, error, data):
    packet, result = sdk.rxPacket(Wire(status(device_id, error, data)), False)
    assert result == COMM_SUCCESS
    assert packet[4] == device_id
    assert bytes(packet[8 : 9 + len(data)]) == bytes((error,)) + data


@given(st.lists(st.builds(Block, ids, st.just(0), st.binary(min_size=4, max_size=4)), min_size=1, max_size=6))
def test_the_sdk_understands_our_fast_status_frames(blocks):
    raw = fast_status(blocks)
    packet, result = sdk.rxPacket(Wire(raw), True)
    assert result == COMM_SUCCESS
    assert bytes(packet) == raw


def test_a_header_within_params_is_stuffed_by_us_and_not_by_the_sdk():
    """It computes the stuffed frame and sends the other one: a device has to take both."""
    payload = b"\x74\x00\xff\xff\xfd\x00"
    wire = Wire()
    sdk.writeTxOnly(wire, 1, 0x74, 4, list(payload[2:]))
    ours = encode(1, Instruction.WRITE, payload)
    assert wire.sent != ours
    assert len(ours) == len(wire.sent) + 1
    assert Parser().feed(wire.sent) == Parser().feed(ours) == [(1, Instruction.WRITE, payload)]
