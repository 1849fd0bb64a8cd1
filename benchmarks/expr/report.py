#!/usr/bin/env python3
"""Compares what the engines of a run printed.

    python3 report.py EXPRESSIONS RESULTS

RESULTS is a folder with a file for each engine that ran, ENGINE.txt, of lines
"name nanoseconds count checksum". Prints a table of nanoseconds a row, then
for each engine how many times Duban's time it takes. Ends with status 1 where
two engines do not have the same results.
"""

import math
import os
import sys

# In the order of the table.
ENGINES = ("duban-row", "duban-column", "duban-plain", "cel-go", "cel-java",
           "cel-js", "hand-loop", "hand-sum")
# Predicates on numbers alone: what a loop by hand does in a nanosecond.
NUMERIC_PREDICATES = ("minimum", "range")


def read_results(path, expected):
    results = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            name, nanoseconds, count, checksum = line.split()
            results[name] = float(nanoseconds), int(count), int(checksum)
    if list(results) != expected:
        sys.exit("%s does not have the expressions asked for" % path)
    return results


def differences(names, results):
    """Lines about each engine that disagrees with the first one."""
    first, *others = results
    for name in names:
        for other in others:
            ours, theirs = results[first][name], results[other][name]
            if ours[1:] != theirs[1:]:
                yield ("%s: %s has %d values with checksum %d, %s has %d with "
                       "%d" % ((name, first) + ours[1:] + (other,)
                               + theirs[1:]))


def print_table(names, results):
    width = max(map(len, names))
    print("ns a row".ljust(width), *(e.rjust(12) for e in results))
    for name in names:
        print(name.ljust(width),
              *("%12.2f" % results[engine][name][0] for engine in results))


def ratio(names, theirs, ours):
    """The geometric mean of their time over ours."""
    logarithms = [math.log(theirs[n][0] / ours[n][0]) for n in names]
    return math.exp(sum(logarithms) / len(logarithms))


def print_ratios(names, results):
    modes = [m for m in ("row", "column", "plain")
             if "duban-" + m in results]
    for engine in results:
        if engine.startswith("duban-"):
            continue
        for mode in modes:
            print("ratio %s %s %.3f" % (engine, mode, ratio(
                names, results[engine], results["duban-" + mode])))
    for engine in ("hand-loop", "hand-sum"):
        for mode in modes if engine in results else ():
            print("ratio %s-numeric %s %.3f" % (engine, mode, ratio(
                NUMERIC_PREDICATES, results[engine],
                results["duban-" + mode])))


def main(expressions, folder):
    with open(expressions, encoding="utf-8") as lines:
        names = [line.split("\t")[0] for line in lines]
    paths = {e: os.path.join(folder, e + ".txt") for e in ENGINES}
    results = {e: read_results(path, names)
               for e, path in paths.items() if os.path.exists(path)}
    if len(results) < 2:
        sys.exit("fewer than two engines ran: nothing to compare")
    faults = list(differences(names, results))
    print_table(names, results)
    if faults:
        sys.exit("\n".join(["The results differ:"] + faults))
    print("All %d engines have the same results." % len(results))
    print()
    print_ratios(names, results)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 report.py EXPRESSIONS RESULTS")
    main(*sys.argv[1:])
