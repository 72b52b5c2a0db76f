"""Vectors in a PostgreSQL database with pgvector, which may be the library's own: a table for each collection.

A generation's tables appear when they are whole, each in one transaction, and outlive a crash of the server.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import psycopg
from psycopg import errors, sql
from sqlalchemy import make_url
from sqlalchemy.pool import QueuePool

from index.breaker import Breaker
from index.document import Audience
from index.entry import IndexEntry
from index.errors import VectorsForeign, VectorsMissing, VectorsUnavailable
from index.hit import Vector
from index.vector_store import EF_CONSTRUCTION, EF_SEARCH, NEIGHBOURS, collection_name

OLDEST = (0, 8)
"""The first version that goes on searching where more is asked for than `EF_SEARCH`."""
MOST_SCANNED = 1_000_000
SEARCH_SECONDS = 2
"""Longest wait for an answer to a search, and for a connection: less than two seconds libpq does not take."""
WRITE_SECONDS = 60
CONNECTIONS = 10
BATCH = 5000
BYTES_A_VECTOR = 4 << 10
"""Room that the server needs for a vector and its neighbours while it builds the graph; without it that takes hours."""
LEAST_ROOM, MOST_ROOM = 64 << 20, 8 << 30

_READING = (
    f"-c statement_timeout={SEARCH_SECONDS}s -c hnsw.ef_search={EF_SEARCH} -c hnsw.iterative_scan=relaxed_order "
    f"-c hnsw.max_scan_tuples={MOST_SCANNED} -c hnsw.scan_mem_multiplier=8"
)
_GRAPH = f"""
    CREATE INDEX ON {{}} USING hnsw (vector halfvec_ip_ops) WITH (m = {NEIGHBOURS}, ef_construction = {EF_CONSTRUCTION})
"""
# Of unit vectors the inner product is the cosine; the operator gives it negative, so that the nearest come first.
_SEARCH = """
    SELECT number, -(vector <#> %(vector)s::halfvec) AS cosine FROM {}
    ORDER BY vector <#> %(vector)s::halfvec LIMIT %(limit)s
"""
_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)


class PgvectorServer:
    """The database at an address such as `postgresql://name:password@host/database`."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql")
        self.address = address.set(password=None).render_as_string()
        self._url = address.render_as_string(hide_password=False)
        self._pool = QueuePool(lambda: self.connect(_READING), pool_size=CONNECTIONS, max_overflow=-1)  # type: ignore[arg-type]
        self.breaker = Breaker()

    def writer(self, generation: str, audience: Audience, passages: int) -> PgvectorWriter:
        self.check()
        return PgvectorWriter(self, _table(generation, audience), passages)

    def reader(self, generation: str, audience: Audience) -> PgvectorReader:
        return PgvectorReader(self, _table(generation, audience))

    def remove(self, generation: str) -> None:
        with self.writing() as connection:
            for audience in Audience:
                connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_table(generation, audience)))

    def holds(self, generation: str) -> bool:
        with self.searching() as connection:
            names = [_table(generation, audience).as_string() for audience in Audience]
            found = connection.execute("SELECT count(to_regclass(name)) FROM unnest(%s::text[]) AS name", [names])
            return found.fetchone() == (len(names),)

    def check(self) -> None:
        """Raises `VectorsUnavailable` where it does not answer, `VectorsForeign` without pgvector from `OLDEST` on."""
        with self.searching() as connection:
            found = connection.execute(
                "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'vector'"
            ).fetchone()
        if found is None:
            raise VectorsForeign(f"The PostgreSQL server at {self.address} has no extension vector (pgvector).")
        version = str(found[0])
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise VectorsForeign(f"pgvector at {self.address} is of version {version}, which is older than {oldest}.")

    def close(self) -> None:
        self._pool.dispose()

    def connect(self, options: str) -> psycopg.Connection:
        return psycopg.connect(
            self._url, autocommit=True, connect_timeout=SEARCH_SECONDS, options=options, application_name="missiondesk"
        )

    @contextmanager
    def searching(self) -> Iterator[psycopg.Connection]:
        """A connection on which an answer is not waited for without end."""
        with self._explained():
            held = self._pool.connect()
            try:
                connection: psycopg.Connection = held.driver_connection  # type: ignore[assignment]
                with _limited(connection):
                    yield connection
            except psycopg.OperationalError:
                held.invalidate()
                # Those that wait are of the same server, which may have been started again.
                self._pool.dispose()
                raise
            finally:
                held.close()

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection]:
        """One transaction, on a connection of its own."""
        with (
            self._explained(),
            self.connect(f"-c lock_timeout={WRITE_SECONDS}s") as connection,
            connection.transaction(),
        ):
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except errors.UndefinedTable as error:
            raise VectorsMissing(f"{self.address} does not hold what was put there.") from error
        except (errors.UndefinedObject, errors.UndefinedFile, errors.InsufficientPrivilege) as error:
            reason = " ".join(str(error).split())
            raise VectorsForeign(
                f"pgvector at {self.address} is not ready ({reason}): CREATE EXTENSION vector."
            ) from error
        except psycopg.Error as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise VectorsUnavailable(f"The vectors' database at {self.address} cannot be used ({reason}).") from error


class PgvectorWriter:
    """Copies vectors into a new table, some thousands at a time, and has the graph built in the end."""

    def __init__(self, server: PgvectorServer, table: sql.Identifier, passages: int) -> None:
        self._server = server
        self._table = table
        self._passages = passages
        self._waiting: list[IndexEntry] = []
        self._filled = False
        with server.writing() as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
            # In the row itself: it is read as a whole anyway.
            statement = "CREATE TABLE {} (number bigint NOT NULL, vector halfvec STORAGE PLAIN NOT NULL)"
            connection.execute(sql.SQL(statement).format(table))

    def add(self, entries: Sequence[IndexEntry]) -> None:
        self._waiting.extend(entries)
        if len(self._waiting) >= BATCH:
            self._copy()

    def finish(self) -> None:
        if self._waiting:
            self._copy()
        if not self._filled:
            return
        room = min(MOST_ROOM, max(LEAST_ROOM, self._passages * BYTES_A_VECTOR)) >> 10
        with self._server.writing() as connection:
            # A build by several processes would need shared memory, of which a container has little.
            connection.execute(
                f"SET LOCAL max_parallel_maintenance_workers = 0; SET LOCAL maintenance_work_mem = {room}"
            )
            connection.execute(sql.SQL(_GRAPH).format(self._table))
            connection.execute(sql.SQL("ANALYZE {}").format(self._table))

    def _copy(self) -> None:
        if not self._filled:
            # An index needs to know how long the vectors are.
            typed = sql.SQL("ALTER TABLE {} ALTER vector TYPE halfvec({})")
            with self._server.writing() as connection:
                connection.execute(typed.format(self._table, sql.Literal(len(self._waiting[0].vector))))
            self._filled = True
        rows = b"".join(_row(entry) for entry in self._waiting)
        statement = sql.SQL("COPY {} FROM STDIN WITH (FORMAT binary)").format(self._table)
        with self._server.writing() as connection, connection.cursor().copy(statement) as copy:
            copy.write(_HEADER + rows + _TRAILER)
        self._waiting = []


class PgvectorReader:
    """Searches one table."""

    def __init__(self, server: PgvectorServer, table: sql.Identifier) -> None:
        self._server = server
        self._table = table
        self._statement = sql.SQL(_SEARCH).format(table).as_bytes()

    def count(self) -> int:
        with self._server.writing() as connection:  # it may take longer than a search may
            found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(self._table)).fetchone()
            return int(found[0]) if found else 0

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        asked = {"vector": json.dumps(vector.tolist()), "limit": limit}
        with self._server.breaker.guarded(), self._server.searching() as connection:
            rows = connection.execute(self._statement, asked, binary=True).fetchall()
        # Beyond `EF_SEARCH` they come in parts, each of which is in order.
        return sorted(((int(number), float(cosine)) for number, cosine in rows), key=lambda found: -found[1])

    def any_vector(self) -> Vector | None:
        with self._server.searching() as connection:
            statement = sql.SQL("SELECT vector::text FROM {} LIMIT 1").format(self._table)
            found = connection.execute(statement).fetchone()
            return np.asarray(json.loads(found[0]), dtype=np.float32) if found else None

    def close(self) -> None:
        """The connections are the server's own."""


@contextmanager
def _limited(connection: psycopg.Connection) -> Iterator[None]:
    """Ends the connection under an answer that does not come: a server that is held up heeds no limit of its own."""
    timer = threading.Timer(SEARCH_SECONDS + 1, _cut, [connection.fileno()])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(descriptor: int) -> None:
    with socket.socket(fileno=os.dup(descriptor)) as held:
        held.shutdown(socket.SHUT_RDWR)


def _table(generation: str, audience: Audience) -> sql.Identifier:
    return sql.Identifier(collection_name(generation, audience))


def _row(entry: IndexEntry) -> bytes:
    """As COPY takes it: both fields with their lengths, the vector as pgvector sends and receives it."""
    vector = struct.pack(">hh", len(entry.vector), 0) + entry.vector.astype(">f2").tobytes()
    return struct.pack(">hiqi", 2, 8, entry.number, len(vector)) + vector
