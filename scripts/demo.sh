#!/usr/bin/env bash
# One campaign from beginning to end, with the duban command.
#
#   scripts/demo.sh
#
# Builds the command, writes an invented year of Suzhou City University
# (examples/suzhou-city-university), and shows the campaign's rules, duties,
# scorecards and one explanation. All it writes is below build/.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

EXAMPLE=examples/suzhou-city-university
PACK=$EXAMPLE/pack
OUT=build/demo
TABLES=$OUT/suzhou
LEDGER=$OUT/suzhou.duban
DAY=2021-12-31

duban() { "$ROOT/build/distro/duban" "$@"; }

# Prints a command as one would type it, then runs it.
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

# show LINES PARAGRAPHS COMMAND…: the same, showing the first lines of what
# comes out, and its last paragraphs: the sums.
show() {
  local lines="$1" paragraphs="$2"
  shift 2
  printf '\n$ %s\n' "$*"
  "$@" > "$OUT/shown.txt"
  awk -v lines="$lines" -v paragraphs="$paragraphs" '
    { line[NR] = $0 }
    /^$/ { empty[++n] = NR }
    END {
      sums = n < paragraphs ? NR + 1 : empty[n - paragraphs + 1]
      if (sums <= lines) sums = lines + 1
      for (i = 1; i <= NR && i <= lines; i++) print line[i]
      if (sums > lines + 1) print "… and", sums - lines - 1, "more lines"
      for (i = sums; i <= NR; i++) print line[i]
    }' "$OUT/shown.txt"
}

# The first member, by id, who has all of the four ones but the dormitory.
member_without_dormitory() {
  python3 - "$1" << 'PYTHON'
import json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    duties = json.load(file)["duty"]
found = sorted(
    duty["subject"]["id"] for duty in duties
    if duty["quota"] == "four-ones" and duty["state"] in ("OPEN", "MISSED")
    and [need["id"] for need in duty["need"] if not need.get("met")]
    == ["dormitory"])
if not found:
    sys.exit("nobody lacks a dormitory alone")
print(found[0])
PYTHON
}

main() {
  cd "$ROOT"
  say "What is needed"
  scripts/setup.sh
  say "The command"
  build distro duban_cli
  mkdir -p "$OUT"
  rm -rf "$TABLES" "$LEDGER"*

  say "The rules, as the notice has them"
  run duban check "$PACK"
  run duban test "$PACK"

  say "What happened: an invented year"
  run python3 "$EXAMPLE/generate.py" "$TABLES"
  run duban import "$LEDGER" --pack "$PACK" "$TABLES"

  say "Who owes what, by when"
  show 25 1 duban duties "$LEDGER" --pack "$PACK" --as-of "$DAY"

  say "Scorecards of the members"
  show 20 2 duban assess "$LEDGER" --pack "$PACK" --as-of "$DAY" --scheme member
  say "Scorecards of the branches, and figures of the organizations"
  run duban assess "$LEDGER" --pack "$PACK" --as-of "$DAY" --scheme branch

  say "Why: a member who did everything but visit a dormitory"
  run duban duties "$LEDGER" --pack "$PACK" --as-of "$DAY" --format json \
    -o "$OUT/duties.json"
  local member
  member="$(member_without_dormitory "$OUT/duties.json")"
  run duban explain "$LEDGER" --pack "$PACK" --as-of "$DAY" "$member"

  say "Nothing was changed behind the ledger's back"
  run duban verify "$LEDGER"

  printf '\nThe ledger is %s.\n' "$LEDGER"
  took demo.sh
}

main
