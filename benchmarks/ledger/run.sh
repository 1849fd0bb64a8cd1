#!/usr/bin/env bash
# Measures how fast ledgers are written; README.md beside this file says what
# the numbers mean. Options are those of bench.cc. All that is built for it lies
# below build/benchmarks/ledger.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

OUT="$ROOT/build/benchmarks/ledger"

build_bench() {
  use_ccache
  cd "$ROOT"
  cmake --preset distro -B "$OUT/cxx" -DDUBAN_BUILD_BENCHMARKS=ON \
    -DDUBAN_BUILD_TESTS=OFF -DDUBAN_BUILD_CLI=OFF \
    -DDUBAN_BUILD_EXAMPLES=OFF -DDUBAN_INSTALL=OFF
  cmake --build "$OUT/cxx" -j "$JOBS" --target duban_ledger_bench -- --quiet
}

mkdir -p "$OUT"
if ! build_bench > "$OUT/build.log" 2>&1; then
  tail -n 40 "$OUT/build.log" >&2
  exit 1
fi
"$OUT/cxx/benchmarks/duban_ledger_bench" --folder "$OUT" "$@"
