"""Compares the documents' tables with the sources they describe.

    consistency_test.py DUBAN
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Set, Tuple

import generate_tables
import markdown
from markdown import ROOT, code

SOURCES = sorted(
    p for p in (ROOT / "src").rglob("*") if p.suffix in (".cc", ".h")
)
FAILURES: List[str] = []


def fail(text: str) -> None:
    FAILURES.append(text)
    print(text)


def same(what: str, documented: Set, found: Set) -> None:
    for name in sorted(found - documented):
        fail(f"{what}: {name} is not documented")
    for name in sorted(documented - found):
        fail(f"{what}: {name} is documented and is no more")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


# ---- errors.md ------------------------------------------------------------


def reasons_in_sources() -> Set[str]:
    found = set()
    for path in SOURCES:
        text = path.read_text("utf-8")
        if path.name == "version.cc" and path.parent.name == "capi":
            continue  # names of the canonical codes
        found |= set(re.findall(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"', text))
        # Reasons of one word stand in calls only.
        found |= set(
            re.findall(r'(?:Fault|Error|Add|Fail)\(\s*"([A-Z]{4,})"', text)
        )
    return found


def test_errors() -> None:
    listed: List[str] = []
    for _, text in markdown.sections(ROOT / "docs/errors.md"):
        for row in markdown.rows(text):
            if re.fullmatch(r"`[A-Z0-9_]+`", row[0]):
                listed.append(code(row[0]))
                if len(row) < 2 or not row[1]:
                    fail(f"errors.md: {row[0]} has no meaning")
    for name in sorted({n for n in listed if listed.count(n) > 1}):
        fail(f"errors.md: {name} is listed twice")
    canonical = set(
        re.findall(r'return "(\w+)"', read("src/capi/version.cc"))
    )
    same("errors.md", set(listed) - canonical, reasons_in_sources() - canonical)


# ---- matter-life.md -------------------------------------------------------


def test_matter_life() -> None:
    source = read("src/ledger/matter_life.cc")
    document = ROOT / "docs/matter-life.md"
    needs_reason = re.search(
        r"bool NeedsReason.*?\n}", source, flags=re.S
    ).group(0)
    listed = re.search(r"^Reasons are needed for (.*?)\.$",
                       document.read_text("utf-8"), flags=re.M | re.S)
    same(
        "matter-life.md, reasons",
        set(re.findall(r"`(\w+)`", listed.group(1) if listed else "")),
        {w.lower() for w in re.findall(r"case v1::(\w+):", needs_reason)},
    )


# ---- packs.md: what expressions see ---------------------------------------


def balanced(text: str, start: int) -> int:
    """The end of the braces that open at `start`."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    raise ValueError("braces")


def vocabulary_in_source() -> Set[Tuple[str, str]]:
    source = read("src/pack/vocabulary.cc")
    source = source[source.index("std::vector<Definition> Records()"):]
    found = set()
    for match in re.finditer(r"\{Entity::\w+,", source):
        body = source[match.start(): balanced(source, match.start())]
        record = re.match(r'\{Entity::\w+,\s*v1::\w+,\s*"(\w+)"', body).group(1)
        inner = body[1:]
        names = re.findall(
            r'\{"([\w.]+)"(?:, "([^"]+)")?(?:\}|,\s*(?:text|number|flag|day))',
            inner,
        )
        for name, other in names:
            # A column may have another name in rules; a derived field's
            # second text is its Chinese name.
            renamed = re.fullmatch(r"\w+", other, re.A) is not None
            found.add((record, other if renamed else name))
    return found


# How a field of the type is used, so that a wrong type is a fault.
USES: Dict[str, str] = {
    "text": "{} < 'x'",
    "number": "{} + 0.5 > 0",
    "flag": "{} || true",
    "date": "year({}) > 0",
    "list": "'x' + {}[0] == ''",
    "map": "'x' in {} && {}.x == ''",
}
SOURCES_OF = {
    "activity": "ACTIVITIES", "matter": "MATTERS",
    "matter_list": "MATTER_LISTS", "pairing": "PAIRINGS",
    "submission": "SUBMISSIONS", "rating": "RATINGS",
    "inspection": "INSPECTIONS", "finding": "FINDINGS",
    "indicator_value": "INDICATOR_VALUES", "duty": "DUTIES",
    "scorecard": "SCORECARDS",
}
# The step is seen by guards only, beside a matter.
GUARD = (
    'workflow {{ transition {{ from: LISTED action: ASSIGN to: ASSIGNED '
    'guard: "{}" }} }}\n'
)


# Seen by queries only, in the table of that name.
ASKED_ONLY = {
    "post": "posts", "indicator": "indicators", "adjustment": "adjustments",
    "appeal": "appeals",
}


def reasons_of_queries(
    duban: str, table: str, conditions: List[str]
) -> Dict[int, str]:
    """Number of the condition → reason, where it cannot be asked."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "organizations.csv").write_text("id,name,kind\no,o,o\n")
        base = Path(__file__).parent / "base.textproto"
        ledger = str(Path(folder, "l.duban"))
        subprocess.run(
            [duban, "import", ledger, folder, "--pack", base],
            capture_output=True, check=False,
        )
        for i, condition in enumerate(conditions):
            done = subprocess.run(
                [duban, "list", ledger, table, "--where", condition],
                capture_output=True, encoding="utf-8", check=False,
            )
            if done.returncode != 0:
                reason = re.search(r"\[(\w+)\]", done.stderr)
                found[i] = reason.group(1) if reason else done.stderr
    return found


def scheme_with(record: str, conditions: List[str]) -> str:
    """Schemes of which each reads one field."""
    subject = "EACH_ORGANIZATION" if record == "organization" else "EACH_PERSON"
    text = ""
    for i, condition in enumerate(conditions):
        who, metric = "", ""
        if record in ("person", "organization"):
            who = f'who: "{condition}"'
        else:
            # What no person has credit of is counted for organizations.
            subject = "EACH_ORGANIZATION"
            earlier = 'scheme: "s0"' if record == "scorecard" else ""
            metric = (
                f'metric {{ id: "m" tally {{ from: {SOURCES_OF[record]} '
                f'{earlier} where: "{condition}" count {{}} }} }}'
            )
        text += (
            f'scheme {{ id: "s{i + 1}" subject: {subject} every: YEAR {who} '
            f'{metric} criterion {{ id: "c" max: "1" points: "1" }} }}\n'
        )
    return text


def reasons_of(duban: str, pack: str) -> Dict[int, str]:
    """Line → reason of the faults of a pack beside base.textproto."""
    with tempfile.TemporaryDirectory() as folder:
        base = (Path(__file__).parent / "base.textproto").read_text("utf-8")
        Path(folder, "1-base.textproto").write_text(base, "utf-8")
        Path(folder, "2-part.textproto").write_text(pack, "utf-8")
        done = subprocess.run(
            [duban, "check", folder], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )
    return {
        int(line): reason
        for line, reason in re.findall(
            r"2-part\.textproto:(\d+):.*\[(\w+)\]", done.stderr
        )
    }


def test_step(duban: str, conditions: List[str], missing: List[str]) -> None:
    for condition in conditions:
        for reason in reasons_of(duban, GUARD.format(condition)).values():
            if reason != "STATE_WITHOUT_EXIT":
                fail(f"packs.md: {condition}: {reason}")
    for condition in missing:
        faults = reasons_of(duban, GUARD.format(condition))
        if "MISSING_NOT_HANDLED" not in faults.values():
            fail(f"packs.md: {condition} is never missing")


def test_vocabulary(duban: str) -> None:
    documented = set()
    for heading, text in markdown.sections(ROOT / "docs/packs.md"):
        record = code(heading)
        if record not in (
            *SOURCES_OF, *ASKED_ONLY, "person", "organization", "step"
        ):
            continue
        conditions, missing, names = [], [], []
        for row in markdown.rows(text):
            name, zh, kind = code(row[0]), row[1], row[2]
            documented.add((record, name))
            may_be_missing = kind.endswith("?")
            use = USES[kind.rstrip("?")]
            for spelling in [name, zh] if zh else [name]:
                field = f"{record}.{spelling}"
                read_safely = use.replace("{}", field)
                if may_be_missing:
                    read_safely = f"has({field}) && {read_safely}"
                    missing.append(use.replace("{}", field))
                conditions.append(read_safely)
                names.append(field)
        if record in ASKED_ONLY:
            table = ASKED_ONLY[record]
            faults = reasons_of_queries(duban, table, conditions)
            for i, reason in faults.items():
                fail(f"packs.md: {conditions[i]}: {reason}")
            faults = reasons_of_queries(duban, table, missing)
            for i, condition in enumerate(missing):
                if faults.get(i) != "MISSING_NOT_HANDLED":
                    fail(f"packs.md: {condition} is never missing")
            continue
        head = 'scheme { id: "s0" subject: EACH_PERSON every: YEAR ' \
            'criterion { id: "c" max: "1" points: "1" } }\n'
        if record == "step":
            test_step(duban, conditions, missing)
            continue
        faults = reasons_of(duban, head + scheme_with(record, conditions))
        for line, reason in faults.items():
            fail(f"packs.md: {conditions[line - 2]}: {reason}")
        faults = reasons_of(duban, head + scheme_with(record, missing))
        for i, condition in enumerate(missing):
            if faults.get(i + 2) != "MISSING_NOT_HANDLED":
                fail(f"packs.md: {condition} is never missing")
    same(
        "packs.md, fields",
        {f"{r}.{f}" for r, f in documented},
        {f"{r}.{f}" for r, f in vocabulary_in_source()},
    )


# ---- rules-language.md: functions -----------------------------------------


LANGUAGE = ROOT / "docs/rules-language.md"


def scoring_functions() -> Set[str]:
    """Functions and macros of the scoring library, by what it is made of."""
    found = set(
        re.findall(r'\{"(\w+)",\s*Op::', read("src/expr/scoring_operations.cc"))
    )
    macros = re.search(
        r"Library::Names\(\) const \{.*?\{(.*?)\};",
        read("src/expr/library.cc"), flags=re.S,
    ).group(1)
    return found | set(re.findall(r'"(\w+)"', macros))


def cel_functions() -> Set[str]:
    """Functions and macros of plain CEL."""
    found = set()
    for path in sorted((ROOT / "src/expr").glob("*.cc")):
        if path.name == "scoring_operations.cc":
            continue
        source = path.read_text("utf-8")
        # An entry is a name, what does it, and signatures with ids.
        found |= set(
            re.findall(
                r'\{"([a-zA-Z][\w.]*)",\s*[A-Z][^"{}]*,\s*(?:R"\()?"?\w+@?\w* ',
                source,
            )
        )
    macros = read("src/expr/macros.cc")
    found |= set(re.findall(r'\{"(\w+)", \d, \d, Macro::', macros))
    found |= set(re.findall(r'node_\.text == "(has)"', macros))
    for prefix in ("cel", "proto"):
        name = f"bool Expansion::ExpandOf{prefix.title()}() {{"
        body = macros[macros.index(name):].split("\n}\n")[0]
        found |= {
            f"{prefix}.{name}"
            for name in re.findall(r'text == "(\w+)"', body)
        }
    return found


def test_functions() -> None:
    found = scoring_functions() | {"lookup"}  # which the checker knows itself
    found |= set(
        re.findall(r'AddFunction\(\s*\{"(\w+)"', read("src/pack/checker.cc"))
    )
    documented = set()
    for heading, text in markdown.sections(LANGUAGE):
        if not heading.startswith("Functions"):
            continue
        for row in markdown.rows(text):
            documented |= set(re.findall(r"`(?:\w+\.)?(\w+)\(", row[0]))
    same("rules-language.md, functions", documented, found)


def test_functions_have_examples() -> None:
    examples = "\n".join(
        block.text for block in markdown.blocks(LANGUAGE)
        if block.language == "cel" and "strict" not in block.words
    )
    shown = set(re.findall(r"\b(\w+)\(", examples))
    for name in sorted(scoring_functions() - shown):
        fail(f"rules-language.md: {name}() has no example")


def test_cel_functions() -> None:
    section = dict(markdown.sections(LANGUAGE)).get("What is in it", "")
    documented = {
        name
        for row in markdown.rows(section)
        for name in re.findall(r"`([\w.]+)`", row[1])
    }
    same("rules-language.md, plain CEL", documented, cel_functions())


# ---- README.md: the command -----------------------------------------------


def test_commands(duban: str) -> None:
    help_text = subprocess.run(
        [duban, "--help"], stdout=subprocess.PIPE, encoding="utf-8", check=True
    ).stdout
    found = set(re.findall(r"^  ([a-z]+) ", help_text.split("Subcommands:")[1],
                           flags=re.M))
    for name in ("README.md", "README.zh-CN.md"):
        listed = set(re.findall(r"^\| `duban ([a-z]+)", read(name), flags=re.M))
        same(f"{name}, commands", listed, found)


def test_twins() -> None:
    """The two READMEs have the same examples."""
    def examples(name: str) -> List[Tuple[str, str]]:
        return [(b.language, b.text) for b in markdown.blocks(ROOT / name)]

    if examples("README.md") != examples("README.zh-CN.md"):
        fail("README.md and README.zh-CN.md have different examples")


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    duban = os.path.abspath(sys.argv[1])
    tests = [
        lambda: test_errors(),
        lambda: test_matter_life(),
        lambda: test_vocabulary(duban),
        lambda: test_functions(),
        lambda: test_functions_have_examples(),
        lambda: test_cel_functions(),
        lambda: test_commands(duban),
        lambda: test_twins(),
    ]
    for test in tests:
        test()
    sys.argv = [sys.argv[0], "--check"]
    if generate_tables.main() != 0:
        FAILURES.append("tables")
    print(f"consistency: {len(FAILURES)} failures")
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
