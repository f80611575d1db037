"""Office files (XLSX, DOCX) from strangers: opened only within bounds.

An office file is a ZIP archive of XML. Before any library reads it, its size, the size it claims to unpack to and the
absence of XML entities are checked, so that no small file can fill the memory.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from minhbach.records.problems import Problems
from minhbach.records.texts import Text

MAX_BYTES = 10_000_000
MAX_UNPACKED = 60_000_000
MAX_PARTS = 2_000
#: Marks of XML in one part: reading a million of them takes seconds.
MAX_MARKS = 3_000_000
#: What the libraries raise on broken content.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # the base of the XML parsers' errors
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    OSError,
    EOFError,
    NotImplementedError,
    RecursionError,
    RuntimeError,
)


def is_sound(content: bytes, kind: str, problems: Problems) -> bool:
    """Whether the archive may be opened; otherwise `problems` says why not. `kind`: XLSX or DOCX."""
    if len(content) > MAX_BYTES:
        problems.error(
            "too-large",
            (),
            Text(
                f"tệp quá lớn (trên {MAX_BYTES // 10**6} MB)", f"the file is too large (over {MAX_BYTES // 10**6} MB)"
            ),
            Text(
                "bỏ hình ảnh và trang tính thừa rồi lưu lại", "remove pictures and superfluous sheets and save it again"
            ),
        )
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                problems.error(
                    "too-large",
                    (),
                    Text(
                        f"tệp giải nén quá lớn (trên {MAX_UNPACKED // 10**6} MB hoặc {MAX_PARTS} phần)",
                        f"the file unpacks to too much (over {MAX_UNPACKED // 10**6} MB or {MAX_PARTS} parts)",
                    ),
                    Text("sao nội dung sang một tệp mới rồi lưu lại", "copy the content into a new file and save it"),
                )
                return False
            # A part cannot unpack to more than it claims: zipfile stops reading there.
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    text = archive.read(part)
                    if b"\0" in text[:8] or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                        not_readable(kind, problems)
                        return False
                    if text.count(b"<") > MAX_MARKS:
                        problems.error(
                            "too-large",
                            (),
                            Text("tệp có quá nhiều ô hoặc đoạn", "the file holds too many cells or paragraphs"),
                            Text("xóa hẳn các dòng và cột thừa", "delete the superfluous rows and columns"),
                        )
                        return False
    except BROKEN:
        not_readable(kind, problems)
        return False
    return True


def not_readable(kind: str, problems: Problems) -> None:
    """Say that the content is not what its kind should be."""
    problems.error(
        "not-readable",
        (),
        Text(f"không đọc được như tệp {kind}", f"not readable as {kind}"),
        Text(
            f"mở tệp bằng phần mềm văn phòng rồi lưu lại dạng {kind}, không đặt mật khẩu",
            f"open it in an office program and save it as {kind}, without a password",
        ),
    )
