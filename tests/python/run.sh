#!/bin/sh
# Builds the wheel, installs it into a fresh environment, and tests it and the
# documentation's examples there:
#
#   run.sh BUILD_DIR [PYTHON [REQUIREMENT…]]
#
# PYTHON is /usr/bin/python3 unless given. Without requirements nothing is
# downloaded: the environment sees the system's packages (python3-protobuf).
# With requirements (protobuf, pyarrow, pandas, polars, duckdb) it sees only
# those, from PyPI.
set -eu
if [ $# -lt 1 ]; then
  echo "usage: $0 BUILD_DIR [PYTHON [REQUIREMENT...]]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
python=${2:-/usr/bin/python3}
if [ $# -gt 2 ]; then shift 2; else shift $#; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/bindings/python/build_wheel.sh" "$build" "$work/dist"
if [ $# -eq 0 ]; then
  "$python" -m venv --system-site-packages "$work/venv"
else
  "$python" -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet "$@"
fi
"$work/venv/bin/pip" install --quiet --no-index --no-deps \
  "$work"/dist/duban-*.whl
# From another folder, so that the package tested is the one installed.
cd "$work"
DUBAN_SOURCE_DIR=$root DUBAN_BUILD_DIR=$build \
  "$work/venv/bin/python" -W error::DeprecationWarning:duban \
  -m unittest discover -s "$root/tests/python" -p 'test_*.py'
DUBAN_PYTHON=$work/venv/bin/python "$root/tests/docs/run.sh" "$build"
