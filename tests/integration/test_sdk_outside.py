"""Plugins are built outside of the tree with what `meson install` puts there for them, and pass the conformance kit."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SINKWAY_BUILD", ROOT / "build")).resolve()
CHECKS = 16


def run(*command, cwd, **environment):
    done = subprocess.run([str(word) for word in command], cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def sdk(tmp_path_factory):
    """The environment of an author: the SDK installed under a folder of its own, found by pkg-config."""
    folder = tmp_path_factory.mktemp("installed")
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--tags", "devel", "--destdir", folder, cwd=ROOT)
    found = list(folder.rglob("sinkway-sdk.pc"))
    assert len(found) == 1
    return {"PKG_CONFIG_PATH": str(found[0].parent), "PKG_CONFIG_SYSROOT_DIR": str(folder)}


@pytest.fixture
def examples(tmp_path):
    """The examples away from the checkout, so that nothing of it can be included by accident."""
    return pathlib.Path(shutil.copytree(ROOT / "plugins/sdk/examples", tmp_path / "examples"))


def conforms(plugin, *config):
    output = run(BUILD / "plugins/sdk/sinkway-conformance", plugin, *config, cwd=plugin.parent)
    assert output.splitlines()[-1] == f"{CHECKS} passed, 0 failed", output


def compile_flags(sdk):
    return run("pkg-config", "--cflags", "sinkway-sdk", cwd="/", **sdk).split()


def test_the_teaching_plugin_needs_the_sdk_alone(sdk, tmp_path):
    own = tmp_path / "plugins" / "file"
    shutil.copytree(ROOT / "plugins/file", own)
    run("g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC", "-fvisibility=hidden", "-shared", f"-I{tmp_path}",
        *compile_flags(sdk), *own.glob("*.cpp"), "-o", tmp_path / "file.so", cwd=tmp_path)
    conforms(tmp_path / "file.so", f"file={tmp_path}/out.txt")


def test_the_meson_example_builds(sdk, examples):
    run("meson", "setup", "build", cwd=examples / "meson", **sdk)
    run("ninja", "-C", "build", cwd=examples / "meson")
    conforms(examples / "meson/build/counting_sink.so")


def test_the_cmake_example_builds(sdk, examples):
    run("cmake", "-S", ".", "-B", "build", cwd=examples / "cmake", **sdk)
    run("cmake", "--build", "build", cwd=examples / "cmake")
    conforms(examples / "cmake/build/counting_sink.so", "max.length=5")


def test_the_example_of_the_readme_is_the_file(examples):
    readme = (ROOT / "plugins/sdk/README.md").read_text()
    assert (examples / "counting_sink.cpp").read_text() in readme


def test_a_plugin_exports_its_entry_alone():
    symbols = run("nm", "-D", "--defined-only", "--format=posix", BUILD / "plugins/file/sinkway_file.so", cwd=BUILD)
    # W, V and u are templates of the standard library, which every C++ library emits.
    own = [line.split()[0] for line in symbols.splitlines() if line.split()[1] not in "WVu"]
    assert own == ["sinkway_plugin"]


@pytest.mark.parametrize("words", [[], ["x.so", "--field"], ["x.so", "novalue"], ["x.so", "--patience-ms", "soon"]])
def test_the_conformance_program_explains_itself(words):
    done = subprocess.run([BUILD / "plugins/sdk/sinkway-conformance", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: sinkway-conformance PLUGIN.so")


def test_the_conformance_program_says_why_a_file_is_no_plugin(tmp_path):
    (tmp_path / "text.so").write_text("no library\n")
    done = subprocess.run([BUILD / "plugins/sdk/sinkway-conformance", tmp_path / "text.so"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL load: ")


@pytest.mark.parametrize("delivery", ["exactly_once", "at_least_once"])
def test_the_table_sink_keeps_every_rule_with_a_server(postgres, name, delivery):
    postgres.sql(f"CREATE TABLE {name} (id VARCHAR(40))")
    conforms(BUILD / "plugins/table/sinkway_table.so", "--topic", name, "--field", "id=x", f"connection.url={postgres.jdbc_url}",
             f"connection.user={postgres.user}", f"connection.password={postgres.password}", f"delivery={delivery}")
    assert int(postgres.sql(f"SELECT count(*) FROM {name}")) > 0, "the good records were good"


def test_the_table_sink_keeps_every_rule_without_its_table(postgres, name):
    conforms(BUILD / "plugins/table/sinkway_table.so", "--topic", name, f"connection.url={postgres.url}")


def test_the_table_sink_keeps_every_rule_without_a_server(name):
    conforms(BUILD / "plugins/table/sinkway_table.so", "--topic", name, "connection.url=postgresql://nobody@127.0.0.1:1/nothing")
