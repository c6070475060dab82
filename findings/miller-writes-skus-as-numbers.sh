#!/usr/bin/env bash
# Miller turns a merchant's CSV into JSON that other programs can't read, or read as another SKU.
#
# Version: miller 6.6.0 (Debian 12), read back with jq 1.6 (Debian 12).
# Seen: `mlr --icsv --ojson cat` infers a type per cell and writes what looks like a number as it stood. The SKU 12E05 becomes the bare
# number 12E05, which every JSON reader takes for 1200000; the SKU 0x10 becomes the bare word 0x10, which is no JSON: jq refuses the
# whole file. 000731 is kept as text, so that one column holds texts and numbers. Only with -S (--infer-none) every cell stays a text.
# Follows: SKUs are texts wherever we read or write them, and a file whose SKUs are JSON numbers is refused with the line.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
if ! command -v mlr >/dev/null || ! command -v jq >/dev/null; then
  { apt-get update -q && apt-get install -y -q --no-install-recommends miller=6.6.0-2+b3 jq; } >/dev/null
fi
mlr --version
printf 'sku,on hand\n000731,25\n12E05,3\n' >good.csv
printf 'sku,on hand\n0x10,4\n' >hex.csv
seen=$(
  mlr --icsv --ojson cat good.csv
  mlr --icsv --ojson cat good.csv | jq -c '[.[].sku]'
  mlr --icsv --ojson -S cat good.csv | jq -c '[.[].sku]'
  mlr --icsv --ojson cat hex.csv
  mlr --icsv --ojson cat hex.csv | jq -c . 2>&1 || true
)
echo "$seen"
want='[
{
  "sku": "000731",
  "on hand": 25
},
{
  "sku": 12E05,
  "on hand": 3
}
]
["000731",1200000]
["000731","12E05"]
[
{
  "sku": 0x10,
  "on hand": 4
}
]
parse error: Invalid numeric literal at line 3, column 14'
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"
