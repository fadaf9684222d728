"""The contract file is well formed: every reference, schema, code and operation of it."""
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = ROOT / "net" / "openapi.yaml"
METHODS = {"get", "post", "put", "patch", "delete"}

DOCUMENT = yaml.safe_load(FILE.read_text())
OPERATIONS = [(f"{method.upper()} {path}", item, operation)
              for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items() if method in METHODS]
SCHEMAS = DOCUMENT["components"]["schemas"]


def resolve(pointer: str):
    node = DOCUMENT
    for part in pointer.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def nodes(value, where="#"):
    yield where, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from nodes(child, f"{where}/{key}")


def refs(value):
    return {node["$ref"] for _, node in nodes(value) if isinstance(node, dict) and "$ref" in node}


def of_operations(test):
    return pytest.mark.parametrize("name, item, operation", OPERATIONS, ids=[name for name, _, _ in OPERATIONS])(test)


def test_no_key_stands_twice_in_a_mapping():
    class strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value if key.value != "<<"]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{twice} near {node.start_mark}"
        loader.flatten_mapping(node)
        return dict(loader.construct_pairs(node, deep=True))

    strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    assert yaml.load(FILE.read_text(), strict) == DOCUMENT


def test_it_is_openapi_3_1_with_what_the_standard_requires():
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    assert DOCUMENT["paths"]


def test_every_reference_resolves():
    for pointer in refs(DOCUMENT):
        assert pointer.startswith("#/"), pointer
        resolve(pointer)


def test_every_component_is_used():
    used, todo = set(), refs(DOCUMENT["paths"])
    while todo:
        pointer = todo.pop()
        used.add(pointer)
        todo |= refs(resolve(pointer)) - used
    for kind in ("schemas", "parameters", "responses", "headers"):
        for name in DOCUMENT["components"][kind]:
            assert f"#/components/{kind}/{name}" in used, f"{kind}/{name} is used by nothing"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_json_schema_2020_12(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_pattern_compiles():
    for where, node in nodes(SCHEMAS):
        if isinstance(node, dict) and isinstance(node.get("pattern"), str):
            re.compile(node["pattern"])


def test_every_required_member_is_described():
    for where, node in nodes(SCHEMAS):
        if isinstance(node, dict) and isinstance(node.get("required"), list) and "properties" in node:
            described = set(node["properties"]) | {"currency"}
            if "oneOf" not in where:
                assert set(node["required"]) <= described, where


@of_operations
def test_every_operation_is_named_tagged_and_summed_up(name, item, operation):
    assert operation["summary"] and operation["operationId"]
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    assert [other["operationId"] for _, _, other in OPERATIONS].count(operation["operationId"]) == 1


@of_operations
def test_every_placeholder_of_a_path_is_a_parameter(name, item, operation):
    parameters = [resolve(p["$ref"]) if "$ref" in p else p
                  for p in item.get("parameters", []) + operation.get("parameters", [])]
    assert {p["name"] for p in parameters if p["in"] == "path"} == set(re.findall(r"{(\w+)}", name))
    for parameter in parameters:
        assert parameter["in"] in ("path", "query", "header")
        assert parameter.get("required", False) == (parameter["in"] == "path" or parameter["name"] == "bbox")


@of_operations
def test_every_refusal_lists_its_codes_and_nothing_else_does(name, item, operation):
    refusals = {status for status in operation["responses"] if int(status) >= 400}
    assert refusals == set(operation["x-codes"])
    for codes in operation["x-codes"].values():
        assert codes and all(re.fullmatch("[a-z][a-z0-9_]*", code) for code in codes)


@of_operations
def test_every_operation_with_a_token_can_lack_it(name, item, operation):
    secured = operation.get("security", DOCUMENT["security"]) == [{"bearer": []}]
    if secured:
        assert "unauthenticated" in operation["x-codes"]["401"]


@of_operations
def test_every_request_body_refuses_unknown_members(name, item, operation):
    content = operation.get("requestBody", {}).get("content", {})
    if set(content) != {"application/json"} or name.startswith("POST /v1/strava/webhook/"):
        return  # A file; and a webhook is Strava's: it may grow members.
    schema = content["application/json"]["schema"]
    schema = resolve(schema["$ref"])
    if schema["type"] == "array":
        schema = schema["items"]
    assert schema["additionalProperties"] is False


def test_every_code_of_the_rules_that_reaches_the_wire_is_listed():
    source = (ROOT / "game" / "errc.cpp").read_text()
    of_rules = set(re.findall(r'return "(\w+)"', source)) - {"unknown"}
    listed = {code for codes in [op["x-codes"] for _, _, op in OPERATIONS] + [DOCUMENT["x-common-codes"]]
              for some in codes.values() for code in some}
    assert of_rules <= listed


def test_the_reasons_of_a_run_are_those_of_the_rules():
    source = (ROOT / "game" / "run_names.cpp").read_text()
    assert set(SCHEMAS["RunReason"]["enum"]) == (
        set(re.findall(r'run_reason::\w+: return "(\w+)"', source)) | {"rejected_by_review"})


def test_embedding_it_keeps_every_byte(tmp_path):
    made = tmp_path / "net_openapi.cpp"
    subprocess.run([sys.executable, ROOT / "tools" / "embed.py", FILE, made, "--function", "fief::net::openapi_json",
                    "--header", "net/openapi.hpp", "--yaml-to-json"], check=True)
    size, body = re.search(r"content\[(\d+)\] = {\n(.*?)\n}", made.read_text(), re.DOTALL).groups()
    content = bytes(int(number) % 256 for number in body.split(","))
    assert len(content) == int(size)
    assert json.loads(content) == DOCUMENT
