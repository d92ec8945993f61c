"""What every Python test may use: the servers of the run, private ones, and workers that are ended with the test."""

import os
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools" / "setup"), str(ROOT / "tests" / "support")]

import servers  # noqa: E402
import worker as worker_module  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; run by ./test long")


@pytest.fixture(scope="session")
def kafka():
    """host:port of the broker of the run."""
    if "SINKWAY_TEST_KAFKA" in os.environ:
        yield os.environ["SINKWAY_TEST_KAFKA"]
        return
    broker = servers.KafkaBroker().start()
    yield broker.bootstrap
    broker.remove()


@pytest.fixture(scope="session")
def private_postgres():
    """A cluster that a test may stop, crash and starve."""
    cluster = servers.PostgresCluster().start()
    yield cluster
    cluster.remove()


@pytest.fixture
def postgres(private_postgres):
    """The private cluster, running."""
    if private_postgres.process is None or private_postgres.process.poll() is not None:
        private_postgres.process = None
        private_postgres.start()
    return private_postgres


@pytest.fixture
def name(request):
    """A name for topics, tables and connectors that no other test has."""
    return (re.sub(r"[^a-z0-9]+", "_", request.node.name.lower()).strip("_")[:40] + f"_{os.getpid()}_{os.urandom(2).hex()}")


@pytest.fixture
def start_worker(kafka, tmp_path):
    """Makes workers; whatever is left of them ends with the test."""
    made = []

    def make(folder="worker", bootstrap=None, **more):
        made.append(worker_module.Worker(bootstrap or kafka, tmp_path / folder, **more))
        return made[-1]

    yield make
    for each in made:
        each.end()
