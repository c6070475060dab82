#!/usr/bin/env bash
# Of an answer with data and an error (how Shopify refuses one protected field of an order), two of Go's GraphQL clients keep the
# error's words only: which field it is about, and whether the shop refuses it or is just busy, can't be told.
#
# Versions: github.com/machinebox/graphql v0.2.2, github.com/shurcooL/graphql 7ee5256398cf (2024-09-15), github.com/Khan/genqlient v0.8.1.
# Seen: the data is decoded by all three and returned together with an error, so `if err != nil { return err }` drops orders that are
# there. The error's path and extensions.code (ACCESS_DENIED, THROTTLED) reach the caller with genqlient only; machinebox/graphql
# also drops every error after the first.
# Follows: internal/channel/shopify decodes answers itself, takes what is there, and decides by code and path.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >go.mod <<'MOD'
module half

go 1.26.0

require (
	github.com/Khan/genqlient v0.8.1
	github.com/machinebox/graphql v0.2.2
	github.com/shurcooL/graphql v0.0.0-20240915155400-7ee5256398cf
)
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	khan "github.com/Khan/genqlient/graphql"
	box "github.com/machinebox/graphql"
	shur "github.com/shurcooL/graphql"
)

const answer = `{"data":{"order":{"id":"7","email":null}},"errors":[
{"message":"not approved to use the email field","path":["order","email"],"extensions":{"code":"ACCESS_DENIED"}},
{"message":"not approved to use the phone field","path":["order","phone"],"extensions":{"code":"ACCESS_DENIED"}}]}`

type data struct {
	Order struct {
		ID    string
		Email *string
	}
}

func say(client string, d data, err error) {
	whole, _ := json.Marshal(err)
	fmt.Printf("%-10s order %q, error %q, as JSON %s\n", client, d.Order.ID, err, whole)
}

func main() {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(answer))
	}))
	defer shop.Close()
	ctx := context.Background()

	var d data
	err := box.NewClient(shop.URL).Run(ctx, box.NewRequest(`{order{id email}}`), &d)
	say("machinebox", d, err)

	d = data{}
	err = shur.NewClient(shop.URL, nil).Query(ctx, &d, nil)
	say("shurcooL", d, err)

	d = data{}
	err = khan.NewClient(shop.URL, http.DefaultClient).MakeRequest(ctx, &khan.Request{Query: `{order{id email}}`}, &khan.Response{Data: &d})
	say("genqlient", d, err)
}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod
seen=$(go run .)
echo "$seen"
want='machinebox order "7", error "graphql: not approved to use the email field", as JSON {"Message":"not approved to use the email field"}
shurcooL   order "7", error "not approved to use the email field", as JSON [{"Message":"not approved to use the email field","Locations":null},{"Message":"not approved to use the phone field","Locations":null}]
genqlient  order "7", error "input: order.email not approved to use the email field\ninput: order.phone not approved to use the phone field\n", as JSON [{"message":"not approved to use the email field","path":["order","email"],"extensions":{"code":"ACCESS_DENIED"}},{"message":"not approved to use the phone field","path":["order","phone"],"extensions":{"code":"ACCESS_DENIED"}}]'
diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
echo "as found"
