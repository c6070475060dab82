#!/usr/bin/env bash
# Prints how many cases the tests held against the channels' published specifications, from the file that they wrote.
set -euo pipefail
if [ ! -s "$1" ]; then
  echo "No case was held against a published specification: there are none beside this checkout (../shared/oracles)."
  exit 0
fi
echo
echo "Held against the published specifications, without a difference but for the errata listed in the tests:"
awk -F '\t' '{n[$1 "\t" $2] += $3} END {for (k in n) print k "\t" n[k]}' "$1" | sort |
  awk -F '\t' 'BEGIN {printf "  %-8s  %-48s  %7s\n", "CHANNEL", "WHAT", "CASES"} {printf "  %-8s  %-48s  %7d\n", $1, $2, $3}'
