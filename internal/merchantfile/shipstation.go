package merchantfile

import "strconv"

// ShipStation's user chooses the columns of an export; their names are fixed.
var shipstationFormats = []definition{{
	Format: Format{
		ID: "shipstation-shipments", Title: "ShipStation's shipments export", Holds: []Kind{Packages},
		Use: "give it to: towpath process --file",
	},
	needs: [][]string{need("order - number"), need("shipment - tracking number")},
	bind:  bindShipstation,
}}

type shipstation struct {
	order, carrier, service, tracking, shipped, packages column
}

func bindShipstation(h *header, _ Options) shape {
	h.use(Packages)
	f := &shipstation{
		order: h.find("order - number"), carrier: h.find("shipment - carrier", "carrier - name"), service: h.find("shipment - service"),
		tracking: h.find("shipment - tracking number"), shipped: h.find("date - shipped date", "date - ship date"),
		packages: h.find("shipment - package count"),
	}
	s := shape{
		last: f.tracking, numbers: []column{f.packages}, dates: []column{f.shipped, h.find("date - order date")}, packed: f.read,
	}
	if !f.carrier.there() {
		s.lacks = map[Kind]string{Packages: "it was exported without the column Shipment - Carrier"}
	}
	return s
}

func (f *shipstation) read(p *page, r row) (PackageRow, bool) {
	before := p.report.Wrong
	pack := PackageRow{
		Line: r.line, Order: p.reference(r, f.order), Carrier: r.get(f.carrier), Service: r.get(f.service),
	}
	pack.Tracking = p.tracking(r, f.tracking, &pack.Note)
	pack.ShippedAt = p.date(r, f.shipped)
	if n, err := strconv.Atoi(r.get(f.packages)); err == nil && n > 1 {
		pack.Note = first(pack.Note, strconv.Itoa(n)+" packages travel under one tracking number: they are read as one")
	}
	return pack, p.report.Wrong == before
}
