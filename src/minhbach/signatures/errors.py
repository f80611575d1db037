"""What is wrong with a file, a certificate or a signature; and the reading of files that may be anything."""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from minhbach.records.texts import Text

# What it finds wrong with somebody's file is a finding to be told, not a fault to be logged.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

MOST_BYTES = 60 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024


class SignatureError(ValueError):
    """`code` is stable; `text` says in both languages what is wrong and what to do."""

    def __init__(self, code: str, vi: str, en: str):
        super().__init__(en)
        self.code, self.text = code, Text(vi, en)


@contextmanager
def no_pdf_breaks_us() -> Iterator[None]:
    """Whatever the reading of a broken or hostile PDF raises becomes a SignatureError, code `pdf`."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError

    try:
        yield
    except SignatureError:
        raise
    except (
        PdfError,
        SigningError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        NotImplementedError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
        zlib.error,
    ) as error:
        raise SignatureError(
            "pdf",
            "Tệp PDF hỏng hoặc không đọc được: hãy mở và lưu lại thành tệp PDF mới, không đặt mật khẩu.",
            "The PDF is damaged or cannot be read: open it and save it as a new PDF, without a password.",
        ) from error


def reader_of(pdf: bytes) -> Any:
    """A reader of the file. Raises SignatureError with code `pdf`, `too_large` or `encrypted`."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    require_modest(pdf)
    with no_pdf_breaks_us():
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        if reader.encrypted:
            raise SignatureError(
                "encrypted",
                "Tệp PDF có mật khẩu: hãy lưu lại không đặt mật khẩu.",
                "The PDF has a password: save it without one.",
            )
        assert reader.root["/Pages"] is not None
        return reader


def require_modest(pdf: bytes) -> None:
    """Refuse what would become far too large when it is unpacked, before anything unpacks it."""
    too_large = SignatureError(
        "too_large",
        "Tệp PDF quá lớn: hãy giảm dung lượng rồi thử lại.",
        "The PDF is too large: make it smaller and try again.",
    )
    if len(pdf) > MOST_BYTES:
        raise too_large
    left = MOST_UNPACKED
    for found in re.finditer(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])", pdf):
        try:
            left -= len(zlib.decompressobj().decompress(pdf[found.end() :], left + 1))
        except zlib.error:
            continue
        if left < 0:
            raise too_large
