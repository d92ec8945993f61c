"""Faults under load, with real servers: after each of them every record is in the table exactly once."""

import random
import time

import pytest
from cutting_proxy import CuttingProxy
from killing_proxy import PLACES, KillingProxy
from worker import eventually, produce, start_producer

TABLE = "(id VARCHAR(100), location VARCHAR(20), temperature DOUBLE PRECISION, humidity DOUBLE PRECISION, tm TIMESTAMP)"


def connector(postgres, topic, table, port=None, **more):
    return {"connector.class": "io.confluent.connect.jdbc.JdbcSinkConnector", "topics": topic, "tasks.max": "1",
            "connection.url": f"jdbc:postgresql://127.0.0.1:{port or postgres.port}/{postgres.database}",
            "connection.user": postgres.user, "connection.password": postgres.password, "table.name.format": table,
            "insert.mode": "insert", "batch.size": "5000", **more}


def counts(postgres, table):
    count, distinct = postgres.sql(f"SELECT count(*), count(DISTINCT id) FROM {table}").split("|")
    return int(count), int(distinct)


def rows(postgres, table):
    return int(postgres.sql(f"SELECT count(*) FROM {table}"))


def exactly(postgres, table, produced, worker, seconds=90):
    """count = distinct = produced, and it stays so."""
    eventually(lambda: rows(postgres, table) >= produced, f"{produced} rows", seconds, worker)
    eventually(lambda: worker.lag(table) == 0, "lag 0", 30, worker)
    assert counts(postgres, table) == (produced, produced)


@pytest.fixture
def table(postgres, name):
    postgres.sql(f"CREATE TABLE {name} {TABLE}")
    return name


def test_d7_kill_at_any_instant_loses_nothing_and_doubles_nothing(kafka, postgres, table, start_worker):
    produced = 400_000
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table))
    producer = start_producer(kafka, table, produced, "--partitions", 4, "--rate", 40_000)
    chance = random.Random(20)
    for _ in range(20):
        time.sleep(chance.uniform(0.05, 0.6))  # the random instant itself; nothing is awaited by it
        worker.kill()
        worker.start()
    assert producer.wait(120) == 0, producer.stderr.read()
    exactly(postgres, table, produced, worker)


@pytest.mark.parametrize("place", PLACES)
def test_d7_a_kill_at_each_step_of_a_transaction_loses_nothing_and_doubles_nothing(kafka, postgres, table, start_worker, place):
    # Without a key a row that is written twice is there twice; so is a letter. One record of a hundred is refused.
    produced, refused = 60_000, 600
    postgres.sql(f"ALTER TABLE {table} ADD CHECK (id NOT LIKE '%77')")
    worker = start_worker().start()
    proxy = KillingProxy(postgres.port, worker.kill)
    worker.put_connector(table, connector(postgres, table, table, port=proxy.port, **{
        "errors.tolerance": "all", "dlq.table": f"{table}_letters"}))
    for part in range(3):
        proxy.arm(place, transactions=part)
        produce(kafka, table, produced // 3, "--partitions", 2, "--start", part * produced // 3)
        assert proxy.killed.wait(60), f"no transaction came to its place: {place}"
        worker.start()
    exactly(postgres, table, produced - refused, worker)
    letters = postgres.sql(f"SELECT count(*), count(DISTINCT (part, record_offset)) FROM {table}_letters")
    assert letters == f"{refused}|{refused}"
    proxy.close()


def test_d8_a_database_that_crashes_five_times_under_load_costs_no_row_and_no_task(kafka, postgres, table, start_worker):
    produced = 300_000
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table))
    producer = start_producer(kafka, table, produced, "--partitions", 4, "--rate", 40_000)
    for _ in range(5):
        before = rows(postgres, table)
        eventually(lambda: rows(postgres, table) > before, "rows flow", 30, worker)
        postgres.stop("immediate")
        assert worker.task_state(table) == "RUNNING"
        postgres.start()
    assert producer.wait(120) == 0, producer.stderr.read()
    exactly(postgres, table, produced, worker)
    assert worker.task_state(table) == "RUNNING"


@pytest.fixture
def lazy_wal(postgres):
    """Commits that do not wait for the log reach the disk as late as the server allows."""
    for each in ("SET wal_writer_delay = '10s'", "SET wal_writer_flush_after = '1GB'", "SET bgwriter_lru_maxpages = 0"):
        postgres.sql(f"ALTER SYSTEM {each}")
    postgres.sql("SELECT pg_reload_conf()")
    yield
    postgres.sql("ALTER SYSTEM RESET ALL")
    postgres.sql("SELECT pg_reload_conf()")


def test_commits_that_a_crash_takes_back_with_synchronous_commit_off_are_made_again(kafka, postgres, table, start_worker, lazy_wal):
    produced = 200_000
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table, **{"session.settings": "synchronous_commit=off"}))
    producer = start_producer(kafka, table, produced, "--partitions", 4, "--rate", 25_000)
    for _ in range(5):
        before = rows(postgres, table)
        eventually(lambda: rows(postgres, table) > before + 3_000, "rows flow", 30, worker)
        postgres.stop("immediate")
        postgres.start()
    assert producer.wait(120) == 0, producer.stderr.read()
    exactly(postgres, table, produced, worker)
    assert worker.task_state(table) == "RUNNING"
    # A position that went back with its rows is found by the comparison, and the partition is acquired anew.
    assert int(postgres.sql(f"SELECT max(epoch) FROM sinkway_offsets WHERE connector = '{table}'")) > 1, "no crash took a commit back"


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_connection_cut_at_commit_is_resolved_by_asking(kafka, postgres, table, start_worker, side):
    produced = 60_000
    proxy = CuttingProxy(postgres.port)
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table, port=proxy.port))
    proxy.arm(**{side: 5})
    produce(kafka, table, produced, "--partitions", 2)
    exactly(postgres, table, produced, worker)
    assert getattr(proxy, f"done_{side}") == 5
    proxy.close()


def freeze_and_take_over(kafka, postgres, table, start_worker, tmp_path, plugin):
    """Two workers on one connector name; the first freezes right before BEGIN until the second has taken over and finished."""
    freeze = tmp_path / "freeze"
    first = start_worker("first", plugins=(plugin,), environment={"SINKWAY_TEST_FREEZE_BEFORE_BEGIN": str(freeze)}).start()
    first.put_connector(table, connector(postgres, table, table))
    produce(kafka, table, 20_000, "--partitions", 1)
    eventually(lambda: rows(postgres, table) == 20_000, "the first half", 30, first)
    freeze.touch()
    produce(kafka, table, 200, "--start", 20_000)
    eventually((tmp_path / "freeze.frozen").exists, "the first worker freezes", 30, first)
    second = start_worker("second", plugins=(plugin,)).start()
    second.put_connector(table, connector(postgres, table, table))
    eventually(lambda: rows(postgres, table) == 20_200, "the second worker takes over", 60, second)
    freeze.unlink()
    first.signal(18)  # SIGCONT
    produce(kafka, table, 1_000, "--start", 20_200)
    eventually(lambda: rows(postgres, table) >= 21_200, "the rest", 60, second)
    eventually(lambda: first.lag(table) in (None, 0) and second.lag(table) in (None, 0), "lag 0", 60, second)
    return first, second


def test_d5_a_frozen_owner_is_fenced_when_it_wakes(kafka, postgres, table, start_worker, tmp_path):
    first, second = freeze_and_take_over(kafka, postgres, table, start_worker, tmp_path, "hooks")
    assert counts(postgres, table) == (21_200, 21_200)
    assert first.task_state(table) == second.task_state(table) == "RUNNING"


def test_the_fencing_test_fails_without_the_comparison_of_positions(kafka, postgres, name, start_worker, tmp_path):
    # A worker that wakes may hear that its partitions are lost before its transaction has begun: then there is nothing to see, and
    # the story is told again. One showing of the duplicates is the proof.
    for attempt in range(6):
        table, folder = f"{name}_{attempt}", tmp_path / str(attempt)
        folder.mkdir()
        postgres.sql(f"CREATE TABLE {table} {TABLE}")
        first, second = freeze_and_take_over(kafka, postgres, table, lambda where, **more: start_worker(f"{attempt}/{where}", **more),
                                             folder, "unchecked")
        count, distinct = counts(postgres, table)
        first.end()
        second.end()
        assert distinct == 21_200
        if count > distinct:
            assert count == 21_400
            return
    raise AssertionError("six frozen owners woke and none of them wrote twice: does the check still stand?")


def test_a_tail_of_bad_records_is_passed_and_not_read_again(kafka, postgres, table, start_worker):
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table, **{"errors.tolerance": "all"}))
    produce(kafka, table, 1_000, "--partitions", 1)
    produce(kafka, table, 500, "--start", 1_000, "--bad-every", 1)
    eventually(lambda: rows(postgres, table) == 1_000, "the good rows", 30, worker)
    eventually(lambda: worker.lag(table) == 0, "lag 0 behind the bad tail", 30, worker)
    assert worker.metric("kafka_connect_task_error_total_records_skipped", connector=table) == 500
    assert worker.stop() == 0
    worker.start()
    eventually(lambda: worker.lag(table) == 0, "lag 0 after the restart", 30, worker)
    assert worker.metric("kafka_connect_sink_task_sink_record_read_total", connector=table) in (None, 0)
    assert counts(postgres, table) == (1_000, 1_000)


def test_sigterm_flushes_commits_and_exits_with_0(kafka, postgres, table, start_worker):
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table))
    producer = start_producer(kafka, table, 100_000, "--partitions", 4, "--rate", 50_000)
    eventually(lambda: rows(postgres, table) > 0, "rows flow", 30, worker)
    started = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - started < 6
    assert producer.wait(60) == 0
    worker.start()
    exactly(postgres, table, 100_000, worker)


def test_a_broker_that_restarts_costs_no_row_and_no_task(postgres, table, start_worker):
    import servers
    broker = servers.KafkaBroker().start()
    try:
        worker = start_worker(bootstrap=broker.bootstrap).start()
        worker.put_connector(table, connector(postgres, table, table))
        produce(broker.bootstrap, table, 20_000, "--partitions", 2)
        eventually(lambda: rows(postgres, table) == 20_000, "the first rows", 30, worker)
        broker.stop()
        broker.start()
        produce(broker.bootstrap, table, 20_000, "--start", 20_000)
        exactly(postgres, table, 40_000, worker)
        assert worker.task_state(table) == "RUNNING"
    finally:
        broker.remove()
