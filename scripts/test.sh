#!/usr/bin/env bash
# Builds Duban and tests it.
#
#   scripts/test.sh          what a user relies on: the library, its packs, the
#                            bindings, the installed package, the manual
#   scripts/test.sh --deep   also sanitizers, Clang, the linters, fuzzing, and
#                            hundreds of killed writers and a hundred thousand
#                            random expressions instead of a few
#
# Every step is named and timed. A failing step does not hide the ones after
# it; the last line counts both, and the status is 1 if any failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# ctest_preset PRESET: every test binary; what a failing one says is shown.
ctest_preset() {
  ctest --preset "$1" -j "$JOBS" --no-tests=error
}

# Checks and tests the pack of every example, and imports, scores and verifies
# its small data, with the command of that build.
examples() {
  local duban="$ROOT/build/$1/duban" example work
  work="$(mktemp -d)"
  # The name is to be read now, not when the shell ends.
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  for example in "$ROOT"/examples/*/pack; do
    example="$(dirname "$example")"
    local name pack="$example/pack"
    name="$(basename "$example")"
    echo "-- $name"
    "$duban" check "$pack"
    "$duban" test "$pack"
    [[ -d "$example/small" ]] || continue
    "$duban" import "$work/$name.duban" --pack "$pack" "$example/small"
    "$duban" duties "$work/$name.duban" --pack "$pack" --as-of 2021-12-31 \
      > "$work/duties"
    "$duban" assess "$work/$name.duban" --pack "$pack" --as-of 2021-12-31 \
      --format json -o "$work/assessment.json"
    "$duban" verify "$work/$name.duban"
  done
}

# The generated year of every example, and twice: two ledgers of the same
# tables have the same head, and two assessments the same bytes.
generated_years() {
  local duban="$ROOT/build/$1/duban" example work turn
  work="$(mktemp -d)"
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  for example in "$ROOT"/examples/*/generate.py; do
    example="$(dirname "$example")"
    local pack="$example/pack"
    rm -rf "${work:?}"/*
    echo "-- $(basename "$example")"
    for turn in 1 2; do
      python3 "$example/generate.py" "$work/tables-$turn" > "$work/log"
      "$duban" import "$work/$turn.duban" --pack "$pack" "$work/tables-$turn" \
        > "$work/log"
      "$duban" assess "$work/$turn.duban" --pack "$pack" --as-of 2021-12-31 \
        --format json -o "$work/$turn.json"
    done
    cmp "$work/1.json" "$work/2.json"
    echo "the same bytes twice: $(sha256sum < "$work/1.json" | cut -c1-16)…"
  done
}

clang_tidy() {
  cd "$ROOT"
  # Only what differs between users is left out: generated code.
  run-clang-tidy-14 -quiet -j "$JOBS" -p build/clang \
    "^$ROOT/src/.*\.cc\$" > build/clang/tidy.log 2>&1 ||
    { grep -v '^clang-tidy-14\|warnings generated' build/clang/tidy.log |
      head -200 && exit 1; }
  echo "$(grep -c '^clang-tidy-14' build/clang/tidy.log) files are clean"
}

shell_scripts() {
  cd "$ROOT"
  local scripts
  mapfile -t scripts < <(repository_files sh)
  shellcheck -x .ci/run "${scripts[@]}"
  echo "$((${#scripts[@]} + 1)) scripts are clean"
}

# The journal's tests with hundreds of writers killed at any moment.
killed_writers() {
  DUBAN_DEEP=1 "$ROOT/build/distro/tests/journal_test"
}

# Scores agree with those of a second implementation on a thousand random
# campaigns instead of forty.
agreeing_scores() {
  python3 "$ROOT/tests/assess/differential/run.py" \
    "$ROOT/build/distro/duban" --cases 1000
}

# Rows and columns agree for a hundred thousand expressions instead of
# thousands.
agreeing_evaluators() {
  DUBAN_DEEP=1 "$ROOT/build/distro/tests/expr_test" \
    --gtest_filter='ColumnProperty.*:Cost*'
}

# The fuzz targets for a while each, from their corpus; what is found beyond
# it is kept below build/.
fuzzing() {
  local target name found
  for target in "$ROOT"/build/clang/tests/fuzz/*_fuzz; do
    name="$(basename "$target")"
    found="$ROOT/build/fuzz/$name"
    mkdir -p "$found"
    echo "-- $name"
    "$target" -seed=1 -max_total_time=45 -timeout=20 -rss_limit_mb=2048 \
      -artifact_prefix="$found/" "$found" "$ROOT"/tests/fuzz/corpus/expr \
      > "$found.log" 2>&1 || { tail -40 "$found.log" && exit 1; }
    grep '^Done' "$found.log"
  done
}

plain_steps() {
  step "Build, GCC, optimized" build distro
  step "Tests of the library" ctest_preset distro
  step "Packs and small data of the examples" examples distro
  step "Generated years, twice" generated_years distro
  step "Installed package" tests/install/run.sh build/distro
  step "Python wheel, and the documentation's examples" \
    tests/python/run.sh build/distro
  step "Layers" scripts/check_layers.sh
}

deep_steps() {
  step "Shell scripts" shell_scripts
  step "Format" scripts/format.sh --check
  step "Killed writers" killed_writers
  step "Evaluators agree" agreeing_evaluators
  step "Scores agree with a second implementation" agreeing_scores
  step "Build, Clang" build clang
  step "Fuzzing" fuzzing
  step "clang-tidy" clang_tidy
  step "Build, address and undefined-behaviour sanitizers" build asan
  step "Tests under them" ctest_preset asan
  step "The command under them: small data" examples asan
  step "The command under them: generated years" generated_years asan
  step "Build, thread sanitizer" build tsan
  step "Tests under it" ctest_preset tsan
}

main() {
  local deep=()
  case "${1:-}" in
    "") ;;
    --deep) deep=(--deep) ;;
    *)
      echo "usage: scripts/test.sh [--deep]" >&2
      exit 2
      ;;
  esac
  cd "$ROOT"
  # Of a failing test binary, only what failed.
  export GTEST_BRIEF=1
  export ASAN_OPTIONS="strict_string_checks=1:detect_stack_use_after_return=1"
  export UBSAN_OPTIONS="print_stacktrace=1"
  export TSAN_OPTIONS="second_deadlock_stack=1"
  step "What is needed" scripts/setup.sh "${deep[@]}"
  plain_steps
  if ((${#deep[@]} > 0)); then
    deep_steps
  fi
  steps_end "test.sh"
}

main "$@"
