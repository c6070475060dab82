package config

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// Entry is one setting as `towpath config` shows it.
type Entry struct {
	Name    string `json:"name"`
	Value   string `json:"value"` // secrets are masked
	Origin  string `json:"origin"`
	Meaning string `json:"meaning"`
}

// Entries returns the settings in the order of the struct.
func (s *Settings) Entries(o Origins) []Entry {
	var list []Entry
	for _, f := range fields(s) {
		value := f.value
		switch {
		case f.secret && value != "":
			value = mask
		case f.name == name("DatabaseURL"):
			value = Redacted(value)
		}
		list = append(list, Entry{Name: f.name, Value: value, Origin: o.By[f.name], Meaning: f.meaning})
	}
	return list
}

const mask = "*****"

// Redacted returns a database address without its password, in whatever part of it.
func Redacted(databaseURL string) string {
	if strings.HasPrefix(databaseURL, "sqlite:") || databaseURL == "" {
		return databaseURL
	}
	u, err := url.Parse(databaseURL)
	if err != nil || u.Scheme == "" || u.Opaque != "" {
		return mask
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	query := u.Query()
	for key := range query {
		if strings.Contains(strings.ToLower(key), "password") {
			query.Set(key, "xxxxx")
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

type field struct {
	name, value, meaning string
	secret               bool
}

func fields(s *Settings) []field {
	v := reflect.ValueOf(s).Elem()
	list := make([]field, v.NumField())
	for i := range list {
		f := v.Type().Field(i)
		list[i] = field{name: f.Tag.Get("envconfig"), value: text(v.Field(i)), meaning: f.Tag.Get("desc"), secret: f.Tag.Get("secret") == "true"}
	}
	return list
}

func text(v reflect.Value) string {
	if v.Kind() == reflect.Float64 {
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}

// name returns the environment variable of a field of Settings.
func name(fieldName string) string {
	f, _ := reflect.TypeFor[Settings]().FieldByName(fieldName)
	return f.Tag.Get("envconfig")
}
