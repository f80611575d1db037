"""What other systems tell and are told in the invented city: dossiers of the city's own system, mirrored and compared;
the stand-in of the national portal, with messages that did not arrive at once. All of it invented."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minhbach.config.demonstration import asking
from minhbach.config.demonstration.clock import Clock, at
from minhbach.config.demonstration.crew import Crew
from minhbach.dossiers.actions import sources
from minhbach.dossiers.actions.mirroring import mirror_take
from minhbach.dossiers.actions.portal import filed_fetch, outgoing_retry, portal_link
from minhbach.dossiers.clock import rules_for
from minhbach.dossiers.exchange import jobs
from minhbach.dossiers.exchange.portal import outbox
from minhbach.dossiers.exchange.portal.connector import HttpConnector
from minhbach.dossiers.exchange.portal.stand_in import StandIn, server
from minhbach.dossiers.models import Batch, Outgoing, PortalLink, Source
from minhbach.org.calendars.queries import calendar_of
from minhbach.org.models import Account, Unit
from minhbach.worktime import due_at, parse_duration

#: Procedures that the department works on in the city's own system, with their time by law.
MIRRORED = {"1.005095": "15 ngày", "1.013338": "7 ngày", "2.002811": "12 ngày làm việc"}
ROWS, PORTAL_SINCE = 48, timedelta(days=6)
HEADS = "Mã hồ sơ;Mã TTHC;Trạng thái;Chủ hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý"
Row = dict[str, str]


class Mirror:
    """The city's one-stop system, as it tells of the dossiers it keeps."""

    def __init__(self, clock: Clock, agency: Unit, officer: Account):
        self.clock, self.agency, self.officer = clock, agency, officer
        self.chance = random.Random("mirror")  # noqa: S311 - only to vary the rows
        self.applicants = asking.Applicants(self.chance)
        self.begins = clock.today - timedelta(days=200)
        # The last weeks are told more fully, so that some are still in process.
        after = sorted(self.chance.randrange(185) for _n in range(ROWS - 7)) + list(range(185, 199, 2))
        days = [self.begins + timedelta(days=count) for count in after]
        self.dossiers = [self._dossier(n, day) for n, day in enumerate(days, 211)]

    def load(self) -> None:
        source = self._source()
        for before in (45, 12):
            day = self.clock.today - timedelta(days=before)
            self.clock.set(day, 17, 45)
            mirror_take(source, self._told(at(day, 17, 30)), as_of=at(day, 17, 30), acting=self.officer)
        yesterday = self.clock.today - timedelta(days=1)
        self.clock.set(yesterday, 18, 5)
        now = at(yesterday, 17, 30)
        rows = self._told(now)
        wrong = [
            {**rows[0], "code": "HM.2026.09.9001", "status": "Chờ đối soát"},
            {**rows[1], "code": "HM.2026.09.9002", "received_at": "31/02/2026 08:00"},
        ]
        self._file(source, "ho-so-trong-ngay.csv", rows + wrong, kind=Batch.IMPORT, as_of=now)
        self.clock.set(yesterday, 18, 20)
        span = {"begins": self.begins, "ends": yesterday}
        self._file(source, "bao-cao-doi-chieu.csv", self._as_they_see(rows), kind=Batch.COMPARE, **span)

    def _source(self) -> Source:
        self.clock.set(self.clock.today - timedelta(days=60), 9)
        source = sources.source_set(
            "motcua-hm",
            agency=self.agency,
            name="Hệ thống một cửa dùng chung của thành phố (minh họa)",
            kind=Source.MIRROR,
            acting=self.officer,
        )
        words = {"Đang xử lý": 4, "Có kết quả": 9, "Đã trả kết quả": 10, "Chờ bổ sung": 5}
        return sources.source_words(source, statuses=words, procedures={}, acting=self.officer)

    def _dossier(self, n: int, day: date) -> tuple[str, str, str, datetime, datetime, datetime]:
        chance = self.chance
        procedure = chance.choice(list(MIRRORED))
        received = at(day, chance.randrange(8, 16), chance.randrange(60))
        allowed, calendar = parse_duration(MIRRORED[procedure]), calendar_of(self.agency)
        due = due_at(received, allowed, calendar, rules_for(received))
        finished = received + (due - received) * chance.choices((0.6, 0.9, 1.2), (60, 32, 8))[0]
        name = self.applicants.one(procedure)["name"]
        code = f"HM.{day.year}.09.{n:04}"
        return code, procedure, name, received, due, finished

    def _told(self, now: datetime) -> list[Row]:
        """What is known at that moment."""
        rows = []
        for code, procedure, name, received, due, finished in self.dossiers:
            if received < now:
                over = finished < now
                status = "Đang xử lý"
                if over:
                    status = "Đã trả kết quả" if finished + timedelta(days=2) < now else "Có kết quả"
                rows.append(
                    {
                        "code": code,
                        "procedure": procedure,
                        "status": status,
                        "applicant": name,
                        "received_at": _words(received),
                        "due_at": _words(due),
                        "finished_at": _words(finished) if over else "",
                    }
                )
        return rows

    def _as_they_see(self, rows: list[Row]) -> list[Row]:
        """Their report differs: two dossiers are missing, one is new, two stand elsewhere, two have other days."""
        seen = [dict(row) for row in rows[2:]]
        for row in [row for row in seen if row["finished_at"]][:2]:
            row["status"] = "Có kết quả" if row["status"] == "Đã trả kết quả" else "Đã trả kết quả"
        moved = [row for row in seen if row["finished_at"]][3]
        moved["finished_at"] = moved["due_at"]
        later = [row for row in seen if not row["finished_at"]]
        if later:
            later[0]["due_at"] = _words(at(self.clock.today + timedelta(days=9), 17))
        return [*seen, {**seen[-1], "code": "HM.2026.09.0999"}]

    def _file(self, source: Source, name: str, rows: list[Row], **more) -> None:
        lines = [HEADS, *(";".join(row.values()) for row in rows)]
        upload = SimpleUploadedFile(name, "\n".join(lines).encode())
        batch = sources.batch_begin(source, upload, **more, acting=self.officer)
        sources.batch_start(
            batch, columns=batch.columns, check=False, all_or_nothing=False, by_itself=False, acting=self.officer
        )
        jobs.work(batch.pk)


def _words(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"


class Portal:
    """The link to the stand-in of the national portal, and what went wrong with it."""

    def __init__(self, clock: Clock, crew: Crew, agency: Unit, officer: Account):
        self.clock, self.crew, self.agency, self.officer = clock, crew, agency, officer

    def link(self) -> Iterator[datetime]:
        """A story of the schedule: from that morning on the department reports."""
        yield at(self.clock.today - PORTAL_SINCE, 7)
        portal_link(self.agency, acting=self.officer)

    def deliver(self) -> None:
        """Send what was laid out: some at the second try, some refused, the latest not yet."""
        with running(folder()) as (stand_in, connector):
            codes = list(dict.fromkeys(Outgoing.objects.order_by("pk").values_list("dossier__code", flat=True)))
            stand_in.refuse = set(codes[2:30:7])
            self._file(stand_in)
            self.clock.go(self.clock.started - timedelta(hours=3))
            filed_fetch(PortalLink.objects.get(agency=self.agency), connector)
            stand_in.busy = 7
            outbox.send(connector, most=40)
            self.clock.go(self.clock.started - timedelta(hours=2))
            outbox.send(connector)
            refused = Outgoing.objects.filter(state=Outgoing.FAILED).order_by("pk").first()
            if refused is not None:
                stand_in.refuse.discard(refused.dossier.code)
                outgoing_retry(refused, acting=self.officer)
                outbox.send(connector)

    def _file(self, stand_in: StandIn) -> None:
        chance = random.Random("portal")  # noqa: S311
        people, day = asking.Applicants(chance), self.clock.today - timedelta(days=1)
        for n, procedure in enumerate(("3.000465", "3.000466", "1.999999")):
            who = people.one(procedure)
            stand_in.file(
                AGENCY_CODE,
                {
                    "MaHoSo": f"G22.99.09-{day:%y%m%d}-{n + 4:04}",
                    "MaTTHC": procedure,
                    "NgayNopHoSo": f"{day:%Y%m%d}{20 + n}1500",
                    "ChuHoSo": who["name"],
                    "SoGiayToChuHoSo": who["id_number"],
                    "SoDienThoai": who["phone"],
                    "DiaChi": who["address"],
                },
            )


AGENCY_CODE = "H99.09"


def folder() -> Path:
    return Path(settings.HOME) / "portal-stand-in.sqlite3"


@contextmanager
def running(path: Path) -> Iterator[tuple[StandIn, HttpConnector]]:
    """The stand-in of the national portal on a free port of this machine, and what reaches it."""
    stand_in = StandIn(path)
    with server(stand_in) as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        try:
            yield stand_in, HttpConnector(f"http://127.0.0.1:{made.server_address[1]}")
        finally:
            made.shutdown()
            thread.join()
