"""QR codes, drawn here: nothing is asked of another computer."""

from io import BytesIO
from typing import Any

QUIET_ZONE = 2
"""White modules around the code. Four are the standard's; paper around it is white anyway."""


def qr_svg(text: str) -> str:
    """A QR code of `text` as SVG. Error correction M: a fold or a stamp over a seventh of it does no harm."""
    return _written(text, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True).decode()


def qr_png(text: str) -> bytes:
    """The same as PNG, 10 pixels a module."""
    return _written(text, kind="png", scale=10)


def _written(text: str, **how: Any) -> bytes:
    import segno

    target = BytesIO()
    segno.make_qr(text or " ", error="m").save(target, border=QUIET_ZONE, **how)
    return target.getvalue()
