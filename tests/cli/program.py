"""Runs the duban binary, reads what it says, and knows where the examples
are.

What it prints for people is taken apart by one expression, below: whatever
these tests know of a fault, a reader of the terminal knows too.
"""

import collections
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EXAMPLE = os.path.join(ROOT, "examples", "suzhou-city-university")
PACK = os.path.join(EXAMPLE, "pack")
# Six members, with Chinese headings; worked by hand in its EXPECTED.md.
SMALL = os.path.join(EXAMPLE, "small")
# The year of the tables; as the README of the example has it.
AS_OF = "2021-12-31"
AFTER = "2022-01-10"

# What an import writes besides its rows, and counts: that the pack is adopted.
ADOPTION = 1

DEEP = os.environ.get("DUBAN_DEEP", "") not in ("", "0")

binary = ""  # set by run.py

Ran = collections.namedtuple("Ran", "code out err")

# activities.csv:12, row 11, kind: error: 中文 / English [REASON]
FAULT = re.compile(
    r"^(?:(?P<place>.+?): )?(?P<severity>error|warning): "
    r"(?P<text>.+) \[(?P<reason>[A-Z][A-Z0-9_]+)\]$")
PLACE = re.compile(
    r"^(?P<file>[^,]*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?"
    r"(?:, row (?P<row>\d+))?(?:, (?P<field>.+))?$")
SUMMARY = re.compile(r"(\d+) 条写入 written, (\d+) 条已有 already there, "
                     r"(\d+) 处错误 errors; 台账 head (\d+) ([0-9a-f]{64})")

Fault = collections.namedtuple(
    "Fault", "file line column row field severity text reason hint")
Written = collections.namedtuple("Written",
                                 "written repeated errors entries head")


def start(*arguments, env=None, **more):
    return subprocess.Popen(
        [more.pop("program", None) or binary, *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})), **more)


def run(*arguments, **more):
    """A run to its end; bytes that are not UTF-8 are a failure."""
    process = start(*arguments, **more)
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out.decode(), err.decode())


def faults(text):
    """The faults in what went to standard error, in order."""
    found = []
    for line in text.splitlines():
        if line.startswith("  hint: ") and found:
            found[-1] = found[-1]._replace(hint=line[len("  hint: "):])
            continue
        match = FAULT.match(line)
        if not match:
            continue
        # "line 1:5" is a place in a text that has no name.
        place = PLACE.match(re.sub("^line (?=[0-9])", ":",
                                   match["place"] or ""))
        number = {name: int(place[name] or 0)
                  for name in ("line", "column", "row")}
        found.append(Fault(place["file"], number["line"], number["column"],
                           number["row"], place["field"] or "",
                           match["severity"], match["text"],
                           match["reason"], ""))
    return found


def written(out):
    """The line with which an import ends."""
    return Written(*(int(group) if i < 4 else group for i, group in
                     enumerate(SUMMARY.search(out).groups())))


_shared = None


def shared():
    """A folder that lives as long as the run, for what many tests read."""
    global _shared
    if _shared is None:
        _shared = tempfile.TemporaryDirectory(prefix="duban-cli-")
    return _shared.name


def forget_shared():
    if _shared is not None:
        _shared.cleanup()


@functools.lru_cache(maxsize=None)
def generated():
    """The folder of the invented year of 300 members. Never to be changed;
    `copy_of` gives one that may be."""
    folder = os.path.join(shared(), "year")
    subprocess.run(
        [sys.executable, os.path.join(EXAMPLE, "generate.py"), folder],
        check=True, stdout=subprocess.DEVNULL)
    return folder


@functools.lru_cache(maxsize=None)
def ledger_of(folder):
    """A ledger with the tables of the folder. Never to be written."""
    path = os.path.join(tempfile.mkdtemp(dir=shared()), "read-only.duban")
    ran = run("import", path, folder, "--pack", PACK)
    if ran.code != 0:
        raise AssertionError(f"import of {folder}: {ran}")
    return path


class CommandTest(unittest.TestCase):
    """A folder of its own for each test."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="duban-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, encoding="utf-8"):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding=encoding, newline="") as file:
            file.write(text)
        return path

    def copy_of(self, folder, name="tables"):
        return shutil.copytree(folder, self.path(name))

    def done(self, *arguments, **more):
        """Runs what must succeed in silence; gives its standard output."""
        ran = run(*arguments, **more)
        self.assertEqual((ran.code, ran.err), (0, ""),
                         f"duban {' '.join(arguments)}\n{ran.err}")
        return ran.out

    def json(self, *arguments, **more):
        return json.loads(self.done(*arguments, **more))

    def imports(self, ledger, folder, *more, pack=PACK, **how):
        """An import that must succeed; its last line, taken apart."""
        return written(self.done("import", ledger, folder, "--pack", pack,
                                 *more, **how))

    def fails(self, code, *arguments, **more):
        """Runs what must fail with this exit code; gives its faults."""
        ran = run(*arguments, **more)
        self.assertEqual(ran.code, code,
                         f"duban {' '.join(arguments)}\n{ran.err}")
        self.assertNotEqual(ran.err, "", "it failed without a word")
        return faults(ran.err)

    def verified(self, ledger, *more):
        return self.json("verify", ledger, "--json", *more)

    def assess(self, ledger, *more, as_of=AS_OF, **how):
        """The bytes of an assessment."""
        return self.done("assess", ledger, "--pack", PACK, "--as-of", as_of,
                         "--format", "json", *more, **how)
