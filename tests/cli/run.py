#!/usr/bin/env python3
"""Tests of the duban command, each of which starts the real binary.

    python3 tests/cli/run.py DUBAN_BINARY [NAME ...]

NAME is a module, class or method, as unittest names them: import_test, or
import_test.BadRows.test_keep_good. DUBAN_DEEP=1 runs more rounds of those
that kill or damage. Ends with one line, and exit status 0 if all passed.
"""

import os
import sys
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import program  # noqa: E402


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: run.py DUBAN_BINARY [NAME ...]")
    program.binary = os.path.abspath(sys.argv[1])
    if not os.access(program.binary, os.X_OK):
        sys.exit(f"run.py: cannot run {sys.argv[1]}")
    started = time.monotonic()
    loader = unittest.TestLoader()
    if sys.argv[2:]:
        tests = loader.loadTestsFromNames(sys.argv[2:])
    else:
        tests = loader.discover(HERE, pattern="*_test.py")
    try:
        result = unittest.TextTestRunner(verbosity=1).run(tests)
    finally:
        program.forget_shared()
    bad = len(result.failures) + len(result.errors)
    bad += len(result.unexpectedSuccesses)
    print(f"cli: {result.testsRun} tests, {bad} failures, "
          f"{len(result.skipped)} skipped, "
          f"{time.monotonic() - started:.0f} s")
    return 1 if bad or result.testsRun == 0 or result.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
