#!/usr/bin/env python3
"""Random packs and ledgers, scored by the command and by naive.py.

usage: run.py DUBAN [--cases N] [--seed S] [--keep FOLDER]

Points, totals, full marks, ranks, grades, groups and roll-ups have to agree
to the last digit. The seed of a case that does not is printed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from cases import Case  # noqa: E402
from naive import Scoring, World  # noqa: E402


def command(duban, *arguments):
    return subprocess.run([duban, *arguments], capture_output=True, text=True,
                          check=False)


def computed(duban, case, folder):
    """What the command says: the one scheme's result, or its errors."""
    pack = os.path.join(folder, "pack.textproto")
    ledger = os.path.join(folder, "ledger.duban")
    tables = os.path.join(folder, "tables")
    os.mkdir(tables)
    with open(pack, "w", encoding="utf-8") as file:
        file.write(case.pack())
    case.write_tables(tables)
    imported = command(duban, "import", ledger, "--pack", pack, tables)
    if imported.returncode != 0:
        raise AssertionError("import: " + imported.stdout + imported.stderr)
    assessed = command(duban, "assess", ledger, "--pack", pack, "--as-of",
                       str(case.as_of), "--json")
    if assessed.returncode != 0:
        raise AssertionError("assess: " + assessed.stdout + assessed.stderr)
    return json.loads(assessed.stdout)["scheme"][0]


def differences(case, result):
    world = World(case.facts)
    scoring = Scoring(world, case.scheme, case.as_of)
    expected = scoring.run()
    found = []

    def differ(where, ours, theirs):
        if ours != theirs:
            found.append(f"{where}: naive {ours}, command {theirs}")

    cards = {c["subject"]["id"]: c for c in result.get("scorecard", [])}
    differ("subjects", sorted(expected), sorted(cards))
    for id_, card in expected.items():
        other = cards.get(id_)
        if other is None:
            continue
        for criterion, points, score in zip(
                case.scheme["criteria"], card["points"],
                other.get("criterion", [])):
            theirs = (Fraction(score["points"]) if score.get("applicable")
                      else None)
            differ(f"{id_}.{criterion['id']}", points, theirs)
        differ(f"{id_} total", card["total"], Fraction(other["total"]))
        differ(f"{id_} full mark", card["full"],
               Fraction(other.get("full_mark", "0")))
        differ(f"{id_} rank", card["rank"], other.get("rank", 0))
        differ(f"{id_} grade", card["grade"], other.get("grade", ""))
    figures = {(f["organization"]["id"], f["roll_up"]): Fraction(f["value"])
               for f in result.get("figure", [])}
    differ("figures", scoring.figures(), figures)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("duban")
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    failed = 0
    for seed in range(arguments.seed, arguments.seed + arguments.cases):
        case = Case(random.Random(seed))
        with tempfile.TemporaryDirectory() as folder:
            if arguments.keep:
                folder = os.path.join(arguments.keep, str(seed))
                os.makedirs(folder)
            try:
                found = differences(case,
                                    computed(arguments.duban, case, folder))
            except AssertionError as error:
                found = [str(error)]
        if found:
            failed += 1
            print(f"seed {seed}:")
            for line in found[:8]:
                print("  " + line)
    print(f"{arguments.cases} cases, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
