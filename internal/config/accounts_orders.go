package config

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/order"
)

func (r *reader) moment(e document.Field) order.Moment {
	return order.Moment(r.Choice(e, string(order.AtPlaced), string(order.AtPaid)))
}

// orderSettings reports settings that contradict each other or the channel.
func (r *reader) orderSettings(at map[string]*document.Node, a *Account) {
	if a.Store.ProcessAt != order.AtPlaced {
		return
	}
	if a.Store.ReserveAt == order.AtPaid {
		r.Wrong(at["process"], "process: placed: an order is processed from reserved stock, and with `reserve: paid` it has none before it is paid: want `reserve: placed`, or `process: paid`")
	}
	if a.Channel.Kind == channel.Amazon {
		r.Wrong(at["process"], "process: placed: Amazon gives neither address nor price of an order that is not paid: want `process: paid`")
	}
}

// statuses reads the merchant's meanings of the channel's status words.
func (r *reader) statuses(a *Account, e document.Field) {
	var words []string
	for _, s := range order.Statuses() {
		words = append(words, string(s))
	}
	a.Store.Statuses = make(map[string]order.Status)
	seen := make(map[string]string)
	for _, s := range r.Fields(e.Value, "statuses", nil) {
		folded := strings.ToUpper(s.Name)
		if other, again := seen[folded]; again {
			r.Wrong(s.Key, "statuses: %q and %q are the same status, because case makes no difference", document.Clip(other), document.Clip(s.Name))
		}
		seen[folded] = s.Name
		a.Store.Statuses[s.Name] = order.Status(r.Choice(s.In("statuses"), words...))
	}
}

// shipFrom reads the locations for single countries.
func (r *reader) shipFrom(a *Account, e document.Field) {
	a.Store.ShipFrom = make(map[string]string)
	for _, c := range r.Fields(e.Value, "ship_from", nil) {
		country, location := c.Name, r.Text(c.In("ship_from"))
		r.country(c.Key, "ship_from", country)
		if location == "" {
			r.Wrong(c.Value, "ship_from: %s: want a location, as in order_location", country)
		}
		a.Store.ShipFrom[country] = location
	}
}

// countries are the codes of ISO 3166-1 alpha-2 assigned as of 2026.
var countries = strings.Fields(`
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)
