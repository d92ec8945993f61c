"""What the benchmark computes, and that its peer is fed with what sinkway is fed with."""

import json
import pathlib
import sys
import xml.etree.ElementTree

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))

import peer  # noqa: E402


@pytest.mark.parametrize("commits, whole, half", [
    ([(0, 50), (1, 50)], 50, 50),
    ([(0, 10), (1, 10), (2, 20), (3, 40)], 70 / 3, 40),
    ([(0, 10), (4, 10), (5, 10), (6, 10)], 5, 10),
    ([(0, 1000), (1, 10), (3, 20)], 10, 10),
])
def test_rates_leave_the_first_commit_out(commits, whole, half):
    assert peer.rates(commits) == (pytest.approx(whole), pytest.approx(half))


@pytest.mark.parametrize("commits", [[(5, 100)], [(5, 50), (5, 50)]])
def test_a_run_that_was_over_at_once_has_no_rate(commits):
    with pytest.raises(SystemExit, match="too few commits"):
        peer.rates(commits)


def test_the_peer_runs_on_the_kafka_of_the_broker():
    broker = xml.etree.ElementTree.parse(ROOT / "tools/setup/kafka/pom.xml").getroot()
    assert peer.pinned("kafka.version") == broker.find(".//{*}properties/{*}kafka.version").text


def test_the_peer_reads_every_field_of_a_weather_record():
    record = json.loads((ROOT / "schemas/weather/record.schema.json").read_text())
    kinds = {"string": "string", "number": "double"}
    assert [(field["field"], field["type"]) for field in json.loads(peer.weather_schema())["fields"]] == [
        (name, kinds[field["type"]]) for name, field in record["properties"].items()]
