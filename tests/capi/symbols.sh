#!/bin/sh
# The library exports what libduban.map lists, the map lists what duban.h
# declares, and nothing else gets out: symbols.sh LIBRARY MAP HEADER
set -eu
library=$1 map=$2 header=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nm -D --defined-only "$library" | awk '$2 != "A" {print $3}' |
  sed 's/@.*//' | sort > "$work/exported"
sed -n 's/^ *\(duban_[a-z0-9_]*\);.*/\1/p' "$map" | sort > "$work/listed"
tr '\n' ' ' < "$header" | grep -oE 'DUBAN_API [^;(]*\(' |
  grep -oE 'duban_[a-z0-9_]+ *\($' | tr -d ' (' | sort > "$work/declared"

if [ ! -s "$work/declared" ]; then
  echo "no declarations found in $header" >&2
  exit 1
fi
diff -u "$work/listed" "$work/exported"
diff -u "$work/declared" "$work/listed"
echo "$(wc -l < "$work/exported") symbols"
