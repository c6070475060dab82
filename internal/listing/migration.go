package listing

import "time"

// MaxMigrationTries is how often the migration of a listing is tried before it waits for a person.
const MaxMigrationTries = 3

// Migration is a channel's answer to the migration of a listing.
type Migration struct {
	Tries     int  // how often it was asked before
	Failed    bool // the channel did not do it
	Permanent bool // with Failed: the same call would fail again until somebody changes something
	Before    bool // not Failed: the API could see it already
}

// Migrated is the result of a migration.
type Migrated int

// The results of a migration.
const (
	MigratedNow    Migrated = iota // the channel's API knows it now
	MigratedBefore                 // it knew it before
	MigrationOff                   // refused, or failed too often: a person has to look
	MigrationAgain                 // the channel failed: it is tried again
)

// Managed reports whether the channel's API knows a listing of a report: it shows it, or Towpath has migrated it.
func Managed(shown bool, migratedAt time.Time) bool { return shown || !migratedAt.IsZero() }

// Progress is how far the migration of a listing is.
type Progress struct {
	Tries      int       // since a person has agreed to it
	AskedAt    time.Time // zero: nobody waits for it
	MigratedAt time.Time // by Towpath; zero: it was not
	ReadAt     time.Time // when it was read back since; zero: it was not
}

// Take takes the channel's answer in, and returns what it means. A listing that is migrated is to be read back; when it was migrated
// first stays known. One that is tried again is still asked for.
func (p *Progress) Take(m Migration, at time.Time) Migrated {
	m.Tries = p.Tries
	p.Tries++
	end := m.End()
	if end != MigrationAgain {
		p.AskedAt = time.Time{}
	}
	if end == MigratedNow || end == MigratedBefore {
		p.ReadAt = time.Time{}
		if p.MigratedAt.IsZero() {
			p.MigratedAt = at
		}
	}
	return end
}

// Reason returns what an operator reads about a result; empty: nothing.
func (m Migrated) Reason() string {
	switch m {
	case MigratedBefore:
		return "it was migrated before"
	case MigrationOff:
		return "the channel did not migrate it"
	case MigrationAgain:
		return "the channel failed: it is tried again"
	case MigratedNow:
	}
	return ""
}

// End returns the result of the migration.
func (m Migration) End() Migrated {
	switch {
	case m.Failed && (m.Permanent || m.Tries+1 >= MaxMigrationTries):
		return MigrationOff
	case m.Failed:
		return MigrationAgain
	case m.Before:
		return MigratedBefore
	}
	return MigratedNow
}

// LeftOut returns the SKUs of a listing that a migration left out. If it offered none at all, LeftOut returns none.
func LeftOut(skus, offered []string) []string {
	known := map[string]bool{}
	for _, sku := range offered {
		known[sku] = true
	}
	var out []string
	for _, sku := range skus {
		if !known[sku] && len(offered) > 0 {
			out = append(out, sku)
		}
	}
	return out
}
