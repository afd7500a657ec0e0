"""Sets of requests as whole numbers with one bit for each, so that a count of what several
conditions share costs microseconds.
"""

from array import array
from collections.abc import Callable
from functools import cache, cached_property
from itertools import compress

_IS_SET = bytes(byte == ord("1") for byte in range(256))


@cache
def _is(*values) -> bytes:
    """Of each byte whether it is one of these, as the digits 1 and 0."""
    return bytes(ord("01"[byte in values]) for byte in range(256))


@cache
def _has(bit) -> bytes:
    return bytes(ord("01"[byte >> bit & 1]) for byte in range(256))


class Bitmaps:
    """Of requests with these `ids`; `planes` are by name the bytes that say something of each of
    them, in the order of the ids, the lowest byte first.
    """

    def __init__(self, ids: array, planes: dict[str, list[bytes]]):
        self.ids, self.planes = ids, planes
        self._known = {}

    @cached_property
    def every(self) -> int:
        return (1 << len(self.ids)) - 1

    @cached_property
    def _places(self) -> dict[int, int]:
        return {pk: place for place, pk in enumerate(self.ids)}

    def __contains__(self, pk):
        return pk in self._places

    def of(self, ids) -> int:
        """Those with one of these ids."""
        digits = bytearray(b"0" * len(self.ids))
        for pk in ids:
            if (place := self._places.get(pk)) is not None:
                digits[place] = ord("1")
        return _set(digits)

    def ids_in(self, those: int):
        """The ids of `those`."""
        digits = f"{those:0{len(self.ids)}b}".encode()
        return compress(self.ids, digits.translate(_IS_SET))

    def where(self, name, value: int) -> int:
        """Those whose number called `name` is `value`."""
        return self.once((name, value), lambda: self._where(name, value))

    def with_bit(self, name, bit: int) -> int:
        """Those whose number called `name` has this bit, 0 the lowest."""
        digits = self.planes[name][0]
        return self.once((name, "bit", bit), lambda: _set(digits.translate(_has(bit))))

    def once(self, key, make: Callable[[], int]) -> int:
        """What `make` gives, which is asked once for each `key`."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _where(self, name, value):
        found = self.every
        for plane in self.planes[name]:
            found &= self._where_byte(plane, value & 255)
            value >>= 8
        return found

    def _where_byte(self, plane, byte):
        count = plane.count(byte)
        if count in (0, len(plane)):
            return self.every if count else 0
        return _set(plane.translate(_is(byte)))


def _set(digits) -> int:
    return int(digits, 2) if digits else 0
