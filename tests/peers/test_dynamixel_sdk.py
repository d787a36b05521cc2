"""The manufacturer's own client, unmodified, against the bench on a pseudo-terminal."""

import struct
import threading

import dynamixel_sdk as sdk
import pytest

from flight.icd.dynamixel import Error
from flight.icd.dynamixel_table import HardwareError
from hil.bench import Bench
from hil.config import load_bench
from hil.devices.pty import PtyServer
from hil.serve import run

pytestmark = pytest.mark.realtime  # the broadcast ping alone waits most of a second, by the SDK's design
IDS = (1, 2, 3, 4)
GOAL, PRESENT, VELOCITY, RETURN_DELAY, LED, TORQUE = 116, 132, 112, 9, 65, 64


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = Bench(*load_bench("m1_lander"), seed=1)
    bench.advance(1_000_000)
    server = PtyServer(bench.motion_wire, tmp_path_factory.mktemp("line") / "joints")
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(bench, [server], stop.is_set))
    thread.start()
    bench.url = server.url
    yield bench
    stop.set()
    thread.join()
    server.close()


@pytest.fixture(scope="module")
def port(bench):
    port = sdk.PortHandler(bench.url)
    port.openPort()
    port.setBaudRate(1_000_000)
    yield port
    port.closePort()


@pytest.fixture(scope="module")
def packet():
    return sdk.PacketHandler(2.0)


def positions(bench):
    return {servo.id: servo.table.get("present_position") for servo in bench.servo_bus.servos}


def test_ping_finds_the_models(port, packet):
    found = [packet.ping(port, device_id) for device_id in IDS]
    assert found == [(1120, sdk.COMM_SUCCESS, 0)] * 3 + [(1020, sdk.COMM_SUCCESS, 0)]


def test_broadcast_ping_finds_all(port, packet):
    found, result = packet.broadcastPing(port)
    assert result == sdk.COMM_SUCCESS
    assert {device_id: model for device_id, (model, _) in found.items()} == {1: 1120, 2: 1120, 3: 1120, 4: 1020}


def test_what_is_written_is_read_back(port, packet):
    for device_id in IDS:
        assert packet.write1ByteTxRx(port, device_id, RETURN_DELAY, 0) == (sdk.COMM_SUCCESS, 0)
        assert packet.write4ByteTxRx(port, device_id, VELOCITY, 1000 + device_id) == (sdk.COMM_SUCCESS, 0)
        assert packet.read4ByteTxRx(port, device_id, VELOCITY) == (1000 + device_id, sdk.COMM_SUCCESS, 0)


def test_refusals_carry_their_error(port, packet):
    assert packet.write4ByteTxRx(port, 1, PRESENT, 0) == (sdk.COMM_SUCCESS, Error.ACCESS)
    assert packet.write4ByteTxRx(port, 1, GOAL, 5000) == (sdk.COMM_SUCCESS, Error.DATA_LIMIT)


@pytest.mark.parametrize("read", ["txRxPacket", "fastSyncRead"])
def test_sync_read_and_fast_sync_read(bench, port, packet, read):
    group = sdk.GroupSyncRead(port, packet, PRESENT, 4)
    for device_id in IDS:
        assert group.addParam(device_id)
    assert getattr(group, read)() == sdk.COMM_SUCCESS
    assert {i: group.getData(i, PRESENT, 4) for i in IDS} == positions(bench)


def test_bulk_read(bench, port, packet):
    group = sdk.GroupBulkRead(port, packet)
    group.addParam(1, PRESENT, 4)
    group.addParam(2, 146, 1)
    assert group.txRxPacket() == sdk.COMM_SUCCESS
    assert group.getData(1, PRESENT, 4) == positions(bench)[1]
    assert group.getData(2, 146, 1) == bench.servo_bus.servos[1].table.get("present_temperature")


def test_fast_bulk_read(bench, port, packet):
    group = sdk.GroupBulkRead(port, packet)
    group.addParam(1, PRESENT, 4)
    group.addParam(4, 144, 2)
    assert group.fastBulkRead() == sdk.COMM_SUCCESS
    assert group.getData(1, PRESENT, 4) == positions(bench)[1]
    assert group.getData(4, 144, 2) == bench.servo_bus.servos[3].table.get("present_voltage")


def test_sync_write(port, packet):
    group = sdk.GroupSyncWrite(port, packet, VELOCITY, 4)
    for device_id in IDS:
        group.addParam(device_id, list(struct.pack("<I", 20 * device_id)))
    assert group.txPacket() == sdk.COMM_SUCCESS
    assert [packet.read4ByteTxRx(port, i, VELOCITY)[0] for i in IDS] == [20, 40, 60, 80]


def test_bulk_write(port, packet):
    group = sdk.GroupBulkWrite(port, packet)
    group.addParam(1, LED, 1, [1])
    group.addParam(2, VELOCITY, 4, [7, 0, 0, 0])
    assert group.txPacket() == sdk.COMM_SUCCESS
    assert packet.read1ByteTxRx(port, 1, LED)[0] == 1
    assert packet.read4ByteTxRx(port, 2, VELOCITY)[0] == 7


def test_reg_write_waits_for_action(port, packet):
    assert packet.regWriteTxRx(port, 1, VELOCITY, 4, [33, 0, 0, 0]) == (sdk.COMM_SUCCESS, 0)
    assert packet.read4ByteTxRx(port, 1, VELOCITY)[0] != 33
    assert packet.action(port, 1) == sdk.COMM_SUCCESS
    port.ser.timeout = 0.05
    port.ser.read(11)  # the SDK leaves the answer to a single Action unread
    port.ser.timeout = 0
    assert packet.read4ByteTxRx(port, 1, VELOCITY)[0] == 33


def test_torque_on_locks_the_eeprom_and_holds(bench, port, packet):
    assert packet.write1ByteTxRx(port, 1, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    assert packet.write1ByteTxRx(port, 1, RETURN_DELAY, 5) == (sdk.COMM_SUCCESS, Error.ACCESS)
    assert bench.servo_bus.servos[0].torque_on


def test_reboot_mutes_and_forgets(port, packet):
    packet.write1ByteTxRx(port, 3, LED, 1)
    assert packet.reboot(port, 3) == (sdk.COMM_SUCCESS, 0)
    assert packet.ping(port, 3)[1] == sdk.COMM_RX_TIMEOUT
    for _ in range(20):
        if packet.ping(port, 3)[1] == sdk.COMM_SUCCESS:
            break
    assert packet.read1ByteTxRx(port, 3, LED) == (0, sdk.COMM_SUCCESS, 0)


def test_a_client_at_the_wrong_rate_hears_nothing(bench, port, packet):
    port.setBaudRate(57_600)
    try:
        assert packet.ping(port, 1)[1] == sdk.COMM_RX_TIMEOUT
    finally:
        port.setBaudRate(1_000_000)
    assert packet.ping(port, 1)[1] == sdk.COMM_SUCCESS


def wait_for(packet, port, device_id):
    for _ in range(20):
        if packet.ping(port, device_id)[1] == sdk.COMM_SUCCESS:
            return
    raise AssertionError(f"servo {device_id} does not come back")


def test_indirect_registers_gather_what_lies_apart(bench, port, packet):
    """Temperature and position read as neighbours, LED and profile velocity written as such."""
    indirect_address, indirect_data = 168, 224
    for offset, register in enumerate(
        (146, 132, 133, 134, 135, LED, VELOCITY, VELOCITY + 1, VELOCITY + 2, VELOCITY + 3)
    ):
        assert packet.write2ByteTxRx(port, 4, indirect_address + 2 * offset, register) == (sdk.COMM_SUCCESS, 0)
    data, result, error = packet.readTxRx(port, 4, indirect_data, 5)
    assert (result, error) == (sdk.COMM_SUCCESS, 0)
    servo = bench.servo_bus.servos[3]
    temperature, position = struct.unpack("<Bi", bytes(data))
    assert temperature == servo.table.get("present_temperature")
    assert abs(position - servo.table.get("present_position")) <= 2
    written = packet.writeTxRx(port, 4, indirect_data + 5, 5, list(struct.pack("<BI", 1, 77)))
    assert written == (sdk.COMM_SUCCESS, 0)
    assert packet.read1ByteTxRx(port, 4, LED)[0] == 1
    assert packet.read4ByteTxRx(port, 4, VELOCITY)[0] == 77


def test_an_indirect_address_outside_the_table_is_refused(port, packet):
    assert packet.write2ByteTxRx(port, 4, 168, 9999) == (sdk.COMM_SUCCESS, Error.DATA_RANGE)


def test_a_shutdown_shows_as_an_alert_and_lasts_until_reboot(bench, port, packet):
    assert packet.write1ByteTxRx(port, 2, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    bench.servo_bus.servos[1].fail(HardwareError.OVERLOAD)
    torque, result, error = packet.read1ByteTxRx(port, 2, TORQUE)
    assert (torque, result) == (0, sdk.COMM_SUCCESS)
    assert error & sdk.ERRBIT_ALERT
    assert packet.read1ByteTxRx(port, 2, 70)[0] == HardwareError.OVERLOAD
    packet.write1ByteTxRx(port, 2, TORQUE, 1)
    assert packet.read1ByteTxRx(port, 2, TORQUE)[0] == 0
    packet.reboot(port, 2)
    wait_for(packet, port, 2)
    assert packet.read1ByteTxRx(port, 2, 70) == (0, sdk.COMM_SUCCESS, 0)
    assert packet.write1ByteTxRx(port, 2, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    assert packet.read1ByteTxRx(port, 2, TORQUE)[0] == 1
    packet.write1ByteTxRx(port, 2, TORQUE, 0)


def test_a_tripped_bus_watchdog_locks_the_goals_until_it_is_cleared(port, packet):
    watchdog = 98
    assert packet.write1ByteTxRx(port, 3, TORQUE, 1) == (sdk.COMM_SUCCESS, 0)
    assert packet.write1ByteTxRx(port, 3, watchdog, 1) == (sdk.COMM_SUCCESS, 0)
    assert packet.ping(port, 200)[1] == sdk.COMM_RX_TIMEOUT  # nobody: more than 20 ms in which servo 3 hears nothing
    tripped = packet.read1ByteTxRx(port, 3, watchdog)[0]
    assert tripped == 0xFF
    goal = packet.read4ByteTxRx(port, 3, GOAL)[0]
    assert packet.write4ByteTxRx(port, 3, GOAL, goal) == (sdk.COMM_SUCCESS, Error.DATA_RANGE)
    assert packet.write1ByteTxRx(port, 3, watchdog, 0) == (sdk.COMM_SUCCESS, 0)
    assert packet.write4ByteTxRx(port, 3, GOAL, goal) == (sdk.COMM_SUCCESS, 0)
    packet.write1ByteTxRx(port, 3, TORQUE, 0)


def test_a_secondary_id_is_obeyed_and_never_answers(port, packet):
    secondary = 12
    assert packet.write1ByteTxRx(port, 4, secondary, 100) == (sdk.COMM_SUCCESS, 0)
    assert packet.write1ByteTxRx(port, 100, LED, 0)[0] == sdk.COMM_RX_TIMEOUT
    assert packet.read1ByteTxRx(port, 4, LED)[0] == 0
    assert packet.write1ByteTxRx(port, 4, secondary, 255) == (sdk.COMM_SUCCESS, 0)


def test_the_sdk_is_deceived_by_a_servo_that_answers_as_another(bench, port, packet):
    """A status packet carries no more than an id: the SDK waits for the right one in vain."""
    undo = bench.servo_bus.misname(bench.servo_bus.servos[0], 2)
    assert packet.ping(port, 1)[1] != sdk.COMM_SUCCESS
    undo()
    assert packet.ping(port, 1)[1] == sdk.COMM_SUCCESS
