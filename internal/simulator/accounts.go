package simulator

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// Account is one seller account on one simulated marketplace with everything needed to use it. Its credentials are
// invented.
type Account struct {
	ID          string            `json:"id"`
	Kind        channel.Kind      `json:"kind"`
	Endpoint    channel.Endpoint  `json:"endpoint"`          // test: it simulates the channel's sandbox, or a store for development
	Address     string            `json:"address"`           // base URL of the API and of the admin endpoints
	AuthURL     string            `json:"authUrl,omitempty"` // where access tokens come from; empty = nowhere
	Marketplace string            `json:"marketplace"`
	Location    string            `json:"location,omitempty"`
	Publishing  map[string]string `json:"publishing,omitempty"` // what its offers must name, where the channel wants that
	Credentials map[string]string `json:"credentials"`
	File        string            `json:"file"` // its ledger, within the folder
}

// Channel returns the account in the form that an adapter needs.
func (a Account) Channel() channel.Account {
	return channel.Account{
		ID: a.ID, Kind: a.Kind, Endpoint: a.Endpoint, BaseURL: a.Address, AuthURL: a.AuthURL, Simulated: true,
		Marketplace: a.Marketplace, Location: a.Location, Publishing: a.Publishing, Credentials: a.Credentials,
	}
}

// Accounts returns the accounts in the order given.
func (s *Simulator) Accounts() []Account {
	accounts := make([]Account, len(s.order))
	for i, id := range s.order {
		accounts[i] = s.accounts[id].account
	}
	return accounts
}

// Market returns the account's marketplace, which has its buyers' side and its ledger; nil for an unknown account.
func (s *Simulator) Market(account string) *market.Market {
	if r, ok := s.accounts[account]; ok {
		return r.market
	}
	return nil
}

// Address returns the base URL of the account's marketplace; empty for an unknown account.
func (s *Simulator) Address(account string) string { return s.account(account).Address }

// Credentials returns what the account's adapter needs; nil for an unknown account.
func (s *Simulator) Credentials(account string) map[string]string {
	return s.account(account).Credentials
}

// Location returns the channel's id of the account's stock location, where the channel has one.
func (s *Simulator) Location(account string) string { return s.account(account).Location }

// Injector returns the fault injector of the account's marketplace; nil for an unknown account.
func (s *Simulator) Injector(account string) *faults.Injector {
	if r, ok := s.accounts[account]; ok {
		return r.injector
	}
	return nil
}

func (s *Simulator) account(id string) Account {
	if r, ok := s.accounts[id]; ok {
		return r.account
	}
	return Account{}
}
