"""Files from strangers: their bytes within bounds, their text in its encoding, and in words why not."""

from __future__ import annotations

from pathlib import Path

from minhbach.records.problems import Problems
from minhbach.records.texts import Text

_UTF_8 = Text(
    "lưu lại tệp với bảng mã UTF-8 (trong Excel: CSV UTF-8)", "save the file again as UTF-8 (in Excel: CSV UTF-8)"
)
_OFFICE, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def content_of(path: Path, most: int, problems: Problems) -> bytes | None:
    """The bytes of a file, or None with the reason in `problems`. `most`: how many it may have."""
    try:
        if path.is_dir():
            problems.error(
                "directory",
                (),
                Text("đây là thư mục, không phải tệp", "this is a folder, not a file"),
                Text("ghi đường dẫn đến một tệp", "give the path of a file"),
            )
            return None
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        problems.error(
            "no-file",
            (),
            Text("không có tệp này", "there is no such file"),
            Text("kiểm tra đường dẫn và tên tệp", "check the path and the name"),
        )
        return None
    except PermissionError:
        problems.error(
            "no-permission",
            (),
            Text("không có quyền đọc tệp này", "this file may not be read"),
            Text("xin quyền đọc, hoặc sao tệp sang nơi đọc được", "get the right to read it, or copy it elsewhere"),
        )
        return None
    except (OSError, ValueError):  # a broken disk, a name too long, a NUL in the name
        problems.error(
            "unreadable",
            (),
            Text("không đọc được tệp này", "this file cannot be read"),
            Text("sao tệp sang chỗ khác rồi thử lại", "copy the file elsewhere and try again"),
        )
        return None
    if len(content) > most:
        problems.error(
            "too-large",
            (),
            Text(f"tệp quá lớn (trên {most // 10**6} MB)", f"the file is too large (over {most // 10**6} MB)"),
            Text("chia thành nhiều tệp nhỏ hơn", "split it into smaller files"),
        )
        return None
    return content


def text_of(content: bytes, problems: Problems) -> str | None:
    """The text of UTF-8 bytes, with or without a byte order mark, or None with the reason in `problems`."""
    if content.startswith((_OFFICE, _OLD_OFFICE)):
        problems.error(
            "office-file",
            (),
            Text(
                "đây là tệp của phần mềm văn phòng (Excel, Word), không phải tệp văn bản",
                "this is a file of an office program (Excel, Word), not a text file",
            ),
            Text(
                "bộ chỉ số: lưu dạng .xlsx; số liệu: lưu dạng CSV UTF-8; bảng tiêu chí trong Word: nhập thành bản nháp",
                "a set: save it as .xlsx; figures: save them as CSV UTF-8; criteria in Word: import them as a draft",
            ),
        )
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:64].count(0) > 8:
        problems.error(
            "encoding", (), Text("tệp dùng bảng mã UTF-16, không phải UTF-8", "the file is UTF-16, not UTF-8"), _UTF_8
        )
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        locate, problems.locate = problems.locate, lambda path: (line, "")
        problems.error("encoding", (), Text("không phải văn bản UTF-8", "this is not UTF-8 text"), _UTF_8)
        problems.locate = locate
        return None
