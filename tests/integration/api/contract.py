"""The contract file as a judge: every answer and every socket message is held against it."""
import copy
import pathlib
import re

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOCUMENT = yaml.safe_load((ROOT / "net" / "openapi.yaml").read_text())
COMMON = DOCUMENT["x-common-codes"]
METHODS = ("get", "post", "put", "patch", "delete")


def variant(instant: dict) -> dict:
    """The document with another form of instants: answers have one, the socket another."""
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Instant"] = instant
    return document


REST = variant({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"})
SOCKET = variant({"type": "integer"})
MESSAGES = {type_: f"Socket{type_.capitalize()}" for type_ in (
    "welcome", "ack", "tiles", "run", "snapshot", "delta", "event", "mining", "notice", "pong", "error", "bye")}


def resolve(node: dict) -> dict:
    while "$ref" in node:
        pointer, node = node["$ref"], DOCUMENT
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part]
    return node


def validate(document: dict, schema: dict, value, what: str):
    resolver = jsonschema.RefResolver(base_uri="", referrer=document)
    errors = sorted(jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value), key=str)
    assert not errors, f"{what}: " + "; ".join(
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:400]}" for error in errors[:5])


def template_of(path: str):
    """The most literal path template that matches, or None."""
    fits = [template for template in DOCUMENT["paths"]
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template.replace(".", r"\.")), path)]
    return min(fits, key=lambda template: template.count("{"), default=None)


def operations():
    for template, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), template, item[method]


def check_problem(answer, codes: dict, what: str):
    assert answer.media_type == "application/problem+json", f"{what}: {answer.media_type}: {answer.body[:300]}"
    problem = answer.json
    validate(REST, {"$ref": "#/components/schemas/Problem"}, problem, what)
    assert problem["status"] == answer.status, what
    if "idempotent-replayed" not in answer.headers:  # Else it is the first answer, which names the first request.
        assert problem["request_id"] == answer.headers["x-request-id"], what
    allowed = codes.get(str(answer.status), []) + COMMON.get(str(answer.status), [])
    assert problem["code"] in allowed, f"{what}: {problem['code']} is not documented ({allowed}): {problem['detail']}"
    if answer.status == 429:
        for header in ("retry-after", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"):
            assert header in answer.headers, f"{what}: without {header}"
        assert int(answer.headers["retry-after"]) >= 0


def check_answer(method: str, path: str, answer):
    """Fails unless the contract has this answer to `method path`: status, type, members, code."""
    what = f"{method} {path} -> {answer.status} {answer.body[:600]!r}"
    assert "x-request-id" in answer.headers, what
    assert answer.status < 500 or answer.status == 503, what
    if method == "OPTIONS":
        return
    if method == "HEAD":
        assert answer.body == b"", what
        return
    template = template_of(path.partition("?")[0])
    item = DOCUMENT["paths"].get(template, {})
    operation = item.get(method.lower())
    if operation is None:
        assert answer.status in ((405,) if item else (404,)) or answer.status in (400, 431), what
        assert answer.status != 405 or "allow" in answer.headers, what
        check_problem(answer, {}, what)
        return
    if answer.status >= 400:
        check_problem(answer, operation["x-codes"], what)
        return
    assert str(answer.status) in operation["responses"], f"{what}: undocumented status"
    response = resolve(operation["responses"][str(answer.status)])
    for name, header in response.get("headers", {}).items():
        assert name.lower() in answer.headers, f"{what}: without {name}"
    if "content" not in response:
        assert answer.body == b"", what
        return
    assert answer.media_type in response["content"] or "*/*" in response["content"], f"{what}: {answer.media_type}"
    if answer.media_type.endswith("json") and answer.media_type in response["content"]:
        validate(REST, response["content"][answer.media_type]["schema"], answer.json, what)


def check_message(message: dict):
    """The same for a message that the server sent on the socket."""
    assert message.get("type") in MESSAGES, message
    schema = {"$ref": f"#/components/schemas/{MESSAGES[message['type']]}"}
    validate(SOCKET, schema, message, f"socket: {str(message)[:600]}")
