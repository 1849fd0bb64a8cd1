#!/usr/bin/env bash
# Installs a build into a folder of its own and uses it from outside.
#
#   tests/install/run.sh BUILD_DIR
#
# A C program and a C++ program take the C ABI, another C++ program the C++
# API; found by CMake, and the C ABI by pkg-config as well, also after the
# folder was moved. Then the installed command answers.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
build="$(cd "${1:?usage: tests/install/run.sh BUILD_DIR}" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
pack="$root/examples/suzhou-city-university/pack"

fail() {
  echo "install test: $*" >&2
  exit 1
}

cmake --install "$build" --prefix "$work/first" > "$work/install.log"
# Whatever was written into a file as an absolute path breaks here.
mv "$work/first" "$work/prefix"
prefix="$work/prefix"
libdir="$(dirname "$(find "$prefix" -name libduban.so)")"
[[ -f "$libdir/libduban.so" ]] || fail "no libduban.so was installed"

echo "-- by CMake"
cmake -S "$root/tests/install" -B "$work/cmake" -G Ninja \
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" \
  > "$work/configure.log" 2>&1 ||
  { cat "$work/configure.log" && fail "find_package(duban) failed"; }
cmake --build "$work/cmake" -- --quiet
"$work/cmake/use_c" "$pack"
"$work/cmake/use_hpp" "$pack"
"$work/cmake/use_cc" "$pack"

echo "-- by pkg-config"
export PKG_CONFIG_PATH="$libdir/pkgconfig"
[[ "$(pkg-config --modversion duban)" == "$(
  "$prefix/bin/duban" --version | sed -n '1s/^duban \([0-9.]*\).*/\1/p'
)" ]] || fail "duban.pc and the command differ in version"
read -r -a flags < <(pkg-config --cflags --libs duban)
"${CC:-cc}" -std=c99 -Wall -Wextra -Wpedantic -Werror \
  "$root/tests/install/use_c.c" -o "$work/use_c" \
  "${flags[@]}" -Wl,-rpath,"$libdir"
"$work/use_c" "$pack"
"${CXX:-c++}" -std=c++17 -Wall -Wextra -Wpedantic -Werror \
  "$root/tests/install/use_hpp.cc" -o "$work/use_hpp" \
  "${flags[@]}" -Wl,-rpath,"$libdir"
"$work/use_hpp" "$pack"

echo "-- the command"
"$prefix/bin/duban" check "$pack"

# What the header says, and nothing of what the library is made of.
echo "-- no file of the build tree is named"
if grep -rIl -e "$root" -e "$build" "$prefix"; then
  fail "the files above name the tree they were built in"
fi
