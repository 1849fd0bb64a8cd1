#!/usr/bin/python3
"""Writes docs/tables.md: tables_preface.md, then every table and column as
the schema in proto/ has them.

    generate_tables.py           writes the document
    generate_tables.py --check   fails if it would be another

Needs protoc and the Python package protobuf of the same version
(python3-protobuf).
"""

import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Tuple

from google.protobuf import descriptor_pb2

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
DOCUMENT = ROOT / "docs" / "tables.md"
PREFACE = Path(__file__).parent / "tables_preface.md"

Field = descriptor_pb2.FieldDescriptorProto


class Schema:
    """The messages of proto/, with their options and comments."""

    def __init__(self) -> None:
        files = sorted(
            str(p.relative_to(PROTO)) for p in PROTO.rglob("*.proto")
        )
        with tempfile.TemporaryDirectory() as folder:
            descriptors = Path(folder) / "descriptors"
            subprocess.run(
                ["protoc", f"-I{PROTO}", f"--python_out={folder}",
                 f"--descriptor_set_out={descriptors}", "--include_imports",
                 "--include_source_info", *files],
                check=True,
            )
            # Once it is imported, options of the schema can be read.
            sys.path.insert(0, folder)
            self.options = importlib.import_module("duban.v1.options_pb2")
            sys.path.remove(folder)
            files_set = descriptor_pb2.FileDescriptorSet.FromString(
                descriptors.read_bytes()
            )
        self.messages: Dict[str, descriptor_pb2.DescriptorProto] = {}
        self.enums: Dict[str, descriptor_pb2.EnumDescriptorProto] = {}
        self.comments: Dict[Tuple[str, int], str] = {}
        for file in files_set.file:
            if file.package != "duban.v1":
                continue
            for enum in file.enum_type:
                self.enums[enum.name] = enum
            for message in file.message_type:
                self.messages[message.name] = message
            self.read_comments(file)
        self.records = {
            m.options.Extensions[self.options.record_kind]: m
            for m in self.messages.values()
            if m.options.Extensions[self.options.record_kind]
        }

    def read_comments(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        for location in file.source_code_info.location:
            path = list(location.path)
            # message_type[i].field[j]; message_type[i]
            if len(path) == 4 and path[0] == 4 and path[2] == 2:
                number = path[3]
            elif len(path) == 2 and path[0] == 4:
                number = -1
            else:
                continue
            text = location.leading_comments or location.trailing_comments
            name = file.message_type[path[1]].name
            self.comments[name, number] = " ".join(text.split())

    def option(self, field: Field, name: str):
        return field.options.Extensions[getattr(self.options, name)]

    def table_of(self, kind: int) -> str:
        return self.records[kind].options.Extensions[self.options.table]


def order_of_records() -> List[str]:
    """Names of the messages in the order in which they are imported."""
    source = (ROOT / "src/table/record_schema.cc").read_text("utf-8")
    catalog = source[source.index("BuildCatalog() {"):]
    catalog = catalog[: catalog.index("catalog->all.push_back")]
    return re.findall(r"v1::(\w+)::descriptor\(\)", catalog)


def chinese_words() -> Dict[str, Dict[str, List[str]]]:
    """enum → value → its Chinese words, the one that is written first."""
    source = (ROOT / "src/table/enum_words.cc").read_text("utf-8")
    source = source[source.index("ZhTables() {"):]
    source = source[: source.index("struct Words {")]
    words: Dict[str, Dict[str, List[str]]] = {}
    enum = ""
    for name, value, word in re.findall(
        r'v1::(\w+)_descriptor\(\)|\{v1::(\w+), "([^"]+)"\}', source
    ):
        if name:
            enum = name
            words[enum] = {}
        else:
            words[enum].setdefault(value, []).append(word)
    return words


def is_list(field: Field) -> bool:
    return field.label == Field.LABEL_REPEATED


def type_of(schema: Schema, field: Field) -> str:
    if field.type == Field.TYPE_MESSAGE:
        return "attributes"
    if field.type == Field.TYPE_BOOL:
        return "yes/no"
    if field.type == Field.TYPE_INT64:
        return "whole number"
    if field.type == Field.TYPE_ENUM:
        enum = field.type_name.rsplit(".", 1)[1]
        word = "words" if is_list(field) else "word"
        return f"{word}: [{enum}](#{enum.lower()})"
    if schema.option(field, "format") == schema.options.DATE:
        return "date"
    if schema.option(field, "format") == schema.options.DECIMAL:
        return "decimal"
    return "list" if is_list(field) else "text"


def columns(schema: Schema, message, path=()) -> List[Tuple[List[Field], str]]:
    """Every column as its fields from the record down, and its comment."""
    found = []
    for i, field in enumerate(message.field):
        here = [*path, field]
        if field.type == Field.TYPE_MESSAGE and not is_list(field):
            inner = schema.messages[field.type_name.rsplit(".", 1)[1]]
            found += columns(schema, inner, here)
        else:
            found.append((here, schema.comments.get((message.name, i), "")))
    return found


def privacy_of(schema: Schema, path: List[Field]) -> str:
    classes = [schema.option(f, "privacy") for f in path]
    last = path[-1]
    if last.type == Field.TYPE_MESSAGE:
        inner = schema.messages[last.type_name.rsplit(".", 1)[1]]
        classes += [schema.option(f, "privacy") for f in inner.field]
    closest = max(classes) or schema.options.INTERNAL
    return schema.options.PrivacyClass.Name(closest).lower()


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def row_of(schema: Schema, path: List[Field], comment: str) -> str:
    field = path[-1]
    name = ".".join(f.name for f in path)
    zh = "".join(schema.option(f, "zh") for f in path)
    kind = type_of(schema, field)
    refers_to = schema.option(field, "refers_to")
    code_list = schema.option(field, "code_list")
    if refers_to:
        table = schema.table_of(refers_to)
        kind += f", id{'s' if is_list(field) else ''} in [{table}](#{table})"
    if code_list:
        kind += f", code{'s' if is_list(field) else ''} of `{code_list}`"
    required = "yes" if all(schema.option(f, "required") for f in path) else ""
    privacy = privacy_of(schema, path)
    return (
        f"| `{name}` | {zh} | {kind} | {required} | "
        f"{'' if privacy == 'internal' else privacy} | {cell(comment)} |"
    )


def table_section(schema: Schema, message) -> str:
    table = message.options.Extensions[schema.options.table]
    zh = message.options.Extensions[schema.options.record_zh]
    index = next(
        comment for (name, n), comment in schema.comments.items()
        if name == message.name and n == -1
    )
    lines = [
        f"## {table}", "", f"{zh}, `{table}.csv` or `{zh}.csv`. {index}", "",
        "| column | 中文 | holds | required | privacy | |",
        "|---|---|---|---|---|---|",
    ]
    lines += [row_of(schema, p, c) for p, c in columns(schema, message)]
    return "\n".join(lines) + "\n"


def words_section(schema: Schema, name: str) -> str:
    chinese = chinese_words()[name]
    lines = [f"### {name}", "", "| word | 中文 |", "|---|---|"]
    for value in schema.enums[name].value:
        if value.number == 0 and value.name.endswith("_UNSPECIFIED"):
            continue
        also = ", ".join(chinese.get(value.name, []))
        lines.append(f"| `{value.name.lower()}` | {also} |")
    return "\n".join(lines) + "\n"


def document() -> str:
    schema = Schema()
    records = {m.name: m for m in schema.records.values()}
    order = order_of_records()
    assert sorted(order) == sorted(records), "record_schema.cc is not proto/"
    parts = [PREFACE.read_text("utf-8")]
    used = set()
    for name in order:
        parts.append(table_section(schema, records[name]))
        used |= {
            path[-1].type_name.rsplit(".", 1)[1]
            for path, _ in columns(schema, records[name])
            if path[-1].type == Field.TYPE_ENUM
        }
    parts.append(
        "## Words\n\nCells of these columns hold one of the words below, in "
        "English or Chinese;\nupper case and `-` for `_` do as well.\n"
    )
    parts += [words_section(schema, name) for name in sorted(used)]
    return "\n".join(parts)


def main() -> int:
    text = document()
    if sys.argv[1:] == ["--check"]:
        if DOCUMENT.read_text("utf-8") == text:
            return 0
        print("docs/tables.md is out of date: tests/docs/generate_tables.py")
        return 1
    DOCUMENT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
