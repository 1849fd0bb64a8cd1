# Shared by the scripts beside it; to be sourced, not run. Knows where the
# repository is, how a configuration is built, and how steps are named, timed
# and counted.
# shellcheck shell=bash

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
JOBS="${JOBS:-$(nproc)}"
STARTED=$SECONDS
export ROOT JOBS

# The compiler's answers are kept between builds where ccache is installed;
# its folder is ccache's own choice, or CCACHE_DIR. Paths below the repository
# are told apart from it, so that another copy of it finds the same answers.
use_ccache() {
  if command -v ccache > /dev/null; then
    export CCACHE_BASEDIR="$ROOT" CCACHE_NOHASHDIR=1
    export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
}

# 75 -> "1 min 15 s".
duration() {
  if (($1 < 60)); then
    echo "$1 s"
  else
    echo "$(($1 / 60)) min $(($1 % 60)) s"
  fi
}

say() { printf '\n== %s\n' "$*"; }

# The closing line of a script.
took() {
  printf '%s took %s\n' "$1" "$(duration $((SECONDS - STARTED)))"
}

# build PRESET [TARGET…]: configures and compiles build/PRESET; without
# targets, everything. Lines for each file only where somebody watches; after
# a fault the rest is compiled all the same, so that all faults are seen.
build() {
  local preset="$1"
  shift
  use_ccache
  (
    cd "$ROOT"
    cmake --preset "$preset" > "$(configure_log "$preset")" 2>&1 ||
      { cat "build/$preset/configure.log" && exit 1; }
    local ninja=(-k 0)
    [[ -t 1 ]] || ninja+=(--quiet)
    cmake --build "build/$preset" -j "$JOBS" ${1:+--target "$@"} \
      -- "${ninja[@]}"
  )
}

configure_log() {
  mkdir -p "$ROOT/build/$1"
  echo "$ROOT/build/$1/configure.log"
}

STEPS_PASSED=0
STEPS_FAILED=()
STEPS_TIMES=()

# step NAME COMMAND…: runs it, with its output, and goes on after a failure.
# The command runs in a subshell of its own, since a function that is called
# in a condition would lose `set -e`.
step() {
  local name="$1" started=$SECONDS status
  shift
  say "$name"
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  local spent
  spent="$(duration $((SECONDS - started)))"
  if ((status == 0)); then
    STEPS_PASSED=$((STEPS_PASSED + 1))
    STEPS_TIMES+=("passed  $name ($spent)")
    echo "-- passed: $name ($spent)"
  else
    STEPS_FAILED+=("$name")
    STEPS_TIMES+=("FAILED  $name ($spent, status $status)")
    echo "-- FAILED: $name ($spent, status $status)"
  fi
}

# Lists all steps, then the plain count; the result is that of the whole run.
steps_end() {
  say "Steps"
  printf '%s\n' "${STEPS_TIMES[@]}"
  took "$1"
  echo "$STEPS_PASSED passed, ${#STEPS_FAILED[@]} failed"
  ((${#STEPS_FAILED[@]} == 0))
}

# The files of this repository with one of these endings: those that git
# tracks or would track, or all outside build/ where there is no git.
repository_files() {
  local patterns=() ending
  if git -C "$ROOT" rev-parse --is-inside-work-tree > /dev/null 2>&1; then
    for ending in "$@"; do patterns+=("*.$ending"); done
    git -C "$ROOT" ls-files --cached --others --exclude-standard \
      --deduplicate -- "${patterns[@]}" | while read -r file; do
      # Listed, but deleted in the working tree.
      [[ ! -f "$ROOT/$file" ]] || echo "$file"
    done
  else
    for ending in "$@"; do patterns+=(-o -name "*.$ending"); done
    (cd "$ROOT" && find . -path ./build -prune -o -type f \
      \( "${patterns[@]:1}" \) -print | sed 's|^\./||' | LC_ALL=C sort)
  fi
}
