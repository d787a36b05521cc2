"""A little way to write XML: elements of the XTCE namespace as nested calls."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.omg.org/spec/XTCE/20180204"
_SCHEMA = "https://www.omg.org/spec/XTCE/20180204/SpaceSystem.xsd"


def element(tag: str, *children: Element | None, text: str = "", **attributes: object) -> Element:
    """An element; children and attributes that are None are left out, truth values become `true` and `false`."""
    made = Element(tag, {name: _text(value) for name, value in attributes.items() if value is not None})
    made.text = text or None
    made.extend(child for child in children if child is not None)
    return made


def document(root: Element) -> bytes:
    """`root` as an XML document whose elements are all of the XTCE namespace."""
    root.set("xmlns", NAMESPACE)
    root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    root.set("xsi:schemaLocation", f"{NAMESPACE} {_SCHEMA}")
    ElementTree.indent(root)
    octets: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + octets + b"\n"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
