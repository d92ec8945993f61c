"""What the README tells a newcomer to type, typed."""

import os
import pathlib
import re
import signal
import subprocess
import threading

import pytest
from worker import eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]


def shell_blocks(section):
    text = (ROOT / "README.md").read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, re.S)


class Demo:
    """./demo --stay, and what it prints."""

    def __init__(self):
        self.process = subprocess.Popen([str(ROOT / "demo"), "--stay", "--records", "2000"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, start_new_session=True,
                                        # A test run in the background of a shell ignores SIGINT, and so would the demo.
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def text(self):
        return "".join(self.lines)

    def port(self, pattern):
        return re.search(pattern, self.text).group(1)

    def end(self):
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return None


@pytest.fixture
def demo():
    made = Demo()
    yield made
    if made.process.poll() is None:
        made.end()


def test_the_connector_of_the_readme_works_when_it_is_pasted(demo):
    eventually(lambda: "metrics  http://" in demo.text or demo.process.poll() is not None, "the demo's URLs", 600)
    assert demo.process.poll() is None, demo.text[-3000:]
    (block,) = shell_blocks("A connector")
    # Ports that somebody else has are others in the demo, too: it prints those it took.
    ports = {"8083": demo.port(r"REST +http://127.0.0.1:(\d+)"), "9404": demo.port(r"metrics +http://127.0.0.1:(\d+)"),
             "15432": demo.port(r"@127.0.0.1:(\d+)/weather")}
    for written, taken in ports.items():
        block = block.replace(f":{written}", f":{taken}")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CREATE TABLE" in done.stdout and '"name":"weather-copy"' in done.stdout

    def copied():
        answer = subprocess.run(["psql", "-X", "-A", "-t", f"postgresql://sinkway:sinkway@127.0.0.1:{ports['15432']}/weather", "-c",
                                 "SELECT count(*), count(DISTINCT id) FROM weather_copy"], capture_output=True, text=True)
        return answer.stdout.strip() == "2000|2000"

    eventually(copied, "the copy of the readings", 60)
    status = subprocess.run(["curl", "-s", f"http://127.0.0.1:{ports['8083']}/connectors/weather-copy/status"], capture_output=True,
                            text=True).stdout
    assert status.count('"RUNNING"') == 2, status
    assert demo.end() == 0, demo.text[-2000:]


def test_the_worker_of_ones_own_starts_as_written(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    properties = re.search(r"```properties\n(.*?)```", text, re.S).group(1)
    (tmp_path / "worker.properties").write_text(properties + "listeners=http://127.0.0.1:0\n")
    build = pathlib.Path(os.environ.get("SINKWAY_BUILD", ROOT / "build"))
    worker = subprocess.Popen([str(build / "host/app/sinkway"), "worker", str(tmp_path / "worker.properties")], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=dict(os.environ, XDG_STATE_HOME=str(tmp_path)))
    try:
        for line in worker.stdout:
            if re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise AssertionError("the worker ended without an address")
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
    assert worker.returncode == 0
