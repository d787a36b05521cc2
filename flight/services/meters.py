"""Meters of servos as parameters: what is not believed of them is not valid for monitors and reports either."""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.fdir import Sensor
from flight.pool import Pool


def meters_in(pool: Pool, joints: int) -> Callable[[Sensor, int, bool], None]:
    """Marks in `pool` what is doubted: (sensor, servo, whether). Servos from `joints` on are those of wheels."""
    quantities = {Sensor.THERMOMETER: "temperature_c", Sensor.VOLTMETER: "supply"}
    idents = {}
    for sensor, quantity in quantities.items():
        for record, first in (("JointsHk", 0), ("WheelsHk", joints)):
            for place in range(4):
                parameter = pool.named(f"{record}.{quantity}[{place}]")
                if parameter is not None and not (record == "JointsHk" and place >= joints):
                    idents[sensor, first + place] = parameter.ident

    def doubt(sensor: Sensor, servo: int, doubted: bool) -> None:
        ident = idents.get((sensor, servo))
        if ident is None:
            return
        if doubted:
            pool.doubted.add(ident)
        else:
            pool.doubted.discard(ident)

    return doubt
