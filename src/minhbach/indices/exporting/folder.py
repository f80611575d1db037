"""The numbered evidence folder as a ZIP, written piece by piece: its size in memory does not grow with the files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from django.utils import timezone

from minhbach.indices.exporting.extract import safe
from minhbach.indices.models import Evidence
from minhbach.org.files import store

_PACKED = {"pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "png", "jpg", "webp"}
"""Contents that are compressed already."""


def names_in_folder(files: list[tuple[int, Evidence]]) -> dict[int, str]:
    """Running number → name of the file in the folder."""
    digits = max(2, len(str(max((n for n, _each in files), default=0))))
    return {n: _name(n, each, digits) for n, each in files}


def _name(number: int, evidence: Evidence, digits: int) -> str:
    """01_3.4.2_bao-cao-ket-qua.pdf: the running number, the criterion, the document's title."""
    assert evidence.attachment is not None
    criterion = ".".join(safe(part, 30) for part in evidence.criterion.split(".")) or "x"
    stem = evidence.attachment.name.rpartition(".")[0] or evidence.attachment.name
    title = safe(evidence.document_title or stem)
    return f"{number:0{digits}}_{criterion}_{title}.{evidence.attachment.file.extension}"


class _Pipe:
    """A file that is only written to, and emptied as it is sent."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self._chunks)
        self._chunks.clear()
        return taken


def stream(papers: Iterable[tuple[str, bytes]], evidence: Iterable[tuple[str, Evidence]]) -> Iterator[bytes]:
    """The ZIP's bytes: the papers, then each evidence file under its name, read and sent a chunk at a time.

    A content that is missing on the disk becomes a small text that says so, and the folder stays complete.
    """
    pipe = _Pipe()
    now = timezone.localtime().timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", allowZip64=True) as archive:  # type: ignore[call-overload]

        def member(name: str, size: int, compress: bool) -> zipfile.ZipInfo:
            info = zipfile.ZipInfo(name, now)
            info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            info.file_size = size
            info.external_attr = 0o644 << 16
            return info

        for name, content in papers:
            archive.writestr(member(name, len(content), compress=False), content)
            yield pipe.take()
        for name, each in evidence:
            assert each.attachment is not None
            stored = each.attachment.file
            try:
                source = store.path_of(stored.sha256).open("rb")
            except OSError:
                archive.writestr(member(f"{name}.THIEU.txt", 0, compress=False), f"{stored.sha256}\n".encode())
                yield pipe.take()
                continue
            info = member(name, stored.size, compress=stored.extension not in _PACKED)
            with source, archive.open(info, "w") as target:
                while chunk := source.read(store.CHUNK):
                    target.write(chunk)
                    yield pipe.take()
            yield pipe.take()
    yield pipe.take()
