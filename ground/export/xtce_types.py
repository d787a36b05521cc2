"""Parameter and argument types of XTCE from declared fields.

What Yamcs does not know is left out: several valid ranges, relative times, error detection as encoding.
"""

from __future__ import annotations

import struct
from xml.etree.ElementTree import Element

from flight.icd.fields import Field, Limits
from flight.icd.metadata import is_octet_string
from ground.export.elements import element

_LONG = (-(1 << 63), (1 << 63) - 1)


def parameter_type(name: str, field: Field) -> Element:
    """The type of a telemetered value: encoding, unit, calibration, names, and the ranges of its alarms."""
    return _type(name, field, "Parameter", _valid_range(field), _alarm(field))


def argument_type(name: str, field: Field) -> Element:
    """The type of a telecommand's argument: encoding, unit, names, and the one range that is allowed."""
    valid = _valid_range(field)
    ranges = None if valid is None else element("ValidRangeSet", valid)
    return _type(name, field, "Argument", ranges, None)


def enumerated(name: str, bits: int, labels: dict[int, str]) -> Element:
    """The type of an unsigned number whose values have names."""
    return _enumerated("EnumeratedParameterType", name, _integer(bits, "unsigned"), labels)


def unsigned(name: str, bits: int) -> Element:
    """The type of a plain unsigned number."""
    return element(
        "IntegerParameterType", element("UnitSet"), _integer(bits, "unsigned"), name=name, signed=False, sizeInBits=bits
    )


def time_code(name: str) -> Element:
    """CUC time, 4 + 2 octets from TAI 1958: one 48-bit count of 1/65536 s."""
    encoding = element("Encoding", _integer(48, "unsigned"), units="seconds", scale=repr(2.0**-16))
    epoch = element("ReferenceTime", element("Epoch", text="TAI"))
    return element("AbsoluteTimeParameterType", encoding, epoch, name=name)


def bits_of(field: Field) -> int:
    """Bits of one element on the wire."""
    return 8 * struct.calcsize(">" + field.code)


def _type(name: str, field: Field, what: str, valid: Element | None, alarm: Element | None) -> Element:
    bits = bits_of(field)
    units = element("UnitSet", element("Unit", text=field.unit) if field.unit else None)
    if is_octet_string(field):
        whole = element("SizeInBits", element("FixedValue", text=str(bits * field.count)))
        return element(f"Binary{what}Type", units, element("BinaryDataEncoding", whole), name=name)
    if field.is_float:
        encoding = element("FloatDataEncoding", _calibrator(field), sizeInBits=bits, encoding="IEEE754_1985")
    else:
        encoding = _integer(bits, "twosComplement" if field.code.islower() else "unsigned", _calibrator(field))
    if field.enum is not None:
        return _enumerated(f"Enumerated{what}Type", name, encoding, field.members)
    if field.is_float or field.scale != 1.0:
        size = bits if field.is_float and field.scale == 1.0 else 64
        return element(f"Float{what}Type", units, encoding, valid, alarm, name=name, sizeInBits=size)
    signed = field.code.islower()
    return element(f"Integer{what}Type", units, encoding, valid, alarm, name=name, signed=signed, sizeInBits=bits)


def _enumerated(tag: str, name: str, encoding: Element, labels: dict[int, str]) -> Element:
    members = [element("Enumeration", value=value, label=label) for value, label in labels.items()]
    return element(tag, element("UnitSet"), encoding, element("EnumerationList", *members), name=name)


def _integer(bits: int, encoding: str, calibrator: Element | None = None) -> Element:
    return element("IntegerDataEncoding", calibrator, sizeInBits=bits, encoding=encoding)


def _calibrator(field: Field) -> Element | None:
    if field.scale == 1.0:
        return None
    term = element("Term", coefficient=repr(field.scale), exponent=1)
    return element("DefaultCalibrator", element("PolynomialCalibrator", term))


def _range(tag: str, field: Field, limits: Limits) -> Element:
    """A range as engineering values of the raw numbers that are within `limits`: the bounds themselves are good."""
    low, high = (raw if field.scale == 1.0 else raw * field.scale for raw in field.raw_bounds(limits))
    return element(tag, minInclusive=_number(low, field), maxInclusive=_number(high, field))


def _number(value: float, field: Field) -> str:
    return repr(float(value)) if field.is_float or field.scale != 1.0 else str(int(value))


def _valid_range(field: Field) -> Element | None:
    if field.limits is None or field.enum is not None or not _LONG[0] <= field.limits[0] <= field.limits[1] <= _LONG[1]:
        return None
    return _range("ValidRange", field, field.limits)


def _alarm(field: Field) -> Element | None:
    ranges = [
        _range(tag, field, limits)
        for tag, limits in (("WarningRange", field.warn), ("CriticalRange", field.alarm))
        if limits is not None
    ]
    return element("DefaultAlarm", element("StaticAlarmRanges", *ranges)) if ranges else None
