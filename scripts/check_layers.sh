#!/usr/bin/env bash
# Checks that the folders of src/ are layers.
#
#   scripts/check_layers.sh
#
# A folder includes only itself and folders before it in the list below;
# generated messages (duban/v1/*.pb.h) and public headers (duban/*.h) are for
# all. base/ stands on generated messages alone, and what is installed
# (include/) never includes src/. Names every fault by file and line.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LAYERS="base calendar expr table pack journal ledger duty assess report \
exchange capi cli"

main() {
  cd "$ROOT"
  local files
  mapfile -t files < <(find src include -name '*.h' -o -name '*.hpp' \
    -o -name '*.cc' | LC_ALL=C sort)
  awk -v layers="$LAYERS" '
    function fault(why) {
      printf "%s:%d: %s\n    %s\n", FILENAME, FNR, why, $0
      faults++
    }
    BEGIN {
      n = split(layers, names, " ")
      for (i = 1; i <= n; i++) rank[names[i]] = i
    }
    FNR == 1 {
      files++
      split(FILENAME, path, "/")
      top = path[1]
      own = path[2]
      if (top == "src" && !(own in rank)) fault("src/" own " is not a layer")
    }
    !/^[ \t]*#[ \t]*include[ \t]*["<]/ { next }
    {
      includes++
      name = $0
      sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", name)
      sub(/[">].*/, "", name)
      split(name, part, "/")
    }
    name ~ /^\.\.?\// || name ~ /\/\.\.?\// {
      fault("includes start at the root of the repository")
      next
    }
    part[1] == "src" && top == "include" {
      fault("a public header cannot include src/")
      next
    }
    part[1] == "src" && !(part[2] in rank) {
      fault("src/" part[2] " is not a layer")
      next
    }
    part[1] == "src" && (own in rank) && rank[part[2]] > rank[own] {
      fault(own " is below " part[2] " and cannot include it")
      next
    }
    top == "src" && own == "base" && part[1] == "duban" && \
        name !~ /^duban\/v1\/[a-z_]+\.pb\.h$/ {
      fault("base includes only base and generated messages")
    }
    END {
      printf "%d includes in %d files, %d faults\n", includes, files, faults
      exit faults > 0
    }' "${files[@]}"
  took check_layers.sh
}

main
