"""Strava's API description, where it is at hand: what the stand-in answers is held against it."""
import functools
import json
import os
import pathlib
import re

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILE = pathlib.Path(os.environ.get("FIEF_STRAVA_API", ROOT.parent / "shared" / "strava" / "swagger-import-subset.json"))


@functools.cache
def document():
    return json.loads(FILE.read_text()) if FILE.exists() else None


def operation_of(method: str, path: str):
    """The description's template and operation of a path below the API's address, or nothing."""
    for template, item in (document() or {"paths": {}})["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            return template, item.get(method.lower())
    return None, None


def resolved(node: dict) -> dict:
    while "$ref" in node:
        pointer, node = node["$ref"], document()
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part]
    return node


def complaints_of_request(method: str, path: str, query: dict):
    """What a request has that the description does not know, or lacks."""
    if document() is None:
        return
    _, operation = operation_of(method, path)
    if operation is None:
        yield f"{method} {path} is not described"
        return
    known = {}
    for parameter in map(resolved, operation.get("parameters", [])):
        if parameter["in"] == "query":
            known[parameter["name"]] = parameter
    for name in query.keys() - known.keys():
        yield f"{method} {path} does not know {name}"
    for name, parameter in known.items():
        if parameter.get("required") and name not in query:
            yield f"{method} {path} needs {name}"
        if name in query and parameter["type"] == "integer" and not query[name].lstrip("-").isdigit():
            yield f"{method} {path}: {name} is no integer"
        if name in query and parameter["type"] == "array":
            for item in query[name].split(","):
                if item not in parameter["items"]["enum"]:
                    yield f"{method} {path}: {name} does not know {item}"


def check_answer(method: str, path: str, status: int, value):
    """Fails unless the description has this answer."""
    if document() is None:
        return
    _, operation = operation_of(method, path)
    response = operation["responses"].get(str(status), operation["responses"]["default"])
    resolver = jsonschema.RefResolver(base_uri="", referrer=document())
    errors = [*jsonschema.Draft4Validator(response["schema"], resolver=resolver).iter_errors(value)]
    assert not errors, f"{method} {path} {status}: {errors[0].message[:300]}"
