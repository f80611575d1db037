"""`make check`: format, lint, types, import contracts, missing migrations and translations, sound sets."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FILES = ("src", "tests", "bench", "tools", "conftest.py")

CHECKS = {
    "format": [BIN / "ruff", "format", "--check", *FILES],
    "lint": [BIN / "ruff", "check", *FILES],
    "types": [BIN / "mypy"],
    "import contracts": [BIN / "lint-imports"],
    "migrations": [BIN / "minhbach", "django", "makemigrations", "--check", "--dry-run"],
    "translations": [BIN / "minhbach", "messages", "--check"],
    "indicator sets": [BIN / "minhbach", "sets", "check", *sorted((ROOT / "src/minhbach/catalog/sets").glob("*.yaml"))],
}


def main() -> int:
    environment = {**os.environ, "MINHBACH_DEMO": "1", "MINHBACH_HOME": str(ROOT / "var")}
    (ROOT / "var").mkdir(exist_ok=True)
    failed = []
    for name, command in CHECKS.items():
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        state = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:20} {state:7} {time.perf_counter() - began:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout[-6000:] + done.stderr[-6000:])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
