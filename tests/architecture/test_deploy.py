"""What stands in deploy/ and schemas/weather/ is valid and agrees with the program."""

import json
import pathlib
import re
import subprocess

import jsonschema
import pytest
import worker
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


def kubernetes():
    return {each["kind"]: each for each in yaml.safe_load_all((ROOT / "deploy/kubernetes/sinkway.yaml").read_text())}


def container():
    return kubernetes()["Deployment"]["spec"]["template"]["spec"]["containers"][0]


def test_the_manifest_has_what_the_worker_needs():
    assert set(kubernetes()) == {"Secret", "ConfigMap", "PersistentVolumeClaim", "Deployment", "Service"}


def test_every_volume_of_the_manifest_exists():
    objects, pod = kubernetes(), kubernetes()["Deployment"]["spec"]["template"]["spec"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container()["volumeMounts"]} == volumes
    sources = {volume["name"]: volume for volume in pod["volumes"]}
    assert sources["worker"]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
    assert sources["database"]["secret"]["secretName"] == objects["Secret"]["metadata"]["name"]
    assert sources["state"]["persistentVolumeClaim"]["claimName"] == objects["PersistentVolumeClaim"]["metadata"]["name"]


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ask_for_health_on_the_rest_port(probe):
    assert container()[probe]["httpGet"] == {"path": "/health", "port": "rest"}


def test_the_service_leads_to_the_pod():
    objects = kubernetes()
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert objects["Service"]["spec"]["selector"].items() <= labels.items()
    assert objects["Deployment"]["spec"]["selector"]["matchLabels"].items() <= labels.items()
    names = {port["name"] for port in container()["ports"]}
    assert {port["targetPort"] for port in objects["Service"]["spec"]["ports"]} <= names


def test_the_scrape_annotations_name_the_metrics_port():
    annotations = kubernetes()["Deployment"]["spec"]["template"]["metadata"]["annotations"]
    ports = {port["name"]: port["containerPort"] for port in container()["ports"]}
    assert annotations["prometheus.io/port"] == str(ports["metrics"])


def test_the_pod_runs_without_rights():
    context = container()["securityContext"]
    assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"]
    assert kubernetes()["Deployment"]["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"]


def test_compose_names_the_three_services():
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    assert set(services) == {"kafka", "postgres", "sinkway"}
    assert services["sinkway"]["read_only"]
    assert (ROOT / "deploy" / services["sinkway"]["build"]["context"] / services["sinkway"]["build"]["dockerfile"]).exists()


def worker_files(tmp_path):
    yield (ROOT / "deploy/worker.properties").read_text()
    yield kubernetes()["ConfigMap"]["data"]["worker.properties"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_deployed_worker_file_starts_a_worker(tmp_path, which):
    text = list(worker_files(tmp_path))[which]
    one = worker.Worker("127.0.0.1:9", tmp_path, environment={"BOOTSTRAP_SERVERS": "127.0.0.1:9"})
    keys = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    overridden = ("listeners", "sinkway.metrics.listeners", "plugin.path", "sinkway.state.file")
    one.properties = {**keys, **{key: one.properties[key] for key in overridden}}
    try:
        one.start()
        assert " WARN" not in one.log().upper() or "unknown" not in one.log()
    finally:
        one.end()


def test_the_image_has_every_library_that_the_program_needs_and_no_compiler():
    final = (ROOT / "deploy/Containerfile").read_text().split("FROM ")[-1]
    assert not re.search(r"\b(g\+\+|gcc|meson|ninja|clang)\b", final)
    release = pathlib.Path("/etc/os-release").read_text()
    if 'VERSION_ID="12"' not in release:
        pytest.skip("the image is built on Debian 12; library packages have other names here")
    listed = set(re.findall(r"[a-z0-9][a-z0-9.+-]+", final))
    needed = set()
    for binary in [worker.SINKWAY, worker.PLUGINS["table"], worker.PLUGINS["file"]]:
        dump = subprocess.run(["objdump", "-p", str(binary)], capture_output=True, text=True, check=True).stdout
        needed |= set(re.findall(r"NEEDED\s+(\S+)", dump))
    for library in sorted(needed):
        found = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True).stdout
        packages = {line.split(":")[0] for line in found.splitlines()}
        assert packages & (listed | {"libc6", "libstdc++6", "libgcc-s1"}), f"{library} of {packages}"


def test_weather_examples_agree_with_their_schema():
    schema = json.loads((ROOT / "schemas/weather/record.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    printed = subprocess.run([str(worker.PRODUCER), "--print", "-", "weather", "200"], capture_output=True, text=True, check=True).stdout
    records = [json.loads(line) for line in printed.splitlines()]
    assert len(records) == 200
    for record in records:
        jsonschema.validate(record, schema)


def test_the_weather_table_has_a_column_for_every_field():
    schema = json.loads((ROOT / "schemas/weather/record.schema.json").read_text())
    table = (ROOT / "schemas/weather/table.sql").read_text()
    columns = re.findall(r"^  (\w+)\s", table, re.M)
    assert columns == [name.lower() for name in schema["properties"]]
