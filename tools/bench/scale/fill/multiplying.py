"""Copy requests that the workflow created, with all related rows, inside PostgreSQL.

A family is a request with its duplicates. Each copy of a family is a block. The number of a block,
in the order of filing, is part of every id in it, so references to other rows are computed without
a lookup. Dates move by whole days of the city's calendar, so that the time of day is kept. Columns
that must differ between copies are in `CHANGED`; all others are copied unchanged.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psycopg

from requests_app.reference import ALPHABET

REQUESTS, DEVICES = "requests_app_servicerequest", "requests_app_device"
NOT_COPIED = {  # rows that are kept for an hour only, or that describe pending work
    "requests_app_undopoint", "requests_app_pendingevent", "requests_app_spooledoriginal",
}  # fmt: skip
SPREAD = 92_821_318_977  # coprime to the number of references
WORKERS = 2
BLOCK_SIZE = 64  # bytes, of HMAC with SHA-256
SCHEMA = """
DROP SCHEMA IF EXISTS told CASCADE;
CREATE SCHEMA told;
CREATE UNLOGGED TABLE told.families
    (family bigint, copies int, first int, span int, mean int);
CREATE UNLOGGED TABLE told.blocks
    (block bigint, family bigint, copy int, shift interval, filed_at timestamptz);
CREATE UNLOGGED TABLE told.spots
    (n int, latitude float, longitude float, zone_id bigint, words text, relation text);
CREATE UNLOGGED TABLE told.sentences (n int, words text);
CREATE UNLOGGED TABLE told.rare_words (n int, words text);
"""
# The copies of a family are `first` weeks older than the original, plus up to `span` weeks, evenly
# distributed. With `mean`, the additional weeks have an exponential distribution with that mean.
BLOCKS = """
INSERT INTO told.blocks
SELECT %(first)s + row_number() OVER (ORDER BY filed_at + shift), family, copy, shift,
    filed_at + shift
FROM (
    SELECT family, copy, filed_at, make_interval(
        days => -7 * (first + least(span, floor(CASE WHEN mean > 0
            THEN -mean * ln(1 - (copy - 0.5) / copies)
            ELSE span * (copy - 1 + family * 0.618 %% 1) / copies END)))::int,
        secs => -(hashint8(family * 1009 + copy) & 4095)) AS shift
    FROM told.families CROSS JOIN generate_series(1, copies) AS copy
    JOIN requests_app_servicerequest ON id = family
) AS moved
"""
COLUMNS = """
SELECT attname, format_type(atttypid, NULL), (
    SELECT confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND conrelid = attrelid AND conkey = ARRAY[attnum] LIMIT 1)
FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
"""
REFERRING = """
SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND confrelid = ANY(%s::text[]::regclass[]) ORDER BY 1
"""
DIGEST = """CASE WHEN w.words = '' THEN '' ELSE encode(sha256(convert_to(regexp_replace(lower(
    normalize(w.words, NFKD)), '[^a-z0-9]', '', 'g'), 'UTF8')), 'hex') END"""
ADDRESS = "CASE WHEN t.{0} = '' THEN '' ELSE 'c' || b.copy || '.' || t.{0} END"
# Values by table and column that differ between copies; `t` is the original row, `b` the block.
CHANGED = {
    (REQUESTS, "reference"): "{reference}",
    (REQUESTS, "description"): "w.words",
    (REQUESTS, "words_digest"): DIGEST,
    (REQUESTS, "latitude"): "round((s.latitude + {jitter})::numeric, 6)",
    (REQUESTS, "longitude"): "round((s.longitude - {jitter})::numeric, 6)",
    (REQUESTS, "zone_id"): "s.zone_id",
    (REQUESTS, "location_text"): "s.words",
    (REQUESTS, "location_relation"): "s.relation",
    ("requests_app_contact", "email"): ADDRESS.format("email"),
    ("requests_app_contact", "email_normalized"): ADDRESS.format("email_normalized"),
    ("requests_app_contact", "phone"): (
        "CASE WHEN t.phone = '' THEN '' ELSE left(t.phone, 4)"
        " || to_char({new_id} * 7919 % 10000000, 'fm000\"-\"0000') END"
    ),
    ("requests_app_olderrecord", "record_id"): "left(t.record_id, 7) || b.block",
    ("requests_app_accesslink", "token_hash"): (
        "encode(sha256(encode({hmac}, 'hex')::bytea), 'hex')"
    ),
    ("requests_app_photo", "digest"): "encode(sha256({new_id}::text::bytea), 'hex')",
    ("requests_app_photo", "key"): "md5({new_id}::text)",
    ("requests_app_photo", "original"): "'originals/' || {new_id} || '.webp'",
    ("notifications_delivery", "recipient"): (
        "CASE WHEN t.recipient LIKE 'deleted-%' THEN 'deleted-' || {new_id}"
        " WHEN t.recipient IN (SELECT lower(email) FROM told.requests_app_contact)"
        " THEN 'c' || b.copy || '.' || t.recipient ELSE t.recipient END"
    ),
}
JOINED = {
    REQUESTS: """
    JOIN told.spots s ON s.n = (hashint8(b.block) & 2147483647) % (SELECT count(*) FROM told.spots)
    JOIN told.sentences d ON d.n = (hashint8({new_id}) & 2147483647)
        % (SELECT count(*) FROM told.sentences)
    LEFT JOIN told.rare_words x ON x.n = (hashint8({new_id} + 7) & 2147483647)
        % (250 * (SELECT count(*) FROM told.rare_words))
    CROSS JOIN LATERAL (SELECT CASE WHEN t.description = '' THEN ''
        ELSE concat_ws(' ', t.description, d.words, x.words) END AS words) w"""
}


class Column(NamedTuple):
    """A column; `target` is the table to which it refers, or None."""

    name: str
    type: str
    target: str | None


class Multiplier:
    """Copies the requests that existed when it was created.

    `prefix` is the prefix of references, `secret` the key of private links, `zone` the time zone of
    the city.
    """

    def __init__(self, connection: psycopg.Connection, prefix: str, secret: str, zone: str) -> None:
        self._connection, self._zone = connection, zone
        self._letters = _reference(prefix)
        self._hmac = _hmac(secret.encode())
        self.tables = find_owned_tables(connection)
        self._columns = {
            table: [Column(*row) for row in connection.execute(COLUMNS, [table])]
            for table in [*self.tables, DEVICES]
        }
        for table in self.tables:
            self._note_families(table)
        self._note_devices()
        self._strides = {table: self._find_stride(table) for table in self.tables}
        self._strides[DEVICES] = self._read(f"SELECT max(id) + 1 FROM {DEVICES}")
        for table in self.tables:
            self._replace_references(table)

    def multiply(self, first_block: int) -> None:
        """Insert the copies of `told.families`; their blocks are numbered after `first_block`."""
        self._connection.execute("TRUNCATE told.blocks")
        with self._connection.transaction():
            self._connection.execute(f"SET LOCAL TimeZone = '{self._zone}'")
            self._connection.execute(BLOCKS, {"first": first_block})
        self._connection.execute("ANALYZE told.blocks")
        statements = [self._insert_devices(), *map(self._insert, self.tables)]
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(self._run, statements))

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._connection.info.dsn, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # disables triggers
            connection.execute("SET work_mem = '128MB'")
            connection.execute(f"SET TimeZone = '{self._zone}'")
            connection.execute(statement)

    def _read(self, query: str) -> int:
        [(number,)] = self._connection.execute(query).fetchall()
        return number

    def _note_families(self, table: str) -> None:
        """Save the original rows of a table, each with its family and its rank in the family."""
        family, joined = "coalesce(t.duplicate_of_id, t.id)", ""
        if table != REQUESTS:
            owner = self._find_owner(table)
            family = "o.family"
            joined = f"JOIN told.{owner.target} o ON o.id = t.{owner.name}"
        self._connection.execute(
            f"DROP TABLE IF EXISTS told.{table};"
            f" CREATE UNLOGGED TABLE told.{table} AS SELECT t.*, {family} AS family,"
            f" row_number() OVER (PARTITION BY {family} ORDER BY t.id) AS rank"
            f" FROM {table} t {joined}"
        )

    def _find_owner(self, table: str) -> Column:
        """Return the column that refers to the request, or to a row that belongs to the request."""
        leading = [column for column in self._columns[table] if column.target in self.tables]
        own = [column for column in leading if column.name == "service_request_id"]
        return (own or leading)[0]

    def _note_devices(self) -> None:
        """Save which family refers to which device."""
        uses = [
            f"SELECT family, {column.name} AS device_id FROM told.{table}"
            for table in self.tables
            for column in self._columns[table]
            if column.target == DEVICES
        ]
        self._connection.execute(
            "DROP TABLE IF EXISTS told.uses;"
            f" CREATE UNLOGGED TABLE told.uses AS {' UNION '.join(uses)}"
        )

    def _find_stride(self, table: str) -> int:
        return self._read(f"SELECT coalesce(max(rank), 0) + 1 FROM told.{table}")

    def _replace_references(self, table: str) -> None:
        """Replace each reference to another saved row by the rank of that row."""
        for column in self._columns[table]:
            if column.target in self.tables and column.type == "bigint":
                self._connection.execute(
                    f"UPDATE told.{table} t SET {column.name} = x.rank"
                    f" FROM told.{column.target} x WHERE x.id = t.{column.name}"
                )
        self._connection.execute(f"ANALYZE told.{table}")

    def _insert(self, table: str) -> str:
        """Return the statement that inserts the copies of a table's rows."""
        columns = self._columns[table]
        is_numbered = next(each for each in columns if each.name == "id").type == "bigint"
        new_id = f"(b.block * {self._strides[table]} + t.rank)"
        own = {
            "new_id": new_id if is_numbered else _moved_uuid("id"),
            "reference": self._letters.format(new_id=new_id),
            "jitter": f"((hashint8({new_id}) & 1023) - 511) / 1e7",
            "hmac": self._hmac.format(
                request=f"(b.block * {self._strides[REQUESTS]} + t.service_request_id)"
                if table == "requests_app_accesslink" else "",
                nonce=_moved_uuid("nonce"),
            ),
        }  # fmt: skip
        values = [
            CHANGED[table, each.name].format(**own)
            if (table, each.name) in CHANGED
            else own["new_id"] if each.name == "id" else self._move(each)
            for each in columns
        ]  # fmt: skip
        names = ", ".join(f'"{each.name}"' for each in columns)
        return (
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)}"
            f" FROM told.blocks b JOIN told.{table} t USING (family)"
            + JOINED.get(table, "").format(**own)
        )

    def _move(self, column: Column) -> str:
        """Return the SQL value of a column in a copy, according to the column's type."""
        value = f't."{column.name}"'
        if column.target == DEVICES:
            return f"{value} + b.copy * {self._strides[DEVICES]}"
        if column.type == "uuid":
            return _moved_uuid(column.name)
        if column.target in self.tables:
            return f"b.block * {self._strides[column.target]} + {value}"
        return {
            "timestamp with time zone": f"{value} + b.shift",
            "timestamp with time zone[]": f"ARRAY(SELECT m + b.shift FROM unnest({value}) AS m)",
            "date": f"{value} + extract(day FROM b.shift)::int",
        }.get(column.type, value)

    def _insert_devices(self) -> str:
        new_id = f"d.id + b.copy * {self._strides[DEVICES]}"
        return f"""INSERT INTO {DEVICES} (id, key_hash, created_at)
            SELECT {new_id}, CASE WHEN d.key_hash LIKE 'forgotten:%'
                THEN 'forgotten:' || left({{0}}, 48) ELSE {{0}} END, min(b.filed_at)
            FROM told.blocks b JOIN told.uses u USING (family) JOIN {DEVICES} d ON d.id = device_id
            GROUP BY d.id, b.copy""".format(f"encode(sha256(({new_id})::text::bytea), 'hex')")


def find_owned_tables(connection: psycopg.Connection) -> list[str]:
    """Return the table of requests, then the tables whose rows belong to a request.

    A table comes after the table to which it refers.
    """
    tables = [REQUESTS]
    while True:
        found = connection.execute(REFERRING, [tables]).fetchall()
        more = [table for (table,) in found if table not in NOT_COPIED and table not in tables]
        if not more:
            return tables
        tables += more


def _moved_uuid(name: str) -> str:
    return f'md5(t."{name}"::text || b.block)::uuid'


def _reference(prefix: str) -> str:
    """Return SQL for a unique reference that does not reveal the id."""
    base = len(ALPHABET)
    number = f"(({{new_id}} * {SPREAD}) % {base**8})"
    letters = [
        f"substr('{ALPHABET}', ({number} / {base**place} % {base})::int + 1, 1)"
        for place in range(8)
    ]
    return " || ".join([f"'{prefix}-'", *letters[:4], "'-'", *letters[4:]])


def _hmac(key: bytes) -> str:
    """Return SQL for the HMAC from which the token of a private link is computed."""
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK_SIZE else key).ljust(BLOCK_SIZE, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
    text = "('access-link:' || {request} || ':' || {nonce})::bytea"
    return f"sha256('\\x{outer}'::bytea || sha256('\\x{inner}'::bytea || {text}))"
