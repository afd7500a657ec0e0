"""QR codes as paths of an SVG drawing."""

from typing import NamedTuple

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

_QUIET_ZONE = 4  # modules around the code, as ISO/IEC 18004 asks


class QrDrawing(NamedTuple):
    """A QR code for a square drawing of `size` units: the path of its dark modules, a unit each."""

    size: int
    path: str


def draw_qr_code(text: str) -> QrDrawing:
    """Return the QR code of a text with its quiet zone. A quarter of it may be damaged."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_Q, border=_QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return QrDrawing(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))
