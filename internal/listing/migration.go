package listing

// MaxMigrationTries is how often a channel is asked to bring a listing under its API before it waits for a person.
const MaxMigrationTries = 3

// Migration is a channel's answer to being asked to bring a listing under its API.
type Migration struct {
	Tries   int  // how often it was asked before
	Failed  bool // the channel did not do it
	Lasting bool // with Failed: the same call would fail again until somebody changes something
	Before  bool // without: it was under the API already
}

// Migrated is how a migration ends.
type Migrated int

// The ends of a migration.
const (
	MigratedNow    Migrated = iota // the channel's API knows it now
	MigratedBefore                 // it knew it before
	MigrationOff                   // refused, or failed too often: a person has to look
	MigrationAgain                 // the channel failed: it is tried again
)

// End says how the migration ends.
func (m Migration) End() Migrated {
	switch {
	case m.Failed && (m.Lasting || m.Tries+1 >= MaxMigrationTries):
		return MigrationOff
	case m.Failed:
		return MigrationAgain
	case m.Before:
		return MigratedBefore
	}
	return MigratedNow
}

// LeftOut are those of the SKUs of a listing that a migration should have brought under the API and did not. One that names
// no offer at all names none that are missing.
func LeftOut(skus, offered []string) []string {
	told := map[string]bool{}
	for _, sku := range offered {
		told[sku] = true
	}
	var out []string
	for _, sku := range skus {
		if !told[sku] && len(offered) > 0 {
			out = append(out, sku)
		}
	}
	return out
}
