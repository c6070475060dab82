// Package config reads the configuration of a Towpath process: settings from the environment, what a running
// towpath-dev in the same folder has published, and the accounts file.
package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/kelseyhightower/envconfig"
	"go.uber.org/zap/zapcore"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/vault"
)

// Settings are the addresses and other settings of a process. The tag desc is what `towpath config` prints; a secret
// is never printed.
type Settings struct {
	TemporalAddress   string  `envconfig:"TOWPATH_TEMPORAL_ADDRESS" default:"127.0.0.1:7233" desc:"host:port of the Temporal server"`
	TemporalNamespace string  `envconfig:"TOWPATH_TEMPORAL_NAMESPACE" default:"towpath" desc:"Temporal namespace in which the workflows run"`
	TemporalTLS       bool    `envconfig:"TOWPATH_TEMPORAL_TLS" default:"false" desc:"use TLS for the Temporal server (an API key implies it)"`
	TemporalAPIKey    string  `envconfig:"TOWPATH_TEMPORAL_API_KEY" secret:"true" desc:"API key of the Temporal server, if it needs one, e.g. Temporal Cloud"`
	TemporalUI        string  `envconfig:"TOWPATH_TEMPORAL_UI" desc:"address of the Temporal Web UI, for links in the console"`
	Deployment        string  `envconfig:"TOWPATH_DEPLOYMENT" desc:"name of the Temporal worker deployment that the workers belong to; empty: workers do not report their build"`
	BuildID           string  `envconfig:"TOWPATH_BUILD_ID" desc:"build of the workers in their deployment, e.g. the release; with TOWPATH_DEPLOYMENT only"`
	DatabaseURL       string  `envconfig:"TOWPATH_DATABASE_URL" desc:"the store: postgres://user:password@host/database or sqlite:PATH"`
	Accounts          string  `envconfig:"TOWPATH_ACCOUNTS" default:"accounts.yaml" desc:"path of the accounts file (YAML)"`
	Remedies          string  `envconfig:"TOWPATH_REMEDIES" desc:"path of a file with remedies of your own (YAML), which are tried before those that ship with Towpath; empty: none"`
	TokenKey          string  `envconfig:"TOWPATH_TOKEN_KEY" secret:"true" desc:"key that encrypts rotating tokens (Shopify) in the store, made with: openssl rand -base64 32; a new key goes before the old one, with a comma between them"`
	BuyerKey          string  `envconfig:"TOWPATH_BUYER_KEY" secret:"true" desc:"key that encrypts buyers' names and addresses in the store, made with: openssl rand -base64 32; a new key goes before the old one, with a comma between them"`
	ConsoleAddress    string  `envconfig:"TOWPATH_CONSOLE_ADDRESS" default:"127.0.0.1:8090" desc:"host:port on which the console listens"`
	Speed             float64 `envconfig:"TOWPATH_SPEED" default:"1" desc:"how many times faster than real time the clock of simulated marketplaces runs; 1 in production"`
	LogLevel          string  `envconfig:"TOWPATH_LOG_LEVEL" default:"info" desc:"lowest level that is logged: debug, info, warn or error"`
	Data              string  `envconfig:"TOWPATH_DATA" default:".towpath" desc:"data folder in which a running towpath-dev is searched for"`
}

// Origins are where the settings came from.
type Origins struct {
	By   map[string]string // environment name -> environment, towpath-dev in <dir>, or default
	Note string            // why a towpath-dev that was looked for is not used; empty when there is nothing to say
	Dev  string            // data folder, as it was named, of the towpath-dev that was found; empty: none, or in the default one
}

// Values of Origins.By; for a setting of a running towpath-dev the folder is added.
const (
	FromFlag        = "--data"
	FromEnvironment = "environment"
	FromDefault     = "default"
)

// Load reads the settings: from the environment, else from a running towpath-dev whose data folder is looked for in
// dir, else the defaults. data is the data folder of a towpath-dev that must run there, whose settings then have
// priority over the environment; empty = none. The error lists every unusable setting.
func Load(dir, data string) (Settings, Origins, error) {
	var s Settings
	origins := Origins{By: make(map[string]string)}
	if err := envconfig.Process("", &s); err != nil {
		var bad *envconfig.ParseError
		if errors.As(err, &bad) {
			return s, origins, fmt.Errorf("%s=%q: want %s", bad.KeyName, bad.Value, kindWords[bad.TypeName])
		}
		return s, origins, fmt.Errorf("read settings: %w", err)
	}
	for _, f := range fields(&s) {
		origins.By[f.name] = FromDefault
		if _, ok := os.LookupEnv(f.name); ok {
			origins.By[f.name] = FromEnvironment
		}
	}
	if data != "" {
		s.Data, origins.By[name("Data")] = data, FromFlag
	}
	if err := s.findDev(dir, &origins); err != nil {
		return s, origins, err
	}
	if origins.By[name("Accounts")] == FromDefault && !filepath.IsAbs(s.Accounts) {
		s.Accounts = filepath.Join(dir, s.Accounts)
	}
	err := s.check()
	return s, origins, err
}

var kindWords = map[string]string{"float64": "a number", "bool": "true or false"}

// findDev looks for a running towpath-dev in the data folder. It is an error not to find one that was requested.
func (s *Settings) findDev(dir string, o *Origins) error {
	named, from := s.Data, o.By[name("Data")]
	if !filepath.IsAbs(s.Data) {
		s.Data = filepath.Join(dir, s.Data)
	}
	dev, err := ReadDev(s.Data)
	switch {
	case err == nil:
		s.adopt(dev, o.By)
		if from != FromDefault {
			o.Dev = named
		}
	case from == FromFlag && errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("--data %s: no towpath-dev runs there; start one with towpath-dev --data %s", named, named)
	case from == FromFlag:
		return fmt.Errorf("--data %s: %w", named, err)
	case !errors.Is(err, os.ErrNotExist):
		o.Note = err.Error()
	case from == FromEnvironment:
		o.Note = "no towpath-dev runs in " + named + ", which " + name("Data") + " names"
	}
	return nil
}

// adopt takes the settings of a running towpath-dev that the environment does not set, or all of them if it was
// requested.
func (s *Settings) adopt(dev Dev, by map[string]string) {
	asked := by[name("Data")] == FromFlag
	set := reflect.ValueOf(s).Elem()
	for field, value := range map[string]any{
		"TemporalAddress": dev.TemporalAddress, "TemporalNamespace": dev.TemporalNamespace, "TemporalUI": dev.WebUIAddress,
		"DatabaseURL": dev.DatabaseURL, "Accounts": dev.Accounts, "ConsoleAddress": dev.ConsoleAddress, "Speed": dev.Speed,
		"TokenKey": dev.TokenKey, "BuyerKey": dev.BuyerKey,
	} {
		if n := name(field); (asked || by[n] == FromDefault) && !reflect.ValueOf(value).IsZero() {
			set.FieldByName(field).Set(reflect.ValueOf(value))
			by[n] = "towpath-dev in " + s.Data
		}
	}
}

// check reports every unusable setting.
func (s *Settings) check() error {
	var errs []error
	address := func(field, value string) {
		if _, _, err := net.SplitHostPort(value); err != nil {
			errs = append(errs, fmt.Errorf("%s=%q: want host:port, e.g. 127.0.0.1:7233", name(field), value))
		}
	}
	address("TemporalAddress", s.TemporalAddress)
	address("ConsoleAddress", s.ConsoleAddress)
	if s.TemporalNamespace == "" {
		errs = append(errs, fmt.Errorf("%s is empty: want the name of a namespace", name("TemporalNamespace")))
	}
	errs = append(errs, s.checkDeployment())
	if !(s.Speed > 0) || math.IsInf(s.Speed, 0) {
		errs = append(errs, fmt.Errorf("%s=%v: want a number above 0", name("Speed"), s.Speed))
	}
	if s.TokenKey != "" {
		if _, err := vault.ParseKeys(s.TokenKey); err != nil {
			errs = append(errs, err)
		}
	}
	if _, err := s.BuyerKeys(); err != nil {
		errs = append(errs, err)
	}
	if _, err := s.Level(); err != nil {
		errs = append(errs, fmt.Errorf("%s=%q: want debug, info, warn or error", name("LogLevel"), s.LogLevel))
	}
	return errors.Join(errs...)
}

// BuyerKeys returns the keys of BuyerKey; nil if none is set: who neither saves nor reads buyers needs none.
func (s *Settings) BuyerKeys() (keyring.Ring, error) {
	if s.BuyerKey == "" {
		return nil, nil
	}
	return keyring.Parse(buyer.Setting, s.BuyerKey)
}

// maxDeployment is the greatest length of name and build, in bytes, on a server with the usual limit of ids.
const maxDeployment = 480

// checkDeployment checks the workers' build against the rules of the Temporal server, which would refuse the workers'
// first poll.
func (s *Settings) checkDeployment() error {
	deployment, build := name("Deployment"), name("BuildID")
	switch {
	case s.Deployment == "" && s.BuildID == "":
		return nil
	case s.BuildID == "":
		return fmt.Errorf("%s is empty, and %s=%q: want both or neither", build, deployment, s.Deployment)
	case s.Deployment == "":
		return fmt.Errorf("%s is empty, and %s=%q: want both or neither", deployment, build, s.BuildID)
	case strings.ContainsAny(s.Deployment, ".:"), strings.HasPrefix(s.Deployment, "__"), len(s.Deployment) > maxDeployment:
		return fmt.Errorf("%s=%q: want a name of up to %d bytes, without . and :, that does not begin with __", deployment, s.Deployment, maxDeployment)
	case strings.HasPrefix(s.BuildID, "__"), len(s.BuildID) > maxDeployment:
		return fmt.Errorf("%s=%q: want a text that does not begin with __, of up to %d bytes", build, s.BuildID, maxDeployment)
	}
	return nil
}

// Level returns the log level as zap's.
func (s *Settings) Level() (zapcore.Level, error) { return zapcore.ParseLevel(s.LogLevel) }
