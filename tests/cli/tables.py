"""Folders of CSV tables as tests change them, and the schema's own words for
their columns, read from the .proto files."""

import collections
import csv
import functools
import io
import os
import re

import program

Column = collections.namedtuple("Column", "zh refers_to")


def read(folder, table):
    """Headings and rows."""
    path = os.path.join(folder, table + ".csv")
    with open(path, encoding="utf-8", newline="") as file:
        headings, *rows = csv.reader(file)
    return headings, rows


def text(headings, rows, newline="\n"):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue()


def write(folder, table, headings, rows):
    path = os.path.join(folder, table + ".csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text(headings, rows))


def names(folder):
    """The tables of a folder, without `.csv`."""
    return sorted(name[:-len(".csv")] for name in os.listdir(folder)
                  if name.endswith(".csv"))


def row_count(folder):
    return sum(len(read(folder, table)[1]) for table in names(folder))


@functools.lru_cache(maxsize=None)
def _messages():
    """By name: the options, and by field its type, name and options."""
    found = {}
    folder = os.path.join(program.ROOT, "proto", "duban", "v1")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            source = re.sub(r"//.*", "", file.read())
        for message in re.finditer(r"^message (\w+) \{(.*?)^\}", source,
                                   re.DOTALL | re.MULTILINE):
            options = dict(re.findall(r'option \((\w+)\) = "?([^";]+)"?;',
                                      message[2]))
            fields = {}
            for field in re.finditer(
                    r"^\s*(?:repeated |optional )?([\w.]+) (\w+) = \d+\s*"
                    r"(?:\[(.*?)\])?;", message[2],
                    re.DOTALL | re.MULTILINE):
                fields[field[2]] = (field[1], dict(re.findall(
                    r'\((\w+)\) = "?([^",\s\]]+)"?', field[3] or "")))
            found[message[1]] = (options, fields)
    return found


@functools.lru_cache(maxsize=None)
def columns(table):
    """The table's columns by their English heading."""
    kinds = {options["record_kind"]: options["table"]
             for options, _ in _messages().values() if "table" in options}
    for options, fields in _messages().values():
        if options.get("table") != table:
            continue
        found = {}
        for name, (of, has) in fields.items():
            if of == "Quantity":
                for inner, (_, more) in _messages()[of][1].items():
                    found[f"{name}.{inner}"] = Column(has["zh"] + more["zh"],
                                                      None)
            else:
                found[name] = Column(has.get("zh", ""),
                                     kinds.get(has.get("refers_to")))
        return found
    raise KeyError(table)


def zh(table):
    """The table's Chinese name."""
    for options, _ in _messages().values():
        if options.get("table") == table:
            return options["record_zh"]
    raise KeyError(table)


def dependents(folder, refused):
    """The rows that refer to the refused ones, over any number of steps;
    both are sets of (table, row), rows counted from 1. A row with an id
    that another row has as well does not take that id away."""
    alive = collections.Counter()
    ids = {}
    links = collections.defaultdict(set)  # (table, id) to rows naming it
    for table in names(folder):
        headings, rows = read(folder, table)
        for number, row in enumerate(rows, 1):
            ids[table, number] = (table, row[headings.index("id")])
            if (table, number) not in refused:
                alive[ids[table, number]] += 1
            for heading, cell in zip(headings, row):
                to = columns(table)[heading].refers_to
                for item in filter(None, cell.split(";") if to else []):
                    links[to, item].add((table, number))
    found = set()
    gone = [ids[row] for row in refused if not alive[ids[row]]]
    while gone:
        for row in links[gone.pop()] - refused - found:
            found.add(row)
            gone.append(ids[row])
    return found
