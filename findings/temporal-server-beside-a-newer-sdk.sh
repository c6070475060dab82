#!/usr/bin/env bash
# A program that embeds the Temporal server does not compile any more after a minor upgrade of the Temporal SDK, although go.mod
# resolves without a word: the server implements the generated client interfaces of go.temporal.io/api, which grow in minor releases.
#
# Versions: go.temporal.io/server v1.32.1 (asks for api v1.63.5 or newer), go.temporal.io/sdk v1.51.0 (asks for api v1.64.3).
# Seen: with api v1.64.1 the server's package client/operator compiles; with v1.64.3, which the SDK brings, it does not, for want of the
# method DescribeNamespaceRestore. (v1.64.2 and v1.64.3 add it to the interface of the operator service.)
# Follows: the SDK stays at v1.50.0 and the api at v1.64.1 until the server can be upgraded (docs/dependencies.md).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module embeds

go 1.26.8

require go.temporal.io/server v1.32.1
MOD
cat >main.go <<'GO'
package main

import _ "go.temporal.io/server/client/operator"

func main() {}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod

# with VERSIONS... resolves them, and says whether the server's package compiles beside them.
with() {
  go get go.temporal.io/server@v1.32.1 "$@" >get.log 2>&1 || { cat get.log; echo "could not resolve $*"; exit 1; }
  printf '%s: api %s: ' "$*" "$(go list -m -f '{{.Version}}' go.temporal.io/api)"
  if go build -o /dev/null . 2>build.log; then
    echo "compiles"
    return
  fi
  grep -o 'missing method [A-Za-z]*' build.log | sort -u
}

before=$(with go.temporal.io/api@v1.64.1)
after=$(with go.temporal.io/sdk@v1.51.0)
echo "$before"
echo "$after"
case "$before" in *compiles) ;; *) echo "changed: the server did not compile before the upgrade"; exit 1 ;; esac
case "$after" in
*"missing method DescribeNamespaceRestore") echo "as seen: go.mod resolves, the build does not" ;;
*) echo "changed: the server compiles beside the newer SDK"; exit 1 ;;
esac
