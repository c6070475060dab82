// Package incidents stores what needs a person: incidents, opened and closed by the changes that cause them, and parked
// workflows. Its tables are incidents and parked; a parked package is marked in packages too. It imports db and runs.
package incidents

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Store stores what needs a person. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// List returns incidents, the longest open first, of one account or (empty) all; with all, closed ones too.
func (s *Store) List(ctx context.Context, account string, all bool) ([]incident.Incident, error) {
	var out []incident.Incident
	err := s.Read(ctx, `SELECT kind, account, code, subjects, sample, since, state, changed_at FROM incidents
		WHERE (CAST($1 AS TEXT) = '' OR account = CAST($1 AS TEXT)) AND (CAST($2 AS BIGINT) = 1 OR state = 'open')
		ORDER BY state DESC, since, kind, account, code LIMIT $3`, func(rows *sql.Rows) error {
		var i incident.Incident
		var sample, state string
		var since, changed int64
		if err := rows.Scan(&i.Kind, &i.Account, &i.Code, &i.Subjects, &sample, &since, &state, &changed); err != nil {
			return err
		}
		i.Since, i.ChangedAt, i.Open = db.At(since), db.At(changed), state == opened
		if err := json.Unmarshal([]byte(sample), &i.Sample); err != nil {
			return err
		}
		out = append(out, i)
		return nil
	}, account, db.Truth(all), db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return out, nil
}

// incidentRow is a row of incidents.
type incidentRow struct {
	Kind      incident.Kind `db:"kind"`
	Account   string        `db:"account"`
	Code      string        `db:"code"`
	Subjects  int           `db:"subjects"`
	Sample    string        `db:"sample"`
	Since     time.Time     `db:"since"`
	State     string        `db:"state"`
	ChangedAt time.Time     `db:"changed_at"`
}

// The words of an incident's state.
const (
	opened = "open"
	closed = "closed"
)

func rowOf(i incident.Incident) incidentRow {
	state := closed
	if i.Open {
		state = opened
	}
	return incidentRow{i.Kind, i.Account, i.Code, i.Subjects, db.JSONList(i.Sample), i.Since, state, i.ChangedAt}
}

// Save saves incidents that are news (incident.Incident.After). Call it in the transaction of the change.
func Save(ctx context.Context, t *db.Tx, news []incident.Incident) error {
	if len(news) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO incidents ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (kind, account, code) DO UPDATE SET subjects = excluded.subjects, sample = excluded.sample, since = excluded.since,
			state = excluded.state, changed_at = excluded.changed_at`, db.RowsBy(news, rowOf))
	return err
}

// Counted collects subjects per account from rows of account, subject, count and SavedColumns.
type Counted struct {
	incident.ByAccount
	account string // of the last row
	before  incident.Incident
}

// Count returns a Counted for one kind of incident.
func Count(kind incident.Kind) *Counted { return &Counted{ByAccount: incident.ByAccount{Kind: kind}} }

// SavedColumns are what is saved of an incident i, which may be missing.
const SavedColumns = `COALESCE(i.subjects, 0), COALESCE(i.sample, ''), COALESCE(i.since, 0), COALESCE(i.state, '')`

// Saved is SQL that joins the incident i of a kind, a parameter, to accounts.
func Saved(kind, account string) string {
	return `LEFT JOIN incidents i ON i.kind = CAST(` + kind + ` AS TEXT) AND i.account = ` + account + ` AND i.code = ''`
}

// savedFields receives SavedColumns.
type savedFields struct {
	subjects      int
	sample, state string
	since         int64
}

func (f *savedFields) dest() []any { return []any{&f.subjects, &f.sample, &f.since, &f.state} }

func (f *savedFields) incident() (incident.Incident, error) {
	i := incident.Incident{Subjects: f.subjects, Since: db.At(f.since), Open: f.state == opened}
	if f.sample == "" {
		return i, nil
	}
	return i, db.FromJSON(f.sample, &i.Sample)
}

// ScanSaved reads what is saved of an incident: subjects, sample, since, state.
func ScanSaved(rows *sql.Rows) (incident.Incident, error) {
	var saved savedFields
	if err := rows.Scan(saved.dest()...); err != nil {
		return incident.Incident{}, err
	}
	return saved.incident()
}

// Scan adds a row.
func (c *Counted) Scan(rows *sql.Rows) error {
	var account, subject string
	var n int
	var saved savedFields
	if err := rows.Scan(append([]any{&account, &subject, &n}, saved.dest()...)...); err != nil {
		return err
	}
	if account != c.account {
		var err error
		if c.before, err = saved.incident(); err != nil {
			return err
		}
		c.account = account
	}
	c.Add(account, subject, n, c.before)
	return nil
}

// Save saves what is news. Call it in the transaction of the change.
func (c *Counted) Save(ctx context.Context, t *db.Tx) error {
	return Save(ctx, t, c.News(db.At(t.Now)))
}

// Alone lets one transaction at a time count the incidents of a kind on an account: two that count at once, each with a change that the other
// does not see, would both save a wrong number, and the last of them for good.
func Alone(ctx context.Context, t *db.Tx, kind incident.Kind, account string) error {
	return t.Alone(ctx, "incidents/"+string(kind)+"/"+account)
}

// CountedEndpoints are the endpoints whose unlinked units are counted, as a list for IN.
var CountedEndpoints = db.Words([]channel.Endpoint{channel.Production, channel.Test}, func(e channel.Endpoint) bool { return incident.CountsUnlinked(e == channel.Test) })

// UpdateUnlinked counts the sold units of listings without a link, on the accounts of these orders.
func UpdateUnlinked(ctx context.Context, t *db.Tx, orders []int64) error {
	c := Count(incident.Unlinked)
	if err := Alone(ctx, t, incident.Unlinked, ""); err != nil {
		return err
	}
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT a.id FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account
			WHERE o.id = r.value AND a.endpoint IN `+CountedEndpoints+`),
		waiting AS (SELECT o.account, l.channel_sku, SUM(l.unlinked) AS units FROM order_lines l JOIN orders o ON o.id = l.order_id
			WHERE l.unlinked > 0 AND l.sku = '' AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.channel_sku)
		SELECT t.id, COALESCE(w.channel_sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT), `+SavedColumns+`
		FROM touched t LEFT JOIN waiting w ON w.account = t.id `+Saved("$2", "t.id")+` ORDER BY t.id, w.units DESC, w.channel_sku`,
		c.Scan, db.IDs(orders), string(incident.Unlinked))
	if err != nil {
		return err
	}
	return c.Save(ctx, t)
}

// UpdateBackordered counts the backordered units on accounts where a count removed reserved units: those of these orders, and
// those with an open incident.
func UpdateBackordered(ctx context.Context, t *db.Tx, counts []int64) error {
	c := Count(incident.Backordered)
	if err := Alone(ctx, t, incident.Backordered, ""); err != nil {
		return err
	}
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT o.account AS id FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.value
			UNION SELECT x.account FROM incidents x WHERE x.kind = CAST($2 AS TEXT) AND x.state = 'open'),
		waiting AS (SELECT o.account, l.sku, SUM(l.backordered) AS units FROM order_lines l JOIN orders o ON o.id = l.order_id
			WHERE l.backordered > 0 AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.sku)
		SELECT t.id, COALESCE(w.sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT), `+SavedColumns+`
		FROM touched t LEFT JOIN waiting w ON w.account = t.id `+Saved("$2", "t.id")+` ORDER BY t.id, w.units DESC, w.sku`,
		c.Scan, db.IDs(counts), string(incident.Backordered))
	if err != nil {
		return err
	}
	return c.Save(ctx, t)
}

// updateParked counts what is parked on an account, by the codes of its faults.
func updateParked(ctx context.Context, t *db.Tx, account string) error {
	parked := incident.NewByCode(incident.Parked, account)
	if err := Alone(ctx, t, incident.Parked, account); err != nil {
		return err
	}
	err := t.Query(ctx, `SELECT COALESCE(f.code, ''), COALESCE(f.class, ''), COALESCE(o.reference, p.reference) FROM parked p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.account = $1 AND NOT EXISTS (SELECT 1 FROM channel_cancels c WHERE c.order_id = p.order_id AND c.waits = 1 AND p.package_id = '') ORDER BY p.since, p.workflow_id`, func(rows *sql.Rows) error {
		var code, class, reference string
		err := rows.Scan(&code, &class, &reference)
		parked.Add(incident.CodeOf(code, class), reference)
		return err
	}, account)
	if err != nil {
		return err
	}
	return SaveByCode(ctx, t, incident.Parked, account, parked)
}

// SaveByCode saves what is news of the incidents of one kind on an account. Call it in the transaction of the change.
func SaveByCode(ctx context.Context, t *db.Tx, kind incident.Kind, account string, found *incident.ByCode) error {
	err := t.Query(ctx, `SELECT i.code, `+SavedColumns+` FROM incidents i WHERE i.kind = $1 AND i.account = $2 AND i.state = 'open'`, func(rows *sql.Rows) error {
		var code string
		var saved savedFields
		if err := rows.Scan(append([]any{&code}, saved.dest()...)...); err != nil {
			return err
		}
		before, err := saved.incident()
		before.Code = code
		found.Know(before)
		return err
	}, string(kind), account)
	if err != nil {
		return err
	}
	return Save(ctx, t, found.News(db.At(t.Now)))
}

// UpdateUncancelled counts the orders of an account that are cancelled here and that a person has to cancel on the channel, by the codes
// of the channel's refusals; of those that are not sent the code is empty.
func UpdateUncancelled(ctx context.Context, t *db.Tx, account string) error {
	found := incident.NewByCode(incident.Uncancelled, account)
	if err := Alone(ctx, t, incident.Uncancelled, account); err != nil {
		return err
	}
	err := t.Query(ctx, `SELECT o.reference, c.state, COALESCE(f.code, ''), COALESCE(f.class, '') FROM channel_cancels c JOIN orders o ON o.id = c.order_id
			LEFT JOIN faults f ON f.id = c.fault_id
		WHERE c.account = $1 AND c.declines = 0 AND c.state IN `+db.Words(order.CancelStates(), order.CancelState.ForPerson)+` ORDER BY c.asked_at, c.order_id`, func(rows *sql.Rows) error {
		var reference, code, class string
		var state order.CancelState
		err := rows.Scan(&reference, &state, &code, &class)
		if state == order.CancelByHand {
			found.Add("", reference)
		} else {
			found.Add(incident.CodeOf(code, class), reference)
		}
		return err
	}, account)
	if err != nil {
		return err
	}
	return SaveByCode(ctx, t, incident.Uncancelled, account, found)
}

// UndecidedOrder is order.Order.Undecided in SQL, of an order o: it is contradicted, or it is held.
var UndecidedOrder = `(` + contradictedOrder + ` OR o.hold <> '' AND o.hold NOT IN ` + db.Words(order.Holds(), order.Hold.Passes) + ` AND ` + heldOrder + `)`

const contradictedOrder = `o.contradiction <> '' AND o.contradiction <> o.kept`

// NotLifted is true of a hold of an order o that is not among those that a person has lifted (order.HoldSet).
const NotLifted = `',' || o.allowed || ',' NOT LIKE '%,' || o.hold || ',%'`

var heldOrder = NotLifted + ` AND o.state IN ` + db.Words(order.States(), order.State.ToBePacked)

// codeOf returns the code of an incident about a contradiction.
func codeOf(contradiction string) string {
	if order.OnlyAfterPacking(contradiction) {
		return incident.CodeAfterPacking
	}
	return ""
}

// UpdateUndecided counts the orders of an account about which a person has to decide. What a person holds is no incident: he knows it.
func UpdateUndecided(ctx context.Context, t *db.Tx, account string) error {
	contradicted, held := incident.NewByCode(incident.Contradicted, account), incident.NewByCode(incident.OnHold, account)
	if err := Alone(ctx, t, incident.OnHold, account); err != nil {
		return err
	}
	err := t.Query(ctx, `SELECT o.reference, '', o.contradiction FROM orders o WHERE o.account = $1 AND `+contradictedOrder+`
		UNION ALL SELECT o.reference, o.hold, '' FROM orders o WHERE o.account = $1 AND o.hold IN `+db.Words(order.Holds(), order.Hold.Asks)+` AND `+heldOrder+`
		ORDER BY 1`, func(rows *sql.Rows) error {
		var reference, hold, contradiction string
		err := rows.Scan(&reference, &hold, &contradiction)
		if hold == "" {
			contradicted.Add(codeOf(contradiction), reference)
		} else {
			held.Add(hold, reference)
		}
		return err
	}, account)
	if err == nil {
		err = SaveByCode(ctx, t, incident.Contradicted, account, contradicted)
	}
	if err == nil {
		err = SaveByCode(ctx, t, incident.OnHold, account, held)
	}
	return err
}
