"""Turns a file into a .cpp with a function that returns its content.

embed.py INPUT OUTPUT --function fief::net::openapi_json --header net/openapi.hpp [--yaml-to-json]
"""
import argparse
import json
import pathlib
import sys


def content_of(path: pathlib.Path, yaml_to_json: bool) -> bytes:
    if not yaml_to_json:
        return path.read_bytes()
    import yaml
    return json.dumps(yaml.safe_load(path.read_text()), ensure_ascii=False,
                      separators=(",", ":")).encode()


def source_of(content: bytes, name: str, function: str, header: str) -> str:
    namespace, _, short = function.rpartition("::")
    rows = (", ".join(str(byte - 256 if byte > 127 else byte) for byte in content[at:at + 24])
            for at in range(0, len(content), 24))
    size = max(len(content), 1)  # An array has at least one element.
    return (f"// Made from {name} by tools/embed.py.\n"
            f'#include "{header}"\n\n'
            f"namespace {namespace} {{\n\n"
            f"namespace {{\n\nconstexpr char content[{size}] = {{\n"
            + ",\n".join(rows) +
            "\n};\n\n} // namespace\n\n"
            f"std::string_view {short}() {{\n  return {{content, {len(content)}}};\n}}\n\n"
            f"}} // namespace {namespace}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--function", required=True, help="with its namespace")
    parser.add_argument("--header", required=True, help="that declares it")
    parser.add_argument("--yaml-to-json", action="store_true")
    asked = parser.parse_args()
    content = content_of(asked.input, asked.yaml_to_json)
    source = source_of(content, asked.input.name, asked.function, asked.header)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
