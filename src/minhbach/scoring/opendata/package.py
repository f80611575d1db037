"""Opening a publication from a stranger: a folder or a ZIP, within bounds, nothing written anywhere."""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minhbach.records.archives import BROKEN
from minhbach.records.problems import BadInput, Problems
from minhbach.records.structure import FAILED, Anything, ListOf, MapOf, PlainText, Record, Whole, has, read_record
from minhbach.records.texts import Text
from minhbach.scoring.opendata.layout import FORMAT, MANIFEST
from minhbach.scoring.opendata.tables import read_json

MOST_FILES = 20_000
MOST_BYTES = 400_000_000
"""Of one file, unpacked."""
MOST_IN_ALL = 2_000_000_000
_TEXT, _SHA256 = PlainText(), PlainText("[0-9a-f]{64}", Text("mã SHA-256", "a SHA-256"))
_AGAIN = Text("tải lại bản công bố từ nơi công bố", "download the publication again from where it is published")


class Files(MapOf):
    """The files of a publication; there are more than entries of a decision."""

    def read(self, raw: Any, path: Any, problems: Problems) -> Any:
        if isinstance(raw, dict) and len(raw) > 1000:
            keys = list(raw)
            parts = [{key: raw[key] for key in keys[n : n + 1000]} for n in range(0, len(keys[:MOST_FILES]), 1000)]
            found = [super(Files, self).read(part, path, problems) for part in parts]
            return FAILED if FAILED in found else {key: one for part in found for key, one in part.items()}
        return super().read(raw, path, problems)


@dataclass(frozen=True)
class File:
    sha256: str = has(_SHA256)
    bytes: int = has(Whole(most=MOST_BYTES))
    rows: int | None = has(Whole(), default=None)


@dataclass(frozen=True)
class SetOf:
    """A set of the round, in a folder of its own."""

    folder: str = has(PlainText(r"[A-Za-z0-9][\w.\-]{0,120}", Text("tên thư mục", "the name of a folder")))
    code: str = has(_TEXT)
    version: str = has(_TEXT)
    sha256: str = has(_SHA256)
    title: Any = has(Anything(), default=None)
    units: int = has(Whole(), default=0)
    extent: str = has(_TEXT, default="whole")
    constructed: Any = has(Anything(), default=False)


@dataclass(frozen=True)
class Manifest:
    """What a publication says of itself."""

    format: str = has(_TEXT)
    engine: str = has(_TEXT)
    licence: str = has(_TEXT)
    sets: tuple[SetOf, ...] = has(ListOf(Record(lambda: SetOf)))
    files: dict[str, File] = has(Files(Record(lambda: File)))
    round: Any = has(Anything(), default=None)
    product: str = has(_TEXT, default="")
    personal_data: str = has(_TEXT, default="")
    note: Any = has(Anything(), default=None)


@dataclass(frozen=True)
class Package:
    """An opened publication. `sizes`: the files there are; `read` gives the bytes of one."""

    name: str
    sizes: dict[str, int]
    read: Callable[[str], bytes]
    sha256: str = ""
    """Of the ZIP; empty for a folder."""


def open_package(path: Path) -> Package:
    """The publication at a path. Raises BadInput saying why it may not be opened."""
    problems = Problems(str(path))
    try:
        if path.is_dir():
            package = _folder(path, problems)
        elif not path.exists():
            _refuse(problems, "no-file", "không có tệp hay thư mục này", "there is no such file or folder")
        elif path.stat().st_size > MOST_IN_ALL:
            _refuse(problems, "too-large", "tệp quá lớn", "the file is too large")
        else:
            package = _zip(path, problems)
    except PermissionError:
        _refuse(problems, "no-permission", "không có quyền đọc", "it may not be read")
    except (OSError, ValueError):
        _refuse(problems, "unreadable", "không đọc được", "it cannot be read")
    if problems.errors:
        raise BadInput(problems)
    return package


def manifest_of(package: Package) -> Manifest:
    """What the publication says of itself. Raises BadInput."""
    problems = Problems(f"{package.name}/{MANIFEST}")
    if MANIFEST not in package.sizes:
        _refuse(
            problems,
            "no-manifest",
            "không có manifest.json: đây không phải là bản công bố",
            "there is no manifest.json: this is not a publication",
        )
        raise BadInput(problems)
    raw = read_json(package.read(MANIFEST), problems)
    if isinstance(raw, dict) and raw.get("format") != FORMAT:
        shown = str(raw.get("format"))[:60]
        problems.error(
            "format",
            ("format",),
            Text(f"không đọc được định dạng “{shown}”", f"the format “{shown}” is not known"),
            Text("dùng phiên bản Minh Bạch mới hơn", "use a later version of Minh Bạch"),
        )
    read = None if problems.errors else read_record(Manifest, raw, (), problems)
    if problems.errors or read is FAILED or read is None:
        raise BadInput(problems)
    return read


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folder(path: Path, problems: Problems) -> Package:
    sizes: dict[str, int] = {}
    for found in sorted(path.rglob("*")):
        if found.is_symlink() or not (found.is_dir() or found.is_file()):
            name = found.relative_to(path).as_posix()
            _refuse(problems, "unsafe", f"“{name}” không phải tệp thường", f"“{name}” is not an ordinary file")
        elif found.is_file():
            sizes[found.relative_to(path).as_posix()] = found.stat().st_size
        if len(sizes) > MOST_FILES:
            _refuse(problems, "too-many", "quá nhiều tệp", "there are too many files")
        if problems.errors:
            break
    _within(sizes, problems)

    def read(name: str) -> bytes:
        with (path / name).open("rb") as file:
            return file.read(MOST_BYTES + 1)

    return Package(path.name or str(path), sizes, read)


def _zip(path: Path, problems: Problems) -> Package:
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN:
        _refuse(problems, "not-readable", "không đọc được như tệp ZIP", "not readable as a ZIP file")
        return Package("", {}, lambda name: b"")
    infos = [info for info in archive.infolist() if not info.is_dir()]
    names: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    if len(infos) > MOST_FILES:
        _refuse(problems, "too-many", "quá nhiều tệp", "there are too many files")
        infos = []
    for info in infos:
        mode = info.external_attr >> 16
        if why := _unsafe(info.filename):
            _refuse(
                problems, "unsafe", f"tên tệp “{info.filename[:80]}”: {why.vi}", f"“{info.filename[:80]}”: {why.en}"
            )
        elif info.flag_bits & 1 or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
            words = f"“{info.filename}” đặt mật khẩu hoặc không phải tệp thường", f"“{info.filename}” is not plain"
            _refuse(problems, "unsafe", *words)
        elif info.filename.casefold() in seen:
            _refuse(problems, "repeated-key", f"“{info.filename}” có hai lần", f"“{info.filename}” is there twice")
        if problems.errors:
            break
        names[info.filename] = info
        seen.add(info.filename.casefold())
    # Whoever packs a folder again often packs it with its name.
    top = next((name[: -len(MANIFEST)] for name in names if re.fullmatch(rf"[^/]+/{re.escape(MANIFEST)}", name)), "")
    if MANIFEST in names or not all(name.startswith(top) for name in names):
        top = ""
    found = {name[len(top) :]: info for name, info in names.items()}
    sizes = {name: info.file_size for name, info in found.items()}
    _within(sizes, problems)

    def read(name: str) -> bytes:
        # A part cannot unpack to more than it claims: zipfile stops reading there.
        try:
            return archive.read(found[name])
        except BROKEN:
            said = Problems(f"{path}/{name}")
            _refuse(said, "not-readable", "phần này của tệp ZIP bị hỏng", "this part of the ZIP file is broken")
            raise BadInput(said) from None

    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Package(path.name, sizes, read, digest)


def _within(sizes: dict[str, int], problems: Problems) -> None:
    if any(size > MOST_BYTES for size in sizes.values()) or sum(sizes.values()) > MOST_IN_ALL:
        _refuse(problems, "too-large", "giải nén ra quá lớn", "it unpacks to too much")


def _unsafe(name: str) -> Text | None:
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "" in parts or "." in parts:
        return Text("đường dẫn ra ngoài thư mục", "a path that leads elsewhere")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in name) or len(name) > 300:
        return Text("ký tự điều khiển hoặc quá dài", "control characters, or too long")
    return None


def _refuse(problems: Problems, code: str, vi: str, en: str) -> None:
    problems.error(code, (), Text(vi, en), _AGAIN)
