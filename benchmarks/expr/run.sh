#!/usr/bin/env bash
# Measures the expression language against other engines of CEL and against
# loops written by hand.
#
#   benchmarks/expr/run.sh                    all engines
#   benchmarks/expr/run.sh duban hand-loop    only these
#
# Engines: duban, hand-loop, cel-go, cel-java, cel-js. One whose tools are not
# installed is skipped, and a line NOT MEASURED says so. The status is 1 where
# an engine fails or two have different results, never for a timing. ROWS and
# PASSES in the environment change how much is measured. All that is built or
# downloaded for it lies below build/benchmarks/expr, except the caches of go,
# mvn and npm.
# README.md beside this file says what the numbers mean.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

ROWS="${ROWS:-200000}"
PASSES="${PASSES:-10}"
ENGINES=(duban hand-loop cel-go cel-java cel-js)
HERE="$ROOT/benchmarks/expr"
OUT="$ROOT/build/benchmarks/expr"
DATA="$OUT/data-$ROWS.tsv"
EXPRESSIONS="$HERE/expressions.txt"
SKIPPED=()
FAILED=()

# logged ENGINE COMMAND…: its output only where it fails.
logged() {
  local log="$OUT/$1.log"
  shift
  if ! "$@" > "$log" 2>&1; then
    tail -n 40 "$log" >&2
    return 1
  fi
}

build_cxx() {
  use_ccache
  cd "$ROOT"
  cmake --preset distro -B "$OUT/cxx" -DDUBAN_BUILD_BENCHMARKS=ON \
    -DDUBAN_BUILD_TESTS=OFF -DDUBAN_BUILD_CLI=OFF \
    -DDUBAN_BUILD_EXAMPLES=OFF -DDUBAN_INSTALL=OFF
  cmake --build "$OUT/cxx" -j "$JOBS" --target "$@" -- --quiet
}

# measure NAME COMMAND…: appends data, expressions and passes to the command.
measure() {
  local name="$1"
  shift
  "$@" "$DATA" "$EXPRESSIONS" "$PASSES" > "$OUT/results/$name.part"
  mv "$OUT/results/$name.part" "$OUT/results/$name.txt"
  echo "$name measured"
}

run_duban() {
  logged duban build_cxx duban_expr_bench
  local mode
  for mode in row column plain; do
    measure "duban-$mode" "$OUT/cxx/benchmarks/duban_expr_bench" "$mode"
  done
}

run_hand_loop() {
  logged hand-loop build_cxx hand_loop_expr_bench
  measure hand-loop "$OUT/cxx/benchmarks/hand_loop_expr_bench" column
  measure hand-sum "$OUT/cxx/benchmarks/hand_loop_expr_bench" sum
}

run_cel_go() {
  cd "$HERE/go"
  logged cel-go go build -mod=readonly -o "$OUT/go/bench" .
  measure cel-go "$OUT/go/bench"
}

run_cel_java() {
  logged cel-java mvn -B -f "$HERE/java/pom.xml" "-Dout=$OUT/java" \
    process-classes
  measure cel-java java -cp "$OUT/java/classes:$OUT/java/lib/*" Bench
}

run_cel_js() {
  mkdir -p "$OUT/js"
  cp "$HERE"/js/{bench.js,package.json,package-lock.json} "$OUT/js/"
  cd "$OUT/js"
  logged cel-js npm ci --no-audit --no-fund
  measure cel-js node bench.js
}

# engine NAME FUNCTION TOOL…: builds and runs it where it is wanted and its
# tools are there; a failing one does not keep the others from running. The
# function has a subshell of its own, since one that is called in a condition
# would lose `set -e`.
engine() {
  local name="$1" function="$2" tool status
  shift 2
  [[ " ${WANTED[*]} " == *" $name "* ]] || return 0
  say "$name"
  for tool in "$@"; do
    if ! command -v "$tool" > /dev/null; then
      SKIPPED+=("$name: $tool is not installed")
      echo "skipped: $tool is not installed"
      return 0
    fi
  done
  set +e
  (
    set -e
    "$function"
  )
  status=$?
  set -e
  ((status == 0)) || FAILED+=("$name: it could not be built or run")
}

make_data() {
  [[ "$HERE/generate.py" -nt "$DATA" ]] || return 0
  python3 "$HERE/generate.py" "$ROWS" > "$DATA.part"
  mv "$DATA.part" "$DATA"
}

# With which tools the numbers came about.
print_setting() {
  echo "$ROWS rows, best of $PASSES passes"
  grep -m 1 '^model name' /proc/cpuinfo | sed 's/.*: //' || true
  "${CXX:-c++}" --version | head -n 1
  ! command -v go > /dev/null || go version
  ! command -v java > /dev/null || java -version 2>&1 | head -n 1
  ! command -v node > /dev/null || echo "node $(node --version)"
  grep -o 'cel\.dev/cel-go v.*' "$HERE/go/go.mod"
  grep -o '@marcbachmann/cel-js": "[^"]*' "$HERE/js/package.json" | tr -d '":'
  sed -n 's/<artifactId>cel<.*/dev.cel:cel/p;s/.*<version>\(0\..*\)<.*/\1/p' \
    "$HERE/java/pom.xml" | xargs
}

main() {
  local name status=0
  for name in "$@"; do
    if [[ " ${ENGINES[*]} " != *" $name "* ]]; then
      echo "usage: benchmarks/expr/run.sh [ENGINE…], of: ${ENGINES[*]}" >&2
      exit 2
    fi
  done
  WANTED=("$@")
  (($# > 0)) || WANTED=("${ENGINES[@]}")
  rm -rf "$OUT/results"
  mkdir -p "$OUT/results"
  make_data
  engine duban run_duban
  engine hand-loop run_hand_loop
  engine cel-go run_cel_go go
  engine cel-java run_cel_java java javac mvn
  engine cel-js run_cel_js node npm
  say "Setting"
  print_setting
  took run.sh
  ((${#SKIPPED[@]} == 0)) || printf 'NOT MEASURED  %s\n' "${SKIPPED[@]}"
  if ((${#FAILED[@]} > 0)); then
    printf 'FAILED  %s\n' "${FAILED[@]}"
    status=1
  fi
  say "Results"
  python3 "$HERE/report.py" "$EXPRESSIONS" "$OUT/results" || status=1
  return "$status"
}

main "$@"
