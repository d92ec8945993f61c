"""Builds and runs the test suites; the last line says how it went."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

import building
from servers import ROOT, KafkaBroker, PostgresCluster, ServerError

BUILD = ROOT / "build"
SUITES = ["unit", "architecture", "integration", "system", "asan"]
LEAKS = {"LSAN_OPTIONS": f"suppressions={ROOT / 'tests/support/lsan.supp'}:print_suppressions=0"}
DESCRIPTION = """Runs the tests of Sinkway. Without arguments: unit, architecture, integration and system tests, and the unit tests
under ASan and UBSan. Servers are taken from SINKWAY_TEST_KAFKA (host:port) and
SINKWAY_TEST_POSTGRES (a libpq URI), or started once a run."""


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add_junit(self, path):
        """Adds what a JUnit file says; a file that is missing is a failure of its own."""
        if not path.exists():
            self.failed += 1
            return
        for case in ElementTree.parse(path).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif case.find("skipped") is not None:
                self.skipped += 1
            else:
                self.passed += 1

    def line(self):
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


class Runner:
    def __init__(self, arguments):
        self.arguments = arguments
        self.tally = Tally()
        self.servers = []
        self.reports = pathlib.Path(tempfile.mkdtemp(prefix="sinkway-test-"))
        self.environment = dict(os.environ, SINKWAY_BUILD=str(BUILD))

    def say(self, text):
        print(f"==> {text}", flush=True)

    def start_servers(self):
        """The shared Kafka and PostgreSQL of the run, unless the environment names others."""
        if "SINKWAY_TEST_KAFKA" not in self.environment:
            self.servers.append(KafkaBroker().start())
            self.environment["SINKWAY_TEST_KAFKA"] = self.servers[-1].bootstrap
            self.say(f"started Apache Kafka on {self.servers[-1].bootstrap}")
        if "SINKWAY_TEST_POSTGRES" not in self.environment:
            self.servers.append(PostgresCluster().start())
            self.environment["SINKWAY_TEST_POSTGRES"] = self.servers[-1].url
            self.say(f"started PostgreSQL on port {self.servers[-1].port}")

    def build(self, folder, *options, only=()):
        """Configures and compiles: everything, or the tests of some suites."""
        started = time.monotonic()
        building.configure(folder, "-Dtests=enabled", "-Dtest_hooks=true", "-Dwithout_position_check=true", *options)
        targets = [program for suite in only for program in building.test_programs(folder, suite)]
        building.compile_targets(folder, targets, self.arguments.verbose, f"building {folder.name}")
        self.say(f"{folder.name} is up to date after {time.monotonic() - started:.0f} s")

    def meson(self, folder, suite, more_environment=None):
        """The C++ tests of a suite; each case counts."""
        report = folder / "meson-logs" / "testlog.junit.xml"
        report.unlink(missing_ok=True)
        command = ["meson", "test", "-C", str(folder), "--no-rebuild", "--suite", suite, "--print-errorlogs", "--num-processes", "2"]
        if self.arguments.k:
            command += [f"--test-args=--gtest_filter=*{self.arguments.k}*"]
        if subprocess.run(command, env=dict(self.environment, **(more_environment or {}))).returncode != 0:
            before = self.tally.failed
            self.tally.add_junit(report)
            self.tally.failed += self.tally.failed == before
        else:
            self.tally.add_junit(report)

    def pytest(self, folder, *more):
        """The Python tests of a folder. No test selected is fine only when -k asked for it."""
        report = self.reports / f"{folder.replace('/', '-')}.xml"
        command = ["/usr/bin/python3", "-m", "pytest", "-q", "-x" if self.arguments.exitfirst else "-q", "-p", "no:cacheprovider",
                   f"--junitxml={report}", "-o", "junit_family=xunit2", *more, f"tests/{folder}"]
        if self.arguments.k:
            command += ["-k", self.arguments.k]
        code = subprocess.run(command, cwd=ROOT, env=dict(self.environment, PYTHONPATH=str(ROOT / "tools" / "setup"))).returncode
        if code == 5 and self.arguments.k:
            return
        before = self.tally.failed
        self.tally.add_junit(report)
        if code != 0:
            self.tally.failed += self.tally.failed == before

    def unit(self):
        self.build(BUILD)
        self.meson(BUILD, "unit")

    def architecture(self):
        self.build(BUILD)
        self.pytest("architecture")

    def integration(self):
        self.build(BUILD)
        self.start_servers()
        self.meson(BUILD, "integration")
        self.pytest("integration")

    def system(self):
        self.build(BUILD)
        self.start_servers()
        self.pytest("system", "-m", "not long")

    def long(self):
        self.build(BUILD)
        self.start_servers()
        self.pytest("system")

    def asan(self, only=("unit",)):
        folder = ROOT / "build-asan"
        # Sanitizers make g++ warn of what is not there (uninitialized members of std::regex): warnings are errors elsewhere only.
        self.build(folder, "-Db_sanitize=address,undefined", "-Db_ndebug=false", "-Db_lundef=false", "-Doptimization=0", "-Dwerror=false",
                   only=only)
        self.meson(folder, "unit", {**LEAKS, "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:handle_segv=0", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
        return folder

    def sanitize(self):
        self.start_servers()
        self.meson(self.asan(("unit", "integration")), "integration", LEAKS)
        folder = ROOT / "build-tsan"
        self.build(folder, "-Db_sanitize=thread", "-Db_ndebug=false", "-Db_lundef=false", "-Doptimization=1", "-Dwerror=false",
                   only=("unit", "integration"))
        options = {"TSAN_OPTIONS": f"halt_on_error=1:second_deadlock_stack=1:suppressions={ROOT / 'tests/support/tsan.supp'}"}
        self.meson(folder, "unit", options)
        self.meson(folder, "integration", options)

    def tidy(self):
        """clang-tidy over every source of ours; each file counts."""
        subprocess.run([str(ROOT / "tools" / "setup" / "install-packages"), "build", "test", "clang"], check=True)
        building.configure(BUILD, "-Dtests=enabled", "-Dtest_hooks=true", "-Dwithout_position_check=true")
        program = next(found for found in map(shutil.which, ("clang-tidy-16", "clang-tidy-19")) if found)
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        files = sorted({os.path.relpath((BUILD / one["file"]).resolve(), ROOT) for one in commands})
        files = [name for name in files if name.split("/")[0] in ("host", "rest-api", "plugins", "tools") and name.endswith(".cpp")]

        def check(name):
            done = subprocess.run([program, "-p", str(BUILD), "--quiet", name], cwd=ROOT, capture_output=True, text=True)
            return name, done.returncode, done.stdout

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            for name, code, output in pool.map(check, [name for name in files if not self.arguments.k or self.arguments.k in name]):
                self.tally.passed += code == 0
                self.tally.failed += code != 0
                if code != 0:
                    print(f"{name}\n{output}", flush=True)

    def run(self):
        for suite in self.arguments.suites or SUITES:
            self.say(f"suite {suite}")
            getattr(self, suite)()

    def stop(self):
        for server in self.servers:
            server.remove()


def main():
    parser = argparse.ArgumentParser(prog="./test", description=DESCRIPTION)
    parser.add_argument("suites", nargs="*", metavar="SUITE",
                        help="unit, architecture, integration, system, asan (unit tests under ASan and UBSan), sanitize (ASan, UBSan and TSan over everything that "
                             "fits), long (the long fault runs too), tidy (clang-tidy)")
    parser.add_argument("-k", metavar="NAME", help="only tests whose name contains NAME")
    parser.add_argument("-x", "--exitfirst", action="store_true", help="stop a Python suite at its first failure")
    parser.add_argument("--verbose", action="store_true", help="show what the compiler says")
    arguments = parser.parse_args()
    known = [*SUITES, "sanitize", "long", "tidy"]
    for suite in arguments.suites:
        if suite not in known:
            parser.error(f"there is no suite {suite}; there are {', '.join(known)}")
    runner = Runner(arguments)
    try:
        runner.run()
    except (building.BuildError, ServerError) as trouble:
        print(f"test: {trouble}", file=sys.stderr)
        runner.tally.failed += 1
    except KeyboardInterrupt:
        runner.tally.failed += 1
    finally:
        runner.stop()
    print(runner.tally.line(), flush=True)
    sys.exit(1 if runner.tally.failed or not runner.tally.passed else 0)


if __name__ == "__main__":
    main()
