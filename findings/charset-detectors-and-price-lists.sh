#!/usr/bin/env bash
# Detectors of a file's encoding, given a merchant's small export, are sure of what is wrong.
#
# Versions: github.com/gogs/chardet b7413ea (2021-11-20), github.com/wlynxg/chardet v1.0.5, golang.org/x/net/html/charset v0.62.0.
# Seen: a British price list of one row, in Windows-1252, whose only letter beyond ASCII is the pound sign, is ISO-8859-2 and Czech to
# gogs/chardet, with a confidence of 85 of 100: 5 pounds become "L with a stroke" 5. With an O umlaut in a SKU it says Italian. A Japanese
# listing report in CP932 (the encoding in which Amazon's Japanese site writes its reports) is Shift_JIS to both chardets, and Windows-1252
# to x/net's DetermineEncoding, whatever the length: without a BOM or a meta element it knows UTF-8 and that one only.
# Follows: encodings are decided by BOM and valid UTF-8, then by which of Windows-1252 and CP932 makes a known header, never by statistics.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module detect

go 1.26.0

require (
	github.com/gogs/chardet v0.0.0-20211120154057-b7413eaefb8f
	github.com/wlynxg/chardet v1.0.5
	golang.org/x/net v0.62.0
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	gogs "github.com/gogs/chardet"
	"github.com/wlynxg/chardet"
	"golang.org/x/net/html/charset"
)

func main() {
	for _, name := range os.Args[1:] {
		text, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		best, err := gogs.NewTextDetector().DetectBest(text)
		if err != nil {
			panic(err)
		}
		_, html, _ := charset.DetermineEncoding(text, "text/plain")
		fmt.Printf("%s: gogs %s %s %d, wlynxg %s, x/net %s\n", name, best.Charset, best.Language, best.Confidence,
			chardet.Detect(text).Encoding, html)
	}
}
GO
printf 'sku\tprice\nA\t\xa35.00\n' >pounds
printf 'sku\ttitel\nLAMP-\xd61\tK\xfcche\n' >umlauts
printf '商品名\t出品者SKU\t価格\t数量\nホーロー ケトル\tKET-001\t6555\t14\nマグ（青）\tMUG-BLU\t1890\t60\n' | iconv -f utf-8 -t cp932 >japanese
go mod tidy >/dev/null 2>&1
seen=$(go run . pounds umlauts japanese)
want='pounds: gogs ISO-8859-2 cs 85, wlynxg ISO-8859-1, x/net windows-1252
umlauts: gogs ISO-8859-1 it 52, wlynxg ISO-8859-1, x/net windows-1252
japanese: gogs Shift_JIS ja 100, wlynxg SHIFT_JIS, x/net windows-1252'
echo "$seen"
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"
