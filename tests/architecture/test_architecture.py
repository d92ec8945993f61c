"""Holds the tree to its levels: who may include whom, which library lives where, which folders exist at all."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = (".hpp", ".cpp", ".h", ".c")

LEVELS = {
    "host/base": 0, "host/data": 1, "host/config": 1, "host/kafka": 2, "host/convert": 2, "host/plugin": 2, "host/errors": 3,
    "host/task": 4, "host/worker": 5, "host/herder": 6, "host/metrics": 7, "rest-api": 8, "host/app": 9,
}

FOLDERS = {
    *LEVELS, "host", "rest-api/resources", "rest-api/json", "schemas", "schemas/weather", "schemas/openapi", "plugins", "plugins/sdk",
    "plugins/sdk/abi", "plugins/sdk/cpp", "plugins/sdk/testing", "plugins/sdk/examples", "plugins/sdk/examples/meson",
    "plugins/sdk/examples/cmake", "plugins/file", "plugins/table", "plugins/table/options", "plugins/table/server",
    "plugins/table/rows", "plugins/table/statements", "plugins/table/delivery", "plugins/table/control", "deploy",
    "deploy/kubernetes", "tools", "tools/setup", "tools/setup/kafka", "tools/weather-producer", "docs", "docs/decisions", "docs/guides", "docs/man",
    "tests", ".ci", ".",
}

# Include path -> the folders that may use it (architecture section 8).
LIBRARIES = {
    r"librdkafka/": ["host/kafka"],
    r"spdlog/": ["host/base"],
    r"openssl/": ["rest-api", "host/kafka"],
    r"boost/": ["rest-api"],
    r"nlohmann/": ["host/config", "host/herder", "rest-api", "plugins/table/control"],
    r"simdjson": ["host/convert"],
    r"prometheus/": ["host/metrics"],
    r"CLI/": ["host/app", "rest-api/cli"],
    r"yaml-cpp/": ["rest-api/cli"],
    r"libpq-fe\.h|postgres_ext\.h|libpq/": ["plugins/table/server", "plugins/table/statements", "plugins/table/delivery"],
    r"pqxx/": ["plugins/table/control"],
    r"gtest/|gmock/": ["tests", "plugins/sdk/testing"],
    r"benchmark/": ["tests"],
    r"sqlite3": ["host/transform/sql"],
}


def tracked():
    """Every file of the project, also those that are not committed yet."""
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                         check=True).stdout
    return [name for name in out.splitlines() if (ROOT / name).is_file()]


def includes():
    """(file, line number, quoted?, path) of every include line outside of tests."""
    for name in tracked():
        if name.endswith(SOURCES):
            for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
                found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
                if found:
                    yield name, number, found.group(1) == '"', found.group(2)


def folder_of(path):
    """The folder of LEVELS that a path belongs to, or nothing."""
    for folder in sorted(LEVELS, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return None


def problems(check):
    return [f"{name}:{number}: {path}" for name, number, quoted, path in includes() if check(name, quoted, path)]


def test_a_folder_includes_lower_levels_only():
    def upward(name, quoted, path):
        here, there = folder_of(name), folder_of(path)
        return here and there and here != there and LEVELS[there] >= LEVELS[here]
    assert not problems(upward)


def test_rest_names_the_herder_and_plain_values_only():
    allowed = re.compile(r"rest-api/|host/base/|host/herder/(herder|target_state|status_book)\.hpp|host/config/|"
                         r"host/worker/connector_config\.hpp|host/metrics/metrics\.hpp")
    assert not problems(lambda name, quoted, path: name.startswith("rest-api/") and path.startswith("host/") and not allowed.match(path))


def test_plugins_never_include_the_host():
    assert not problems(lambda name, quoted, path: name.startswith("plugins/") and path.startswith(("host/", "rest-api/")))


def test_the_host_sees_of_plugins_the_abi_only():
    assert not problems(lambda name, quoted, path: name.startswith(("host/", "rest-api/")) and path.startswith("plugins/")
                        and not path.startswith("plugins/sdk/abi/"))


def test_the_sdk_stands_alone():
    assert not problems(lambda name, quoted, path: name.startswith("plugins/sdk/") and quoted
                        and not path.startswith(("plugins/sdk/", "sinkway_")))


def test_tools_lean_on_the_producer_only():
    assert not problems(lambda name, quoted, path: name.startswith("tools/") and path.startswith(("host/", "plugins/", "rest-api/"))
                        and not path.startswith(("host/base/", "host/config/", "host/data/", "host/kafka/")))


def test_no_include_climbs_up():
    assert not problems(lambda name, quoted, path: ".." in path.split("/"))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_lives_in_its_folder(library):
    places = tuple(LIBRARIES[library]) + ("tests",)
    assert not problems(lambda name, quoted, path: re.match(library, path) and not name.startswith(places))


def test_every_folder_is_one_that_the_design_names():
    folders = {str(pathlib.PurePosixPath(name).parent) for name in tracked()}
    assert not sorted(folder for folder in folders if folder not in FOLDERS and not folder.startswith("tests/"))


def test_no_room_is_a_lumber_room():
    lumber = re.compile(r"(^|/)(utils?|common|misc|helpers?)(\.|/|$)")
    assert not [name for name in tracked() if lumber.search(name)]


def test_a_header_says_what_it_is():
    silent = []
    for name in tracked():
        if name.endswith((".hpp", ".h")):
            lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
            if not lines[0].startswith(("//", "/*")) or not any("#pragma once" in line or "#ifndef" in line for line in lines[:40]):
                silent.append(name)
    assert not silent


def test_the_project_speaks_of_itself_alone():
    # Written in pieces, so that this file does not find itself.
    foreign = re.compile("|".join(["/wo" + "rk/", "/tmp/bash" + "_jobs", r"/\.lib" + "rary", "TO" + "DO", "FIX" + "ME"]))
    found = []
    for name in tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if foreign.search(line)]
    assert not found


def test_a_plugin_that_teaches_stays_short():
    assert len((ROOT / "plugins/file/file_sink.cpp").read_text().splitlines()) < 150
