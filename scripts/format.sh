#!/usr/bin/env bash
# Formats the C and C++ files of the repository by .clang-format.
#
#   scripts/format.sh           rewrites them
#   scripts/format.sh --check   changes nothing, and fails if one would change
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Other versions format otherwise.
CLANG_FORMAT="${CLANG_FORMAT:-clang-format-14}"

main() {
  local arguments=(-i)
  case "${1:-}" in
    "") ;;
    --check) arguments=(--dry-run -Werror) ;;
    *)
      echo "usage: scripts/format.sh [--check]" >&2
      exit 2
      ;;
  esac
  cd "$ROOT"
  local files
  mapfile -t files < <(repository_files c cc h hpp)
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 16 -P "$JOBS" "$CLANG_FORMAT" --style=file "${arguments[@]}"
  echo "${#files[@]} files"
  took format.sh
}

main "$@"
