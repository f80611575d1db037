#!/usr/bin/env python3
"""Rebuild org/static/vendor and tests/browser/vendor from npm: `python tools/vendor_assets.py`.

With --lock, after a change of a version in package.json: renews package-lock.json first.
Needs npm and fonttools (a development requirement). The product never runs this: the results are committed.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

TOOLS = Path(__file__).resolve().parent
MODULES = TOOLS / "node_modules"
ROOT = TOOLS.parent
VENDOR = ROOT / "src/minhbach/org/static/vendor"
ICON_NAMES = ROOT / "src/minhbach/org/ui/icons.txt"
AXE = ROOT / "tests/browser/vendor"

WEIGHTS = (400, 500, 600, 700)
VIETNAMESE = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵfjwz"
    "0123456789.,;:!?()[]/%+-–—…“”‘’«»·•°§₫×÷=<>&@#*'\""
)


def without_map(text: str) -> str:
    """A source map that is not there makes ManifestStaticFilesStorage fail."""
    return re.sub(r"\s*(/\*#\s*sourceMappingURL=.*?\*/|//#\s*sourceMappingURL=.*)\s*$", "\n", text)


def take(package: str, source: str, target: Path, licence: str = "LICENSE") -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    text = without_map((MODULES / package / source).read_text(encoding="utf-8"))
    target.write_text(text, encoding="utf-8")
    shutil.copyfile(MODULES / package / licence, target.parent / licence)
    return text


def bootstrap() -> None:
    target = VENDOR / "bootstrap/bootstrap.min.css"
    text = take("bootstrap", "dist/css/bootstrap.min.css", target)
    # In a layer of its own, so that our own rules win whatever their specificity.
    text = re.sub(r'^@charset "UTF-8";', "", text)
    target.write_text(f'@charset "UTF-8";@layer bootstrap{{{text.strip()}}}\n', encoding="utf-8")


def fonts() -> None:
    """Each subset of the font package is incomplete (latin lacks ệ, vietnamese lacks a): merged."""
    folder = VENDOR / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    package = MODULES / "@fontsource/be-vietnam-pro"
    for weight in WEIGHTS:
        with tempfile.TemporaryDirectory() as temporary:
            parts = []
            for part in ("latin", "latin-ext", "vietnamese"):
                font = TTFont(package / f"files/be-vietnam-pro-{part}-{weight}-normal.woff2")
                font.flavor = None
                path = Path(temporary) / f"{part}.ttf"
                font.save(path)
                parts.append(str(path))
            merged = merge.Merger().merge(parts)
            path = Path(temporary) / "merged.ttf"
            merged.save(path)
            # A subset to itself: drops what the merge leaves behind twice.
            options = subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True, glyph_names=False)
            font = subset.load_font(str(path), options)
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=font.getBestCmap().keys())
            subsetter.subset(font)
            missing = {c for c in VIETNAMESE + VIETNAMESE.upper() if ord(c) not in font.getBestCmap()}
            if missing:
                raise SystemExit(f"Be Vietnam Pro {weight} lacks: {''.join(sorted(missing))}")
            font.flavor = "woff2"
            font.save(folder / f"be-vietnam-pro-{weight}.woff2")
            figures(str(path), folder / f"figures-{weight}.woff2")
    shutil.copyfile(package / "LICENSE", folder / "LICENSE")


def figures(path: str, target: Path) -> None:
    """The font has no tabular digits, and columns need them: its ten digits, each centred in one width."""
    options = subset.Options(layout_features=[], glyph_names=False, hinting=False, drop_tables=["GPOS", "GSUB", "GDEF"])
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="0123456789")
    subsetter.subset(font)
    cmap, metrics, glyphs = font.getBestCmap(), font["hmtx"], font["glyf"]
    names = [cmap[ord(digit)] for digit in "0123456789"]
    width = sorted(metrics[name][0] for name in names)[-3]
    for name in names:
        advance, bearing = metrics[name]
        shift = (width - advance) // 2
        glyphs[name].coordinates.translate((shift, 0))
        glyphs[name].recalcBounds(glyphs)
        metrics[name] = (width, bearing + shift)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = (
                str(record).replace("Be Vietnam Pro", "Minh Bach Figures").replace("BeVietnamPro", "MinhBachFigures")
            )
    font.flavor = "woff2"
    font.save(target)


def icons() -> None:
    symbols = []
    for name in sorted({line.strip() for line in ICON_NAMES.read_text().splitlines() if line.strip()}):
        text = (MODULES / f"bootstrap-icons/icons/{name}.svg").read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S).group(1)
        body = re.sub(r"\s*\n\s*", "", body)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    folder = VENDOR / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    sprite = '<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">\n' + "\n".join(symbols) + "\n</svg>\n"
    (folder / "icons.svg").write_text(sprite, encoding="utf-8")
    shutil.copyfile(MODULES / "bootstrap-icons/LICENSE", folder / "LICENSE")


def versions() -> None:
    asked = json.loads((TOOLS / "package.json").read_text())["dependencies"]
    uses = {
        "@fontsource/be-vietnam-pro": (
            "fonts/",
            "SIL Open Font License 1.1",
            "weights 400–700; three subsets merged into one; `figures-*`: its digits in one width",
        ),
        "bootstrap": ("bootstrap/", "MIT", "compiled CSS only, put into a cascade layer; no JavaScript"),
        "bootstrap-icons": ("icons/", "MIT", "a sprite of the icons named in org/ui/icons.txt"),
        "echarts": ("echarts/", "Apache-2.0", "the common build"),
        "htmx.org": ("htmx/", "0BSD", "minified build"),
    }
    lines = [
        "# Files by others",
        "",
        "Made by `tools/vendor_assets.py` from the packages of `tools/package.json`; not edited by hand.",
        "",
        "| package | version | folder | licence | what of it |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {p} | {asked[p]} | {d} | {lic} | {what} |" for p, (d, lic, what) in sorted(uses.items())]
    (VENDOR / "VERSIONS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def lock() -> None:
    """After a change of package.json: the lock file without addresses."""
    command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=TOOLS, check=True)  # noqa: S603
    path = TOOLS / "package-lock.json"
    content = json.loads(path.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    if "--lock" in sys.argv[1:]:
        lock()
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TOOLS, check=True)  # noqa: S607
    bootstrap()
    take("htmx.org", "dist/htmx.min.js", VENDOR / "htmx/htmx.min.js")
    take("echarts", "dist/echarts.common.min.js", VENDOR / "echarts/echarts.common.min.js")
    shutil.copyfile(MODULES / "echarts/NOTICE", VENDOR / "echarts/NOTICE")
    fonts()
    icons()
    take("axe-core", "axe.min.js", AXE / "axe.min.js")
    versions()


if __name__ == "__main__":
    main()
