"""Configures and compiles, and shows how far it is."""

import json
import os
import re
import subprocess
import sys

from servers import ROOT


class BuildError(RuntimeError):
    """The build failed; the text is what the compiler said."""


def status(text):
    """One line that is written over by the next one on a terminal, and a line of its own elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    else:
        print(text, flush=True)


def status_end():
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def configure(folder, *options):
    """meson setup; nothing when the folder is configured with these options already, or with more than were asked for."""
    stamp = folder / ".options"
    wanted = " ".join(options)
    if (folder / "build.ninja").exists() and (not options or (stamp.exists() and stamp.read_text() == wanted)):
        return
    command = ["meson", "setup", str(folder), str(ROOT), *options]
    if (folder / "meson-private" / "coredata.dat").exists():
        command.insert(2, "--reconfigure")
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        raise BuildError("meson setup failed:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-25:]))
    stamp.write_text(wanted)


def test_programs(folder, suite):
    """The ninja targets that the tests of a suite are made of."""
    def introspect(what):
        return json.loads(subprocess.run(["meson", "introspect", what, str(folder)], stdin=subprocess.DEVNULL, capture_output=True,
                                         text=True, check=True).stdout)
    files = {target["id"]: target["filename"] for target in introspect("--targets")}
    wanted = set()
    for test in introspect("--tests"):
        if any(name.split(":")[-1] == suite for name in test["suite"]):
            wanted.add(test["cmd"][0])
            wanted.update(name for depended in test["depends"] for name in files.get(depended, []))
    return sorted(os.path.relpath(name, folder) for name in wanted if name.startswith(str(folder)))


def compile_targets(folder, targets=(), verbose=False, label="building"):
    """ninja; prints a line of progress at every tenth part, or in place on a terminal."""
    jobs = os.environ.get("SINKWAY_BUILD_JOBS", str(os.cpu_count() or 2))
    if verbose:
        if subprocess.run(["ninja", "-j", jobs, "-C", str(folder), *targets]).returncode != 0:
            raise BuildError("the build failed")
        return
    process = subprocess.Popen(["ninja", "-j", jobs, "-C", str(folder), *targets], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, tenth = [], -1
    for line in process.stdout:
        step = re.match(r"\[(\d+)/(\d+)\]", line)
        if not step:
            output.append(line)
            continue
        done, total = int(step.group(1)), int(step.group(2))
        if sys.stdout.isatty() or done * 10 // total > tenth:
            tenth = done * 10 // total
            status(f"{label}: {done} of {total} steps")
    status_end()
    if process.wait() != 0:
        raise BuildError("the build failed:\n" + "".join(output[-60:]))
