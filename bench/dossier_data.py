"""A province with a million dossiers: units, people and procedures by the actions, the dossiers by statements that
write rows such as the actions leave behind (papers, stays, chains of events)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

AGENCIES, OFFICES, PROCEDURES = 30, 4, 12
BEGINS = date(2020, 1, 1)
ROLES = ("counter", "specialist", "office_head", "head", "clerk")
PROCEDURE = """
code: "1.9000{n:02}"
name: {{vi: Thủ tục thứ {n} của phép đo, en: Procedure {n} of the benchmark}}
level: province
applicants: [citizen]
components:
  - {{key: request, title: Phiếu đề nghị, paper: original, copies: 1}}
  - {{key: warrant, title: Giấy ủy quyền, required: false}}
times: {{by_law: 5 ngày làm việc}}
results: [{{title: Bản sao, code: KQ.T.{n}}}]
online: full
process:
  steps:
    - {{key: receive, title: Tiếp nhận, role: counter, place: one_stop, share: 5%}}
    - {{key: assign, title: Phân công, role: office_head, place: office, share: 5%}}
    - key: handle
      title: Thẩm định
      role: specialist
      place: office
      share: 60%
      moves: [{{kind: forward}}, {{kind: back}}, {{kind: supplement}}]
    - {{key: sign, title: Ký, role: head, place: agency, share: 20%}}
    - {{key: number, title: Cấp số, role: clerk, place: agency, share: 5%}}
    - {{key: hand_back, title: Trả kết quả, role: counter, place: one_stop, share: 5%}}
"""
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Minh", "Thanh", "Ngọc", "Quang", "Thu", "Xuân"]
_GIVEN = """
    An Bình Chi Cường Dung Dũng Duy Giang Hà Hải Hạnh Hằng Hiếu Hoa Hòa Hùng Hương Khánh Lan Linh Long Mai Nam Nga
    Nghĩa Nhung Phong Phúc Phương Quân Quyên Sơn Tâm Thảo Thắng Trang Trung Tuấn Vân Yến
"""
GIVEN = _GIVEN.split()


def province(agencies: int = AGENCIES, offices: int = OFFICES) -> SimpleNamespace:
    """The units, the catalogue and two systems: one with its roles over everything, one over a single agency."""
    from minhbach.dossiers.actions.desks import desk_set
    from minhbach.org.dates import today
    from minhbach.org.permissions import SYSTEM
    from minhbach.org.tokens.actions import token_make
    from minhbach.org.units.actions import unit_kind_set, unit_open
    from minhbach.procedures.actions import offer_set, procedures_load
    from minhbach.procedures.content.reading import from_yaml

    kind = unit_kind_set(code="so", title="Sở", title_en="Department", position=0, acting=SYSTEM)

    def opened(code, parent=None):
        return unit_open(code=code, name=code, kind=kind, begins=BEGINS, parent=parent, acting=SYSTEM)

    top = opened("tinh")
    contents = []
    for n in range(PROCEDURES):
        found, problems = from_yaml(PROCEDURE.format(n=n))
        assert not problems.errors, list(problems)
        contents += found
    versions = procedures_load(contents, keeper=top, begins=BEGINS, acting=SYSTEM)
    places = []
    for a in range(agencies):
        agency = opened(f"so-{a}", top)
        one_stop = opened(f"mc-{a}", agency)
        rooms = [opened(f"phong-{a}-{o}", agency) for o in range(offices)]
        desk_set(agency, begins=BEGINS, agency_code=f"H24.{a:02}", name=f"Một cửa {a}", acting=SYSTEM)
        for n, version in enumerate(versions):
            offer_set(
                version.procedure,
                agency=agency,
                one_stop=one_stop,
                office=rooms[n % offices],
                begins=BEGINS,
                acting=SYSTEM,
            )
        places += [(a, agency.pk, one_stop.pk, office.pk, f"H24.{a:02}") for office in rooms]

    def key(name, unit):
        _token, key = token_make(
            name=name,
            unit=unit,
            codes=["dossiers:read", "dossiers:write", "dossiers:act", "personal:read"],
            roles=ROLES,
            expires=today() + timedelta(days=30),
            acting=SYSTEM,
        )
        return key

    agency = top.children.get(code="so-7")
    return SimpleNamespace(places=places, versions=versions, whole=key("Toàn tỉnh", top), one=key("Một sở", agency))


def fill(cursor, made: SimpleNamespace, first: int, last: int) -> None:
    """Dossiers with the numbers from `first` to `last`, the recent ones open; then the statistics of the tables."""
    from minhbach.vietnamese import fold

    names = [f"{family} {middle} {given}" for family in FAMILY for middle in MIDDLE for given in GIVEN]
    cursor.execute("SET synchronous_commit = off; SET work_mem = '64MB'")
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cursor.fetchone()[0]:  # the keys fit, and asking so for each row takes most of the time
        cursor.execute("SET session_replication_role = replica")
    cursor.execute("DROP TABLE IF EXISTS bench_name, bench_place, bench_procedure")
    cursor.execute("CREATE TEMP TABLE bench_name (n int PRIMARY KEY, name text, folded text)")
    cursor.executemany("INSERT INTO bench_name VALUES (%s, %s, %s)", [(n, x, fold(x)) for n, x in enumerate(names)])
    cursor.execute("CREATE TEMP TABLE bench_place (n int PRIMARY KEY, agency int, one_stop int, office int, code text)")
    cursor.executemany(
        "INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s)", [(n, *row[1:]) for n, row in enumerate(made.places)]
    )
    cursor.execute("CREATE TEMP TABLE bench_procedure (n int PRIMARY KEY, procedure int, version int)")
    cursor.executemany(
        "INSERT INTO bench_procedure VALUES (%s, %s, %s)",
        [(n, version.procedure_id, version.pk) for n, version in enumerate(made.versions)],
    )
    statements = [_insert(cursor.db, *said) for said in _TABLES]
    for begin in range(first, last + 1, 50_000):
        values = {"a": begin, "z": min(begin + 49_999, last), "last": last, "names": len(names)}
        values |= {"places": len(made.places), "procedures": len(made.versions)}
        for statement, defaults in statements:
            cursor.execute(statement, values | defaults)
    for table in ("dossiers_applicant", "dossiers_dossier"):
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [last])
    cursor.execute("SELECT setval(pg_get_serial_sequence('org_chain', 'id'), %s)", [last + 10_000_000])
    cursor.execute("RESET synchronous_commit; RESET work_mem; RESET session_replication_role")
    cursor.execute("ANALYZE")


def _insert(connection, label: str, said: Mapping[str, str], source: str) -> tuple[str, dict[str, Any]]:
    """A statement that writes rows of a model (app.Model), and its parameters: columns as `said` in SQL, each other
    one as the model leaves it when nobody says anything, so that a new column with a default needs no word here."""
    from django.apps import apps

    model = apps.get_model(label)
    empty = model()
    defaults: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.column in said or field.primary_key or field.generated or field.has_db_default():
            continue
        value = field.get_db_prep_save(field.pre_save(empty, add=True), connection)
        if value is None and not field.null:
            raise ValueError(f"{label}.{field.name} has no default: say in {__file__} what it holds")
        defaults[f"default_{field.column}"] = value
    columns = [*said, *(name.removeprefix("default_") for name in defaults)]
    values = [*said.values(), *(f"%({name})s" for name in defaults)]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
    return f"{into} SELECT {', '.join(values)} {source}", defaults


# `i` is the number of the dossier; the multiplications spread it without a pattern, the square favours some agencies.
_ID_NUMBER = "to_char(i * 7919::bigint %% 900000000000 + 1000000000, 'FM000000000000')"
_PHONE = "'09' || to_char(i * 104729::bigint %% 100000000, 'FM00000000')"
_OF_THESE = "WHERE id BETWEEN %(a)s AND %(z)s"
_TABLES = (
    (
        "dossiers.Applicant",
        {
            "id": "i",
            "name": "n.name",
            "id_number": _ID_NUMBER,
            "phone": _PHONE,
            "address": "'Phường ' || i %% 97",
            "search_key": f"n.folded || ' ' || {_ID_NUMBER} || ' ' || {_PHONE}",
        },
        """
        FROM generate_series(%(a)s::bigint, %(z)s::bigint) i JOIN bench_name n ON n.n = i * 48271 %% %(names)s
        """,
    ),
    (
        "dossiers.Dossier",
        {
            "id": "i",
            "code": "d.code",
            "agency_id": "agency",
            "office_id": "office",
            "procedure_id": "procedure",
            "version_id": "version",
            "applicant_id": "d.applicant",
            "subject": "'Đề nghị số ' || i",
            "channel": "CASE i %% 3 WHEN 0 THEN 'counter' ELSE 'online' END",
            "status": "status",
            "outcome": "CASE status WHEN 10 THEN 'granted' WHEN 9 THEN 'granted' WHEN 8 THEN 'stopped' ELSE '' END",
            "step": """CASE status WHEN 10 THEN '' WHEN 9 THEN 'hand_back' WHEN 8 THEN '' WHEN 2 THEN 'receive'
                       ELSE 'handle' END""",
            "at_unit_id": "CASE WHEN status IN (10, 9, 2) THEN one_stop ELSE office END",
            "submitted_at": "at",
            "received_at": "at",
            "allowed": "'5 ngày làm việc'",
            "first_due_at": "at + interval '7 days'",
            "due_at": "at + interval '7 days'",
            "paused_at": "CASE status WHEN 5 THEN at + interval '2 days' END",
            "finished_at": "CASE WHEN status IN (8, 9, 10) THEN at + interval '4 days' END",
            "returned_at": "CASE status WHEN 10 THEN at + interval '5 days' END",
            "supplements": "(status = 5)::int",
            "edition": "6",
            "changed_at": "at + interval '5 days'",
            "search_key": "lower(replace(d.code, '-', ' ')) || ' ' || a.search_key",
        },
        """
        FROM (
            SELECT i, p.agency, p.one_stop, p.office, v.procedure, v.version, s.at,
                   p.code || '-' || to_char(s.at, 'YYMMDD') || '-' || to_char(i, 'FM0000000') AS code,
                   (i * 31 %% %(z)s) %% (%(z)s - %(a)s + 1) + %(a)s AS applicant,
                   CASE WHEN s.age > interval '20 days' THEN CASE WHEN i %% 40 = 0 THEN 8 ELSE 10 END
                        ELSE (ARRAY[2, 4, 4, 4, 4, 5, 9, 10, 10, 10])[i * 7 %% 10 + 1] END AS status
            FROM generate_series(%(a)s::bigint, %(z)s::bigint) i
            CROSS JOIN LATERAL (SELECT interval '3 years' * (%(last)s - i) / %(last)s + interval '10 days' AS age) o
            CROSS JOIN LATERAL (SELECT o.age, now() - o.age AS at) s
            JOIN bench_place p ON p.n = floor(%(places)s * ((i * 69621 %% 100000) / 100000.0) ^ 2)::int
            JOIN bench_procedure v ON v.n = i %% %(procedures)s
        ) d JOIN dossiers_applicant a ON a.id = d.applicant
        """,
    ),
    (
        "dossiers.Paper",
        {
            "dossier_id": "id",
            "component": "'request'",
            "title": "'Phiếu đề nghị'",
            "handed_in": "'original'",
            "added_at": "submitted_at",
        },
        f"FROM dossiers_dossier {_OF_THESE}",
    ),
    (
        "dossiers.Stay",
        {
            "dossier_id": "id",
            "step": "s.step",
            "unit_id": "CASE s.n WHEN 3 THEN at_unit_id ELSE office_id END",
            "arrived_at": "submitted_at + s.n * interval '1 day'",
            "left_at": "CASE WHEN s.n < 3 OR status IN (8, 10) THEN submitted_at + (s.n + 1) * interval '1 day' END",
            "move": "CASE WHEN s.n < 3 THEN 'forward' ELSE '' END",
        },
        f"FROM dossiers_dossier, (VALUES (1, 'receive'), (2, 'assign'), (3, 'handle')) AS s (n, step) {_OF_THESE}",
    ),
    (
        "org.Chain",
        {
            "id": "id + 10000000",
            "name": "'dossier:' || id",
            "seq": "4",
            "hash": "md5(id::text) || md5('4' || id)",
        },
        f"FROM dossiers_dossier {_OF_THESE}",
    ),
    (
        "org.Event",
        {
            "chain_id": "id + 10000000",
            "seq": "s.n",
            "at": "submitted_at + s.n * interval '1 day'",
            "actor_name": "'Nguyễn Văn A'",
            "actor_post": "'Chuyên viên'",
            "verb": "s.verb",
            "subject_type": "'dossiers.dossier'",
            "subject_id": "id::text",
            "data": "jsonb_build_object('to_status', status, 'step', step)",
            "previous": "CASE s.n WHEN 1 THEN '' ELSE md5(id::text) || md5((s.n - 1)::text || id) END",
            "hash": "md5(id::text) || md5(s.n::text || id)",
        },
        f"""
        FROM dossiers_dossier,
             (VALUES (1, 'dossiers.received'), (2, 'dossiers.moved'), (3, 'dossiers.moved'), (4, 'dossiers.finished'))
             AS s (n, verb)
        {_OF_THESE}
        """,
    ),
)
