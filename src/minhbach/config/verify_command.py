"""`minhbach verify`: a published index recomputed from itself. No Django here, no database."""

from __future__ import annotations

import argparse
from pathlib import Path

from minhbach.records.incoming import content_of
from minhbach.records.problems import BadInput, Problems, printable
from minhbach.records.texts import Text
from minhbach.scoring.opendata.alone import verify_one
from minhbach.scoring.opendata.differences import Verified
from minhbach.scoring.opendata.package import MOST_BYTES, open_package
from minhbach.scoring.opendata.tables import read_json
from minhbach.scoring.opendata.verifying import verify

MOST = 200
"""Differences that are printed."""


def run(arguments: argparse.Namespace, lang: str) -> int:
    """0 if everything is as published, 1 with every difference. Raises BadInput for what is no publication."""
    path = Path(arguments.published)
    if path.suffix.lower() == ".json":
        return _one(path, lang)
    package = open_package(path)
    found = verify(package)
    if _differs(found, lang):
        return 1
    if package.sha256:
        print(f"SHA-256 {package.sha256}")
    for one in found.manifest.sets:
        print(printable(f"{one.folder}: {one.code} {one.version}, SHA-256 {one.sha256}"))
    said = Text(
        f"Đã kiểm tra {found.files} tệp, tính lại {found.results} kết quả của {found.units} đơn vị: đúng như công bố.",
        f"{found.files} files checked, {found.results} results of {found.units} units recomputed: as published.",
    )
    print(said.in_(lang))
    return 0


def _one(path: Path, lang: str) -> int:
    """The sealed explanation of one unit."""
    problems = Problems(str(path))
    content = content_of(path, MOST_BYTES, problems)
    said = None if content is None else read_json(content, problems)
    if problems.errors:
        raise BadInput(problems)
    found, relative = verify_one(said, path.name)
    if found is None:
        problems.error(
            "no-manifest",
            (),
            Text("đây không phải là bản giải thích đã niêm phong", "this is not a sealed explanation"),
            Text("chọn bản công bố (ZIP, thư mục) hoặc bản giải thích của một đơn vị (JSON)",
                 "choose a publication (ZIP, folder) or the explanation of one unit (JSON)"),
        )  # fmt: skip
        raise BadInput(problems)
    if _differs(found, lang):
        return 1
    print(Text(f"Đã tính lại {found.results} kết quả: đúng.", f"{found.results} results recomputed: right.").in_(lang))
    if relative:
        codes = ", ".join(relative)
        said_so = Text(
            f"Cần các đơn vị khác nên chưa tính lại: {codes}; hãy kiểm tra cả bản công bố.",
            f"They need the other units and were not recomputed: {codes}; verify the whole publication.",
        )
        print(printable(said_so.in_(lang)))
    return 0


def _differs(found: Verified, lang: str) -> bool:
    """Say what differs, if anything does."""
    for difference in found.differences[:MOST]:
        print(difference.in_(lang))
    count = len(found.differences)
    if count > MOST:
        print(Text(f"… và {count - MOST} chỗ khác", f"… and {count - MOST} more").in_(lang))
    if count:
        print(Text(f"{count} chỗ không đúng như công bố.", f"{count} things are not as published.").in_(lang))
    return bool(count)
