#!/usr/bin/env bash
# Checks that the documents say what the programs do.
#
#   tests/docs/run.sh [DUBAN] BUILD_DIR
#
# Runs the examples of README*.md and docs/*.md, and compares the documents'
# tables with the sources. BUILD_DIR is a build that has libduban.so; DUBAN is
# the command, BUILD_DIR/duban if it is not given. Python examples are run
# where DUBAN_PYTHON names an interpreter that has the package duban.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
case $# in
  1)
    build="$(cd "$1" && pwd)"
    duban="$build/duban"
    ;;
  2)
    build="$(cd "$2" && pwd)"
    duban="$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
    ;;
  *)
    echo "usage: tests/docs/run.sh [DUBAN] BUILD_DIR" >&2
    exit 2
    ;;
esac

# Bytecode would be left in the source tree.
export PYTHONDONTWRITEBYTECODE=1
# python3-protobuf belongs to the system's Python.
python="${DUBAN_SYSTEM_PYTHON:-/usr/bin/python3}"
[[ -x "$python" ]] || python=python3

failed=0
"$python" "$here/consistency_test.py" "$duban" || failed=1
"$python" "$here/examples_test.py" "$duban" "$build" || failed=1
exit "$failed"
