#!/bin/sh
# Builds the wheel: build_wheel.sh BUILD_DIR OUT_DIR [PYTHON]
#
# BUILD_DIR is a CMake build of Duban that has libduban.so. Needs protoc, and a
# Python (/usr/bin/python3 by default) with pip, setuptools and wheel; uses no
# network. Nothing is written into the source tree.
set -eu
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  echo "usage: $0 BUILD_DIR OUT_DIR [PYTHON]" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
python=${3:-/usr/bin/python3}

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp "$here/pyproject.toml" "$here/setup.py" "$here/README.md" "$stage"
cp "$root/LICENSE" "$stage"
mkdir -p "$stage/duban/v1" "$stage/duban/_native"
cp "$here"/duban/*.py "$here/duban/py.typed" "$stage/duban"
cp "$here"/duban/v1/__init__.py "$stage/duban/v1"
cp -L "$build/libduban.so" "$stage/duban/_native/libduban.so"
strip --strip-unneeded "$stage/duban/_native/libduban.so"
chmod 0644 "$stage/duban/_native/libduban.so"
protoc -I"$root/proto" --python_out="$stage" --pyi_out="$stage" \
  "$root"/proto/duban/v1/*.proto

cd "$stage"
"$python" -m pip wheel --quiet --disable-pip-version-check --no-index \
  --no-deps --no-build-isolation --wheel-dir "$out" .
ls "$out"/duban-*.whl
