"""The benchmark: raw COPY and the worker in turn, medians and ranges, as a table and as JSON.

Rates count the rows between the first and the last commit, for both sides alike: the worker's from the positions that it keeps in
the database, raw COPY's from its own clock."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import building
import psycopg2
from bad_rows import bad_rows
from peer import DEFAULT_VARIANT, VARIANTS, Comparison
from process import cpu_seconds, memory
from servers import ROOT, KafkaBroker, PostgresCluster
from upserts import upserts
from worker import Worker, produce, start_producer

BUILD = ROOT / "build"
COLUMNS = "(id VARCHAR(100){key}, location VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)"


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sinkway-bench-"))
        self.results = {}
        self.run_number = 0

    def start(self):
        building.configure(BUILD, "-Dtests=enabled", "-Dbenchmarks=enabled")
        building.compile_targets(BUILD)
        self.kafka = KafkaBroker(heap="1g").start()
        settings = {"autovacuum": "off", "min_wal_size": "'2GB'", "track_commit_timestamp": "on"}
        self.postgres = PostgresCluster(settings=settings).start()
        self.database = psycopg2.connect(self.postgres.url)
        self.database.autocommit = True

    def sql(self, text):
        with self.database.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else None

    def fresh_table(self, keyed):
        self.sql("DROP TABLE IF EXISTS weather")
        self.sql("CREATE TABLE weather " + COLUMNS.format(key=" PRIMARY KEY" if keyed else ""))
        self.sql("CHECKPOINT")

    def add(self, name, value):
        self.results.setdefault(name, []).append(value)

    def raw(self, keyed, *words, fresh=True, rows=None):
        if fresh:
            self.fresh_table(keyed)
        done = subprocess.run([str(BUILD / "tests" / "bench" / "raw_copy"), self.postgres.url, "weather",
                               str(rows or self.arguments.rows), *words], capture_output=True, text=True, check=True)
        measured = json.loads(done.stdout)
        return measured["rows"] / measured["seconds"]

    def connector(self, topic, **more):
        return {"connector.class": "io.sinkway.table.TableSinkConnector", "topics": topic, "connection.url": self.postgres.jdbc_url,
                "connection.user": self.postgres.user, "connection.password": self.postgres.password,
                "table.name.format": "weather", **more}

    def worker(self, keyed, topic, rows, fresh=True, **more):
        """One run of the worker from nothing, into an empty table unless that is `fresh` already; rates, memory and CPU."""
        if fresh:
            self.fresh_table(keyed)
        self.run_number += 1
        name = f"bench{self.run_number}"
        worker = Worker(self.kafka.bootstrap, self.folder / name)
        launched = time.monotonic()
        worker.launch()
        while not worker.healthy():
            time.sleep(0.001)
        self.add("worker start to REST, ms", (time.monotonic() - launched) * 1000)
        self.add("RSS idle, MB", memory(worker.process.pid, "VmRSS"))
        created = time.monotonic()
        worker.put_connector(name, self.connector(topic, **more))
        progress = f"SELECT coalesce(sum(next_offset), 0)::bigint FROM sinkway_offsets WHERE connector = '{name}'"
        first = None
        while True:
            try:
                position = self.sql(progress)[0][0]
            except psycopg2.errors.UndefinedTable:
                position = 0
            now = time.monotonic()
            if position and first is None:
                first = (now, position)
                self.add("create to first commit, ms", (now - created) * 1000)
            if position >= rows:
                break
            if worker.process.poll() is not None or now - created > 300:
                raise SystemExit(f"bench: the worker does not move: {worker.log()[-2000:]}")
            time.sleep(0.005)
        rate = (rows - first[1]) / (now - first[0])
        measured = {"rate": rate, "rss": memory(worker.process.pid, "VmHWM"), "cpu": cpu_seconds(worker.process.pid) / rows * 1e6}
        measured["seconds"] = now - first[0]
        measured["count"] = self.sql("SELECT count(*) FROM weather")[0][0]
        assert measured["count"] == rows or "errors.tolerance" in more
        worker.stop()
        return measured

    def warm_up(self):
        """The first runs of a new cluster pay for its write-ahead log segments: they are not counted."""
        for _ in range(2):
            self.raw(False)

    def throughput(self):
        rows = self.arguments.rows
        topic = "bench"
        print(f"producing {rows:,} weather records", flush=True)
        produce(self.kafka.bootstrap, topic, rows, "--partitions", 4)
        self.warm_up()
        for repetition in range(self.arguments.repetitions):
            for keyed in (False, True):
                label = "primary key" if keyed else "no key"
                raw = self.raw(keyed)
                measured = self.worker(keyed, topic, rows)
                self.add(f"raw COPY BINARY, {label}, rows/s", raw)
                self.add(f"sinkway, {label}, rows/s", measured["rate"])
                self.add(f"sinkway of raw, {label}", measured["rate"] / raw)
                self.add(f"RSS loaded, {label}, MB", measured["rss"])
                self.add(f"worker CPU, {label}, us/row", measured["cpu"])
                print(f"{repetition + 1}: {label}: raw {raw:,.0f}, sinkway {measured['rate']:,.0f} rows/s "
                      f"({measured['rate'] / raw:.3f}), {measured['rss']:.0f} MB", flush=True)

    def latency(self, rate, seconds=20):
        """One record at a time: pushed with its own time, compared with the commit time that PostgreSQL keeps."""
        self.fresh_table(False)
        self.run_number += 1
        topic = name = f"latency{self.run_number}"
        produce(self.kafka.bootstrap, topic, 1, "--partitions", 4)
        worker = Worker(self.kafka.bootstrap, self.folder / name).start()
        worker.put_connector(name, self.connector(topic))
        while self.sql("SELECT count(*) FROM weather")[0][0] < 1:
            time.sleep(0.05)
        count = rate * seconds
        producer = start_producer(self.kafka.bootstrap, topic, count, "--rate", rate, "--now", "--start", 1)
        producer.wait(seconds + 30)
        while self.sql("SELECT count(*) FROM weather")[0][0] < count + 1:
            time.sleep(0.05)
        late = [row[0] for row in self.sql(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) AT TIME ZONE 'UTC' - tm)::float8 * 1000 FROM weather "
            "WHERE id <> 'A_0' ORDER BY 1")]
        self.add(f"produce to visible at {rate}/s, p50 ms", late[len(late) // 2])
        self.add(f"produce to visible at {rate}/s, p99 ms", late[len(late) * 99 // 100])
        worker.stop()

    def exactly_once_cost(self):
        """CPU of worker and server together with and without the positions, at 10,000 rows a transaction, in turn."""
        self.warm_up()
        for repetition in range(self.arguments.repetitions):
            spent = {}
            order = ("exactly_once", "at_least_once")
            for delivery in order if repetition % 2 == 0 else reversed(order):
                spent[delivery] = self.cpu_of_a_run(self.arguments.rows, delivery)
            self.add("exactly once, CPU of at least once, 10k rows a transaction", spent["exactly_once"] / spent["at_least_once"])

    def cpu_of_a_run(self, rows, delivery):
        self.fresh_table(False)
        self.run_number += 1
        name = f"bench{self.run_number}"
        worker = Worker(self.kafka.bootstrap, self.folder / name).start()
        before = self.server_cpu()
        worker.put_connector(name, self.connector("bench", **{"batch.size": "10000", "delivery": delivery}))
        while (worker.metric("sinkway_table_rows_total", outcome="written") or 0) < rows:
            time.sleep(0.1)
        spent = self.server_cpu() - before + cpu_seconds(worker.process.pid)
        worker.stop()
        return spent

    def server_cpu(self):
        """CPU seconds of the postmaster, its children and those that have ended."""
        total = 0.0
        fields = pathlib.Path(f"/proc/{self.postgres.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(int(value) for value in fields[11:15]) / os.sysconf("SC_CLK_TCK")
        for child in pathlib.Path(f"/proc/{self.postgres.process.pid}/task/{self.postgres.process.pid}/children").read_text().split():
            total += cpu_seconds(child)
        return total

    def compare_with_peer(self):
        """Debezium's JDBC sink instead of raw COPY."""
        print(f"producing {self.arguments.rows:,} weather records", flush=True)
        produce(self.kafka.bootstrap, "bench", self.arguments.rows, "--partitions", 4)
        self.warm_up()
        comparison = Comparison(self)
        (comparison.sweep if self.arguments.peer_sweep else comparison.run)("bench")

    def report(self):
        lines = ["| figure | median | range | runs |", "|---|---|---|---|"]
        for name, values in self.results.items():
            digits = 3 if " of " in name else 2 if max(values) < 100 else 0
            lines.append(f"| {name} | {statistics.median(values):,.{digits}f} | {min(values):,.{digits}f} - "
                         f"{max(values):,.{digits}f} | {len(values)} |")
        text = "\n".join(lines)
        print(text)
        if self.arguments.json:
            pathlib.Path(self.arguments.json).write_text(json.dumps(self.results, indent=1) + "\n")

    def stop(self):
        self.database.close()
        self.kafka.remove()
        self.postgres.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", choices=["throughput", "upserts", "bad-rows", "latency", "exactly-once"], help="one part instead of all")
    parser.add_argument("--peer", action="store_true",
                        help="instead: Debezium's JDBC sink on Kafka Connect and sinkway in turn, on the same topic and table")
    parser.add_argument("--peer-tasks", type=int, nargs="+", default=[1, 4], metavar="N", help="tasks.max of both (default: 1 4)")
    parser.add_argument("--peer-settings", choices=VARIANTS, default=DEFAULT_VARIANT, help=f"of the peer (default: {DEFAULT_VARIANT})")
    parser.add_argument("--peer-sweep", action="store_true", help="instead: the peer alone, with several settings")
    parser.add_argument("--json", metavar="FILE", help="write every single value there")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    bench.start()
    try:
        if arguments.peer or arguments.peer_sweep:
            bench.compare_with_peer()
            bench.report()
            return
        if arguments.only in (None, "throughput", "exactly-once"):
            if arguments.only == "exactly-once":
                produce(bench.kafka.bootstrap, "bench", arguments.rows, "--partitions", 4)
            else:
                bench.throughput()
        if arguments.only in (None, "upserts"):
            upserts(bench)
        if arguments.only in (None, "bad-rows"):
            bad_rows(bench)
        if arguments.only in (None, "latency"):
            for rate in (200, 2_000):
                bench.latency(rate)
        if arguments.only in (None, "exactly-once"):
            bench.exactly_once_cost()
        bench.report()
    finally:
        bench.stop()


if __name__ == "__main__":
    main()
