package packer

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
)

// carriers are names that the channels know.
var carriers = []string{"Royal Mail", "DPD", "Evri", "DHL"}

// twoPackagesEvery: about every fifth order of two or more units gets two packages.
const twoPackagesEvery = 5

// packOrder packs an order. places has the location of each line; nil means one location for all. The same order,
// contents and attempt give the same packages, so that a packing repeated after a crash counts once; another attempt
// gives new packages.
func packOrder(o packages.ReadyOrder, places map[string]string, attempt int, at time.Time) []shipment.Package {
	name := o.Key.Account.ID + "/" + o.Key.OrderID
	var list []shipment.Package
	for i, contents := range divide(name, o.Lines, places) {
		sum := digest(name, i, attempt, contents)
		code := base32.StdEncoding.EncodeToString(sum[:])
		list = append(list, shipment.Package{
			ID:             fmt.Sprintf("p%d-%d-%s", o.Key.RowID, i+1, code[:10]),
			Label:          "LBL-" + code[10:20],
			Carrier:        carriers[number(sum[:])%uint64(len(carriers))],
			TrackingNumber: "TP" + code[20:34],
			ShippedAt:      at,
			Contents:       contents,
		})
	}
	return list
}

// divide puts an order's units into packages: one per location, or with one location one or two. A line's units may
// be in both.
func divide(name string, lines []order.LineQuantity, places map[string]string) [][]shipment.Content {
	var all [][]shipment.Content
	index := map[string]int{} // of a place's package
	units := 0
	for _, l := range lines {
		if l.Quantity <= 0 {
			continue
		}
		place := places[l.LineID]
		i, known := index[place]
		if !known {
			i = len(all)
			index[place], all = i, append(all, nil)
		}
		all[i] = append(all[i], shipment.Content{LineID: l.LineID, Quantity: l.Quantity})
		units += l.Quantity
	}
	sum := sha256.Sum256([]byte("packages/" + name))
	if len(all) != 1 || units < 2 || number(sum[:])%twoPackagesEvery != 0 {
		return all
	}
	return halve(all[0], units)
}

// halve puts units into two packages.
func halve(all []shipment.Content, units int) [][]shipment.Content {
	var first, second []shipment.Content
	left := (units + 1) / 2
	for _, c := range all {
		n := min(left, c.Quantity)
		left -= n
		if n > 0 {
			first = append(first, shipment.Content{LineID: c.LineID, Quantity: n})
		}
		if n < c.Quantity {
			second = append(second, shipment.Content{LineID: c.LineID, Quantity: c.Quantity - n})
		}
	}
	return [][]shipment.Content{first, second}
}

// digest returns a hash from which a package's names are made.
func digest(name string, index, attempt int, contents []shipment.Content) [sha256.Size]byte {
	text := fmt.Appendf(nil, "%s %d %d", name, index, attempt)
	for _, c := range contents {
		text = fmt.Appendf(text, " %q %d", c.LineID, c.Quantity)
	}
	return sha256.Sum256(text)
}

func number(sum []byte) uint64 { return binary.BigEndian.Uint64(sum[24:]) }
