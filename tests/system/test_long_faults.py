"""The long fault runs: the same oracle as in test_faults, for minutes, with everything at once."""

import random
import signal
import time

import pytest
from test_faults import connector, counts, exactly, rows, table  # noqa: F401
from worker import eventually, start_producer

pytestmark = pytest.mark.long


def test_two_workers_under_kills_freezes_and_crashes_deliver_exactly_once(kafka, postgres, table, start_worker):  # noqa: F811
    produced = 3_000_000
    workers = [start_worker("first").start(), start_worker("second").start()]
    for each in workers:
        each.put_connector(table, connector(postgres, table, table, **{"batch.size": "10000"}))
    producer = start_producer(kafka, table, produced, "--partitions", 8, "--rate", 20_000)
    chance = random.Random(7)
    deadline = time.monotonic() + 140
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(0.5, 4.0))  # the random instant itself
        victim = chance.choice(workers)
        fault = chance.choice(["kill", "freeze", "backend", "crash"])
        if fault == "kill":
            victim.kill()
            victim.start()
        elif fault == "freeze":
            victim.signal(signal.SIGSTOP)
            time.sleep(chance.uniform(1, 9))
            victim.signal(signal.SIGCONT)
        elif fault == "backend":
            postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'sinkway%'")
        else:
            postgres.stop("immediate")
            postgres.start()
    assert producer.wait(300) == 0, producer.stderr.read()
    eventually(lambda: rows(postgres, table) >= produced, "all rows", 180, workers[0])
    assert counts(postgres, table) == (produced, produced)


@pytest.mark.parametrize("seed", range(5))
def test_kills_at_other_instants(kafka, postgres, table, start_worker, seed):  # noqa: F811
    produced = 600_000
    worker = start_worker().start()
    worker.put_connector(table, connector(postgres, table, table))
    producer = start_producer(kafka, table, produced, "--partitions", 4, "--rate", 30_000)
    chance = random.Random(seed)
    for _ in range(20):
        time.sleep(chance.uniform(0.02, 1.0))  # the random instant itself
        worker.kill()
        worker.start()
    assert producer.wait(120) == 0, producer.stderr.read()
    exactly(postgres, table, produced, worker)
