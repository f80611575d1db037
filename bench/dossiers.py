"""The one-stop shop at 100,000 and 1,000,000 dossiers, on PostgreSQL, through the API with rights and trail on.

Two server processes, the client on the same machine. Latencies are the median of one client that asks one thing after
the other; throughput is that of eight. Beside the promised figure stands what a bare address of the same server takes
in the same run, so that a loaded machine can be told from slow code. Uses the server of TEST_DATABASE_URL (a database
of its own, thrown away); without one it is named and left out. DOSSIERS says other sizes: DOSSIERS=20000,100000.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import dossier_data
from run import Measure

SIZES = [int(size) for size in os.environ.get("DOSSIERS", "100000,1000000").split(",")]
TIMES, CLIENTS, SECONDS = 60, 8, 10
PORT = int(os.environ.get("BENCH_PORT", "8765"))
NAME = "minhbach_bench"
MS = 1e-3


class Client:
    """One connection that stays open, and one token."""

    def __init__(self, key: str):
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Accept-Language": "vi"}

    def ask(self, method: str, path: str, body=None):
        sent = json.dumps(body) if body is not None else None
        self.connection.request(method, path, sent, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status in (200, 201), (method, path, answer.status, content[:400])
        return json.loads(content) if content.startswith(b"{") else content

    def create(self, agency: int, number: int) -> dict:
        sent = {
            "procedure": f"1.9000{number % dossier_data.PROCEDURES:02}",
            "agency": f"so-{agency}",
            "applicant": {"name": "Trần Thị Đo", "id_number": f"{30_000_000_000 + number:012}", "phone": "0987654321"},
            "papers": [{"component": "request", "handed_in": "original"}],
            "receive": True,
        }
        return self.ask("POST", "/api/v1/dossiers", sent)

    def step(self, code: str) -> dict:
        return self.ask("POST", f"/api/v1/dossiers/{code}/forward", {})

    def flow(self, agency: int, number: int) -> int:
        """Create, two steps, read, search, list: six requests."""
        code = self.create(agency, number)["code"]
        self.step(code)
        self.step(code)
        self.ask("GET", f"/api/v1/dossiers/{code}")
        self.ask("GET", f"/api/v1/dossiers?q={code}")
        self.ask("GET", "/api/v1/dossiers?limit=20")
        return 6


def median(do: Callable[[int], object], times: int = TIMES) -> float:
    for n in range(5):
        do(n)
    taken = []
    for n in range(times):
        begin = time.perf_counter()
        do(n + 5)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def run() -> list[Measure]:
    url = os.environ.get("TEST_DATABASE_URL", "postgres:///postgres")
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("left out: dossiers needs PostgreSQL (set TEST_DATABASE_URL)")
        return []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = url.rpartition("/")[0] + f"/{NAME}"
    os.environ["MINHBACH_DEMO"] = "1"  # a secret key that protects nothing
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minhbach.config.settings")
    # In a process of its own: another benchmark may have set Django up for another database.
    done = subprocess.run([sys.executable, __file__], check=False, stdout=subprocess.PIPE, text=True)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    if done.returncode:
        raise SystemExit(f"the benchmark of the dossiers stopped ({done.returncode})")
    return [Measure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def alone() -> list[Measure]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    made = dossier_data.province()
    measures: list[Measure] = []
    lists: dict[int, float] = {}
    number, before = 1, 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, text text)")
    for size in SIZES:
        begin = time.perf_counter()
        with connection.cursor() as cursor:
            dossier_data.fill(cursor, made, before + 1, size)
        print(f"  {size:,} dossiers filled in {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        connection.close()
        with server():
            found, number = measured(made, size, number)
        lists[size] = next(m.ours for m in found if m.what.startswith("list of 20,"))
        measures += found
        before = size + 100_000  # the numbers the measuring itself has used
    if len(SIZES) > 1:
        few, many = SIZES[0], SIZES[-1]
        measures.append(
            Measure(f"list of 20, {many:,} dossiers", lists[many], lists[few], f"the same at {few:,}", aim=1.3)
        )
    return measures


def measured(made: SimpleNamespace, size: int, number: int) -> tuple[list[Measure], int]:
    whole, one = Client(made.whole), Client(made.one)
    bare = {name: median(lambda n, name=name: whole.ask("GET", f"/bare/{name}")) for name in ("read", "write")}
    taken: dict[str, float] = {}
    codes: list[str] = []
    base = number

    def create(n: int) -> None:
        codes.append(whole.create(n % dossier_data.AGENCIES, base + n)["code"])

    for n in range(dossier_data.AGENCIES * 2):  # both processes read each agency's calendar once
        whole.create(n % dossier_data.AGENCIES, base + 500 + n)
    taken["create"] = median(create)
    number += TIMES + 5
    taken["one step"] = median(lambda n: whole.step(codes[n]))
    taken["read"] = median(lambda n: whole.ask("GET", f"/api/v1/dossiers/{codes[n]}"))
    deep = base64.urlsafe_b64encode(json.dumps([size // 2]).encode()).decode().rstrip("=")
    folded, yesterday = "%20", date.today() - timedelta(days=1)
    pages = {
        "list of 20": "/api/v1/dossiers?limit=20",
        "list of 20, in the middle of all": f"/api/v1/dossiers?limit=20&cursor={deep}",
        "list of 20 in one state": "/api/v1/dossiers?limit=20&status=5",
        "list of 20 of one unit": "/api/v1/dossiers?limit=20&unit=phong-29-3",
        "what changed since yesterday": f"/api/v1/dossiers?limit=20&changed_since={yesterday}T00:00:00Z",
        "search by code": f"/api/v1/dossiers?q={codes[0]}",
        "search by telephone": "/api/v1/dossiers?q=0900104729",
        "search by identity number": "/api/v1/dossiers?q=001000007919",
        "search by a common name": f"/api/v1/dossiers?q=nguyen{folded}van",
        "search by a rare name": f"/api/v1/dossiers?q=ngo{folded}xuan{folded}yen{folded}h24.29",
        "search that finds nothing": "/api/v1/dossiers?q=khongcoai",
    }
    for name, address in pages.items():
        taken[name] = median(lambda n, address=address: whole.ask("GET", address), 30)
    taken["list of 20, restricted"] = median(lambda n: one.ask("GET", "/api/v1/dossiers?limit=20"))
    limits = {"create": 20, "one step": 25} | {name: 40 for name in taken if "list" in name}
    measures = []
    for name, seconds in taken.items():
        against = bare["write" if name in ("create", "one step") else "read"]
        what = f"{name}, {size:,} dossiers"
        if name in limits:
            measures.append(Measure(what, seconds, limits[name] * MS, "the promise", aim=1.0))
        measures.append(Measure(what, seconds, against, "a bare address of this server"))
    rates = {"whole": 0.0, "one": 0.0}
    # By turns, the better of two: what the server does by itself meanwhile (vacuum) hits neither alone.
    for name, key, agencies in (("whole", made.whole, range(dossier_data.AGENCIES)), ("one", made.one, [7])) * 2:
        rate = throughput(lambda client, n, a=agencies: client.flow(a[n % len(a)], n), key, number)
        rates[name] = max(rates[name], rate)
        number += 100_000
    bare_rate = throughput(lambda client, n: client.ask("GET", "/bare/read") and 1, made.whole, 0)
    print(
        f"  {size:,}: {rates['whole']:.0f} requests/s of the flow, {rates['one']:.0f} restricted, {bare_rate:.0f} bare",
        file=sys.stderr,
        flush=True,
    )
    where = f"{CLIENTS} clients, {size:,} dossiers"
    measures += [
        Measure(f"a request of the flow, {where}", 1 / rates["whole"], 1 / 100, "the promise", aim=1.0),
        Measure(f"a request of the flow, {where}", 1 / rates["whole"], 1 / bare_rate, "a bare address"),
        Measure(f"restricted to one agency, {where}", 1 / rates["one"], 1 / rates["whole"], "everything", aim=1.1),
    ]
    return measures, number


def throughput(do: Callable[[Client, int], int], key: str, number: int) -> float:
    """Requests in a second, of eight clients that ask as fast as they are answered."""
    until = time.perf_counter() + SECONDS
    counts = [0] * CLIENTS

    def work(place: int) -> None:
        client, n = Client(key), number + place * 10_000
        while time.perf_counter() < until:
            counts[place] += do(client, n)
            n += 1

    threads = [threading.Thread(target=work, args=[place]) for place in range(CLIENTS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)


@contextlib.contextmanager
def server() -> Iterator[None]:
    granian = str(Path(sys.executable).parent / "granian")
    command = [
        granian, "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4",
        "--port", str(PORT), "--log-level", "error", "dossier_server:application",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _try in range(100):
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
                connection.request("GET", "/bare/read")
                if connection.getresponse().status == 200:
                    break
            time.sleep(0.3)
        yield
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    from dataclasses import asdict

    sys.path.insert(0, str(Path(__file__).parent))
    print(json.dumps([asdict(measure) for measure in alone()]))
