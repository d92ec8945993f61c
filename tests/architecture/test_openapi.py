"""The OpenAPI document names the routes that the worker serves, no more and no less, and describes the answers it gives."""

import json
import os
import pathlib
import re
import subprocess

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SINKWAY_BUILD", ROOT / "build"))
DOCUMENT = yaml.safe_load((ROOT / "schemas/openapi/connect.yaml").read_text())
METHODS = {"get", "put", "post", "patch", "delete"}


def operations():
    return {f"{method.upper()} {path}": (path, item, item[method])
            for path, item in DOCUMENT["paths"].items() for method in METHODS & set(item)}


def served():
    out = subprocess.run([str(BUILD / "tests/unit/rest-api/print_routes")], capture_output=True, text=True, check=True).stdout
    return [re.sub(r":int}", "}", line) for line in out.splitlines()]


def plain(schema):
    """A schema of OpenAPI 3.0 as JSON Schema: `nullable` admits null, references point into the document."""
    if isinstance(schema, list):
        return [plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: plain(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [{"type": "null"}, made]} if schema.get("nullable") is True else made


def problems(name, value):
    schema = {"$ref": f"#/components/schemas/{name}", "components": plain(DOCUMENT["components"])}
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(value)]


def test_the_document_names_the_routes_that_are_served():
    assert sorted(served()) == sorted(operations())


def test_every_operation_has_its_own_name_its_parameters_and_an_answer():
    names = [operation["operationId"] for _, _, operation in operations().values()]
    assert len(set(names)) == len(names)
    for place, (path, item, operation) in operations().items():
        given = [DOCUMENT["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]]["name"] for each in item.get("parameters", [])]
        assert re.findall(r"{(\w+)}", path) == given, place
        assert any(code.startswith("2") for code in operation["responses"]), place
        assert ("requestBody" in operation) == bool(re.match(r"(POST /connectors$|PUT .*(config|validate)$|PATCH )", place)), place


def test_no_text_was_cut_at_a_comma():
    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                assert value is not None, key
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)
    walk(DOCUMENT)


def test_every_reference_leads_somewhere():
    for place in re.findall(r'\$ref: "#/([^"]+)"', (ROOT / "schemas/openapi/connect.yaml").read_text()):
        found = DOCUMENT
        for part in place.split("/"):
            assert part in found, place
            found = found[part]


@pytest.mark.parametrize("file, schema, inside", [
    ("connector", "ConnectorInfo", None), ("connector_put", "ConnectorInfo", None), ("status", "ConnectorStatus", None),
    ("restarting", "ConnectorStatus", None), ("task_status_failed", "TaskStatus", None), ("validation", "Validation", None),
    ("plugin_config", "ConfigKey", "list"), ("tasks", "TaskId", "ids"), ("expanded_info", "ConnectorInfo", "info"),
    ("expanded_both", "ConnectorStatus", "status")])
def test_answers_have_the_shapes_of_the_document(file, schema, inside):
    golden = json.loads((ROOT / f"tests/golden/rest/{file}.json").read_text())
    values = {None: lambda: [golden], "list": lambda: golden, "ids": lambda: [each["id"] for each in golden],
              "info": lambda: [each["info"] for each in golden.values()],
              "status": lambda: [each["status"] for each in golden.values()]}[inside]()
    assert values
    for value in values:
        assert not problems(schema, value)


def test_the_shapes_of_the_document_refuse_what_is_none():
    assert problems("ConnectorInfo", {"name": "a"})
    assert problems("Problem", {"error_code": "404", "message": "x"})
    assert problems("Config", {"a": 1})
