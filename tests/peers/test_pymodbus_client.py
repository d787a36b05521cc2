"""Another people's Modbus RTU client, unmodified, against the load cell of the bench on a pseudo-terminal."""

import threading

import pytest
from pymodbus.client import ModbusSerialClient
from pymodbus.exceptions import ModbusIOException

from flight.icd.dynamixel_table import BY_NAME
from flight.icd.modbus import address_of
from hil.bench import Bench
from hil.config import load_bench
from hil.devices.pty import PtyServer
from hil.devices.weighing import Order
from hil.serve import run

pytestmark = pytest.mark.realtime
UNIT = 1
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3


@pytest.fixture(scope="module")
def cell():
    return load_bench("m1_lander")[0].load_cell


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = Bench(*load_bench("m1_lander"), seed=1)
    for servo in bench.servo_bus.servos:  # an arm that sags weighs something else all the time
        assert servo.write(BY_NAME["torque_enable"].address, b"\1") == 0
    bench.advance(2_000_000_000)
    server = PtyServer(bench.weighing_wire, tmp_path_factory.mktemp("line") / "load_cell")
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(bench, [server], stop.is_set))
    thread.start()
    bench.url = server.url
    yield bench
    stop.set()
    thread.join()
    server.close()


@pytest.fixture(scope="module")
def connect(bench):
    clients = []

    def connect(**settings):
        client = ModbusSerialClient(bench.url, **{"baudrate": 38400, "timeout": 0.2, "retries": 0} | settings)
        assert client.connect()
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()


@pytest.fixture(scope="module")
def client(connect):
    return connect()


def weight(client, register):
    """Two registers as a signed number, by the client's own conversion: most significant word first."""
    answer = client.read_holding_registers(address_of(register), count=2, device_id=UNIT)
    assert not answer.isError()
    return client.convert_from_registers(answer.registers, client.DATATYPE.INT32, word_order="big")


def order(client, cell, value):
    answer = client.write_registers(address_of(cell.registers.command), [value], device_id=UNIT)
    assert not answer.isError()


@pytest.mark.requirement("BEN-2")
def test_gross_is_what_the_plant_s_cell_carries(bench, client, cell):
    assert weight(client, cell.registers.gross) * cell.resolution_n == pytest.approx(
        bench.plant.load_cell_n(), abs=10 * cell.noise_n
    )


def test_status_says_that_nothing_is_wrong(client, cell):
    (status,) = client.read_holding_registers(address_of(cell.registers.status), count=1, device_id=UNIT).registers
    assert status & 0x3F == 0


def test_division_and_unit_are_where_the_mission_file_says(client, cell):
    (code,) = client.read_holding_registers(address_of(cell.registers.division), count=1, device_id=UNIT).registers
    assert (code >> 8, code & 0xFF) == (4, 18)  # newton; 0.0001


def test_the_whole_family_block_comes_in_one_answer(client, cell):
    block = client.read_holding_registers(0, count=16, device_id=UNIT).registers
    assert len(block) == 16
    assert block[1] == 9  # instrument type


def test_tare_zeroes_net_alone_and_zero_gross_too(client, cell):
    near = 10 * cell.noise_n / cell.resolution_n
    order(client, cell, Order.TARE)
    assert abs(weight(client, cell.registers.net)) < near
    assert abs(weight(client, cell.registers.gross)) > near
    order(client, cell, Order.ZERO)
    assert abs(weight(client, cell.registers.gross)) < near
    assert abs(weight(client, cell.registers.peak)) < near
    order(client, cell, Order.GROSS)
    assert abs(weight(client, cell.registers.net)) < near


def test_refusals_are_the_exceptions_of_the_standard(client, cell):
    command = address_of(cell.registers.command)
    refused = {
        ILLEGAL_ADDRESS: client.read_holding_registers(5000, count=1, device_id=UNIT),
        ILLEGAL_VALUE: client.read_holding_registers(0, count=33, device_id=UNIT),
        ILLEGAL_FUNCTION: client.read_input_registers(0, count=1, device_id=UNIT),
    }
    assert {code: answer.exception_code for code, answer in refused.items()} == {code: code for code in refused}
    assert client.write_register(command, 7, device_id=UNIT).exception_code == ILLEGAL_FUNCTION
    assert client.write_registers(command, [4711], device_id=UNIT).exception_code == ILLEGAL_VALUE
    assert client.write_registers(command + 1, [7], device_id=UNIT).exception_code == ILLEGAL_ADDRESS


def test_another_unit_and_a_client_at_another_rate_hear_nothing(connect, client):
    with pytest.raises(ModbusIOException):
        client.read_holding_registers(0, count=1, device_id=UNIT + 1)
    client.close()
    wrong = connect(baudrate=9600)
    with pytest.raises(ModbusIOException):
        wrong.read_holding_registers(0, count=1, device_id=UNIT)
    wrong.close()
    assert client.connect()  # sets the rate again
    assert not client.read_holding_registers(0, count=1, device_id=UNIT).isError()


def test_a_silent_transmitter_and_one_that_is_busy_are_told_apart(bench, client):
    back = bench.weighing.ailments.mute()
    with pytest.raises(ModbusIOException):
        client.read_holding_registers(0, count=1, device_id=UNIT)
    back()
    back = bench.weighing.ailments.refuse(6)
    assert client.read_holding_registers(0, count=1, device_id=UNIT).exception_code == 6
    back()
