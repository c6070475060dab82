package ebay

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/aspects"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestADefinitionIsWhatEBaySaysOfACategory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d, err := f.conn.Define(t.Context(), "11514")
	require.NoError(t, err)
	require.Equal(t, []string{"11514", "120"}, []string{d.Type, d.Version})
	sum := md5.Sum(d.Body)
	require.Equal(t, base64.StdEncoding.EncodeToString(sum[:]), d.Checksum)
	c, err := aspects.Parse(d.Body)
	require.NoError(t, err)
	require.Equal(t, []string{"EBAY_GB", "3", "11514"}, []string{c.Marketplace, c.Tree, c.ID})
	department, ok := c.Find("department")
	require.True(t, ok)
	require.True(t, department.Required && department.Closed && !department.Many && !department.Varies)
	require.Equal(t, []string{"NEW", "NEW_OTHER", "NEW_WITH_DEFECTS", "USED_EXCELLENT"}, c.Conditions)

	again, err := f.conn.Define(t.Context(), "11514")
	require.NoError(t, err)
	require.Equal(t, d.Checksum, again.Checksum)
}

func TestWhatTheSellerHasSetUpIsADefinition(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	d, err := f.conn.Define(t.Context(), "")
	require.NoError(t, err)
	require.Equal(t, d.Checksum, d.Version)
	s, err := aspects.ParseSeller(d.Body)
	require.NoError(t, err)
	for _, name := range aspects.Settings() {
		has, known := s.Has(name, f.account.Publishing[name])
		require.True(t, has && known, name)
		has, known = s.Has(name, "1")
		require.True(t, !has && known, name)
	}
}

func TestCategoriesThatCanNotBeListedIn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, category := range []string{"1000001", "999", "MUGS", "-1"} {
		_, err := f.conn.Define(t.Context(), category)
		require.Equal(t, channel.Missing, channel.AsFault(err, "").Class, category)
	}
	for kind, operation := range map[faults.Kind]string{
		faults.Unavailable: opTree, faults.NoDefinition: opAspects, faults.Malformed: opConditions, faults.Truncated: opAspects, faults.Throttle: opTree,
	} {
		f.injector.Next(kind, operation, 1)
		_, err := f.conn.Define(t.Context(), "38250")
		require.Error(t, err, kind)
		require.False(t, channel.AsFault(err, "").Permanent(), kind)
		_, err = f.conn.Define(t.Context(), "38250")
		require.NoError(t, err, kind)
	}
}

// TestAGrantWithoutTheScopeOfPolicies: accounts are connected with the scopes of orders and inventory; that of policies is another.
func TestAGrantWithoutTheScopeOfPolicies(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") == "client_credentials" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_scope"}`))
			return
		}
		_, _ = w.Write([]byte(`{"access_token":"t","expires_in":7200}`))
	})
	mux.HandleFunc("GET "+accounts+"/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errors":[{"errorId":1100,"category":"REQUEST","message":"Access denied"}]}`))
	})
	mux.HandleFunc("GET "+inventory+"/location", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"locations":[{"merchantLocationKey":"attic","merchantLocationStatus":"DISABLED"},{"merchantLocationKey":"shed"}]}`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	conn, err := Open(channel.Account{
		Endpoint: channel.Production, BaseURL: server.URL, Simulated: true, Marketplace: "EBAY_GB",
		Credentials: map[string]string{"clientId": "a", "clientSecret": "b", "refreshToken": "c"},
	})
	require.NoError(t, err)
	d, err := conn.(*connection).Define(t.Context(), "")
	require.NoError(t, err)
	s, err := aspects.ParseSeller(d.Body)
	require.NoError(t, err)
	_, known := s.Has(aspects.ReturnPolicy, "1")
	require.False(t, known, "what may not be read is not checked")
	for key, want := range map[string]bool{"shed": true, "attic": false, "cellar": false} {
		has, known := s.Has(aspects.MerchantLocation, key)
		require.True(t, known)
		require.Equal(t, want, has, key)
	}
	_, err = conn.(*connection).Define(t.Context(), "38250")
	require.Equal(t, channel.Config, channel.AsFault(err, "").Class, "the account is not paused for it")
}

func FuzzDefinition(f *testing.F) {
	f.Add([]byte(`{"aspects":[{"localizedAspectName":"Brand","aspectConstraint":{"aspectRequired":true}}]}`), []byte(`{"itemConditionPolicies":[{"categoryId":"1","itemConditions":[{"conditionId":"1000"}]}]}`))
	f.Add([]byte(`{"aspects":null}`), []byte(``))
	f.Add([]byte(`7`), []byte(`[]`))
	f.Fuzz(func(t *testing.T, of, conditions []byte) {
		if len(of) > 0 && !json.Valid(of) || len(conditions) > 0 && !json.Valid(conditions) {
			return
		}
		if len(conditions) == 0 {
			conditions = nil // 204
		}
		if len(of) == 0 {
			of = nil
		}
		d, fault := definitionOf("1", aspects.Document{Marketplace: "EBAY_GB", Category: "1", Aspects: of, Conditions: conditions})
		require.Nil(t, fault)
		_, _ = aspects.Parse(d.Body)
	})
}
