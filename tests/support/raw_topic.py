"""The records of a topic as bytes."""

import json
import subprocess

from worker import BUILD

TOOL = BUILD / "tests" / "support" / "raw-topic"


def _run(bootstrap, topic, verb, text=""):
    done = subprocess.run([str(TOOL), bootstrap, topic, verb], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _bytes(text):
    return None if text is None else bytes.fromhex(text)


def _hex(data):
    return None if data is None else data.hex()


def read(bootstrap, topic):
    """Every record that is there now, in the order of its partition: dicts with bytes for key, value and header values."""
    records = [json.loads(line) for line in _run(bootstrap, topic, "read").splitlines()]
    for record in records:
        record.update(key=_bytes(record["key"]), value=_bytes(record["value"]),
                      headers=[(name, _bytes(value)) for name, value in record["headers"]])
    return records


def write(bootstrap, topic, records):
    """Dicts with value and, where they have one, key, headers, timestamp (milliseconds) and partition; waits for Kafka's answer."""
    lines = [json.dumps({**record, "key": _hex(record.get("key")), "value": _hex(record["value"]),
                         "headers": [[name, _hex(value)] for name, value in record.get("headers", [])]}) for record in records]
    _run(bootstrap, topic, "write", "".join(f"{line}\n" for line in lines))


def delete(bootstrap, topic):
    """The topic, as Kafka knows it; a client that has not heard of it yet may go on for a moment."""
    _run(bootstrap, topic, "delete")
