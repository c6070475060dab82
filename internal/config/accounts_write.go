package config

import (
	"bytes"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// accountEntry is an account in the file; the fields are in the order of the file.
type accountEntry struct {
	ID             string                        `yaml:"id"`
	Name           string                        `yaml:"name,omitempty"`
	Channel        string                        `yaml:"channel"`
	Endpoint       string                        `yaml:"endpoint"`
	BaseURL        string                        `yaml:"base_url,omitempty"`
	AuthURL        string                        `yaml:"auth_url,omitempty"`
	Simulated      bool                          `yaml:"simulated,omitempty"`
	Marketplace    string                        `yaml:"marketplace,omitempty"`
	Location       string                        `yaml:"location,omitempty"`
	Locations      map[string]string             `yaml:"locations,omitempty"`
	Credentials    map[string]string             `yaml:"credentials"`
	AuthorisedOn   string                        `yaml:"authorised_on,omitempty"`
	SecretIssuedOn string                        `yaml:"secret_issued_on,omitempty"`
	OrderLocation  string                        `yaml:"order_location"`
	ShipFrom       map[string]string             `yaml:"ship_from,omitempty"`
	Routing        []routeEntry                  `yaml:"routing,omitempty"`
	Split          bool                          `yaml:"split,omitempty"`
	StockLocations []string                      `yaml:"stock_locations,flow,omitempty"`
	Buffer         int                           `yaml:"buffer,omitempty"`
	Cap            *int                          `yaml:"cap,omitempty"`
	Reserve        string                        `yaml:"reserve,omitempty"`
	Process        string                        `yaml:"process,omitempty"`
	Statuses       map[string]order.Status       `yaml:"statuses,omitempty"`
	Listings       listingsEntry                 `yaml:"listings,omitempty"`
	Cancelling     cancellingEntry               `yaml:"cancelling,omitempty"`
	Publishing     map[string]string             `yaml:"publishing,omitempty"`
	TestAccount    string                        `yaml:"test_account,omitempty"`
	PublishChanged string                        `yaml:"publish_changed,omitempty"`
	Rates          map[channel.Operation]float64 `yaml:"rates,omitempty"`
	FeedAbove      int                           `yaml:"feed_above,omitempty"`
	TimeZone       string                        `yaml:"time_zone,omitempty"`
	Enabled        bool                          `yaml:"enabled"`
}

type routeEntry struct {
	Countries []string `yaml:"countries,flow,omitempty"`
	Locations []string `yaml:"locations,flow"`
}

type listingsEntry struct {
	Revise bool   `yaml:"revise,omitempty"`
	End    bool   `yaml:"end,omitempty"`
	Relist bool   `yaml:"relist,omitempty"`
	AtZero string `yaml:"at_zero,omitempty"`

	PriceBrake brakeEntry `yaml:"price_brake,omitempty"`
}

type brakeEntry struct {
	Percent int    `yaml:"percent,omitempty"`
	Floor   string `yaml:"floor,omitempty"`
	Many    int    `yaml:"many,omitempty"`
}

type cancellingEntry struct {
	Send   bool   `yaml:"send,omitempty"`
	Cause  string `yaml:"cause,omitempty"`
	Refund string `yaml:"refund,omitempty"`
	Notify bool   `yaml:"notify,omitempty"`
}

// WriteAccounts writes an accounts file with credentials that only its owner can read. It is for accounts of
// simulated marketplaces: files for real ones are written by hand, with credentials from the environment.
func WriteAccounts(path string, accounts []Account) error {
	var file struct {
		Accounts []accountEntry `yaml:"accounts"`
	}
	for _, a := range accounts {
		file.Accounts = append(file.Accounts, entryOf(a))
	}
	text, err := yaml.Marshal(file)
	if err != nil {
		return fmt.Errorf("write accounts: %w", err)
	}
	if _, err := readAccounts(bytes.NewReader(text), func(string) (string, bool) { return "", false }); err != nil {
		return fmt.Errorf("write accounts: %w", inFile(path, err))
	}
	if err := replaceFile(path, text); err != nil {
		return fmt.Errorf("write accounts: %w", err)
	}
	return nil
}

func entryOf(a Account) accountEntry {
	s, c := a.Store, a.Channel
	e := accountEntry{
		ID: s.ID, Name: s.Name, Channel: string(s.Channel), Endpoint: string(s.Endpoint),
		BaseURL: c.BaseURL, AuthURL: c.AuthURL, Simulated: c.Simulated, Marketplace: c.Marketplace, Location: c.Location,
		Credentials: c.Credentials, AuthorisedOn: dayText(s.AuthorisedOn), SecretIssuedOn: dayText(s.SecretIssuedOn),
		OrderLocation: s.OrderLocation, ShipFrom: s.ShipFrom, Split: s.Split, StockLocations: s.StockLocations,
		Buffer: s.Buffer, Reserve: string(s.ReserveAt), Process: string(s.ProcessAt), Statuses: s.Statuses,
		Listings:   listingsEntry{c.Listings.Revise, c.Listings.End, c.Listings.Relist, string(s.AtZero), brakeEntryOf(s.PriceBrake)},
		Cancelling: cancellingEntry{c.Cancelling.Send, string(c.Cancelling.Cause), string(c.Cancelling.Refund), c.Cancelling.Notify},
		Rates:      a.Rates, FeedAbove: c.FeedAbove, TimeZone: s.TimeZone, Enabled: s.Enabled,
	}
	if e.TestAccount = s.TestAccount; s.PublishChanged > 0 {
		e.PublishChanged = s.PublishChanged.String()
	}
	if e.Locations = c.Locations; len(e.Locations) > 0 {
		e.StockLocations = nil // they follow from it
	}
	for _, route := range s.Routing {
		e.Routing = append(e.Routing, routeEntry(route))
	}
	if s.Cap < stock.NoCap {
		e.Cap = &s.Cap
	}
	for key, name := range policies {
		if text, ok := c.Publishing[name]; ok {
			if e.Publishing == nil {
				e.Publishing = make(map[string]string)
			}
			e.Publishing[key] = text
		}
	}
	return e
}

func brakeEntryOf(b listing.Brake) brakeEntry {
	e := brakeEntry{Percent: b.Percent, Many: b.Many}
	if b.Floor.Known() {
		e.Floor = b.Floor.String()
	}
	return e
}

func dayText(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}
