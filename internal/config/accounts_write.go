package config

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/towpath/towpath/internal/stock"
)

// accountEntry is an account as the file shows it; the order of the fields is the order in the file.
type accountEntry struct {
	ID             string            `yaml:"id"`
	Name           string            `yaml:"name,omitempty"`
	Channel        string            `yaml:"channel"`
	Endpoint       string            `yaml:"endpoint"`
	BaseURL        string            `yaml:"base_url,omitempty"`
	AuthURL        string            `yaml:"auth_url,omitempty"`
	Simulated      bool              `yaml:"simulated,omitempty"`
	Marketplace    string            `yaml:"marketplace,omitempty"`
	Location       string            `yaml:"location,omitempty"`
	Credentials    map[string]string `yaml:"credentials"`
	OrderLocation  string            `yaml:"order_location"`
	StockLocations []string          `yaml:"stock_locations,flow"`
	Buffer         int               `yaml:"buffer,omitempty"`
	Cap            *int              `yaml:"cap,omitempty"`
	Reserve        string            `yaml:"reserve"`
	FeedAbove      int               `yaml:"feed_above,omitempty"`
	Enabled        bool              `yaml:"enabled"`
}

// WriteAccounts writes an accounts file, credentials included; only its owner can read it. It is for
// accounts of simulated marketplaces: real ones are written by hand, with credentials from the environment.
func WriteAccounts(path string, accounts []Account) error {
	var file struct {
		Accounts []accountEntry `yaml:"accounts"`
	}
	for _, a := range accounts {
		e := accountEntry{
			ID: a.Store.ID, Name: a.Store.Name, Channel: string(a.Store.Channel), Endpoint: string(a.Store.Endpoint),
			BaseURL: a.Channel.BaseURL, AuthURL: a.Channel.AuthURL, Simulated: a.Channel.Simulated,
			Marketplace: a.Channel.Marketplace, Location: a.Channel.Location,
			Credentials: a.Channel.Credentials, OrderLocation: a.Store.OrderLocation, StockLocations: a.Store.StockLocations,
			Buffer: a.Store.Buffer, Reserve: string(a.Store.ReserveAt), FeedAbove: a.Channel.FeedAbove, Enabled: a.Store.Enabled,
		}
		if a.Store.Cap < stock.NoCap {
			e.Cap = &a.Store.Cap
		}
		file.Accounts = append(file.Accounts, e)
	}
	text, err := yaml.Marshal(file)
	if err != nil {
		return fmt.Errorf("write accounts: %w", err)
	}
	if _, mistakes := parseAccounts(text, func(string) (string, bool) { return "", false }); len(mistakes) > 0 {
		return fmt.Errorf("write accounts: %w", &AccountsError{File: path, Mistakes: mistakes})
	}
	if err := replaceFile(path, text); err != nil {
		return fmt.Errorf("write accounts: %w", err)
	}
	return nil
}
