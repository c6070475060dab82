package merchantfile

import (
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// Amazon's listing reports have their columns named in the language of the seller's account. The names are those of
// reports that were downloaded, in English, German, French, Italian, Spanish, Japanese, Polish and Chinese. In the
// Japanese report 在庫数 is what waits in orders; 数量 is the quantity.
var (
	amazonSKU = []string{
		"seller-sku", "sku", "händler-sku", "sku-vendeur", "sku venditore", "sku del vendedor", "出品者sku", "sku-sprzedawcy", "卖家 sku",
	}
	amazonName = []string{
		"item-name", "artikelbezeichnung", "nom-produit", "nome dell'articolo", "título del producto", "商品名", "nazwa-produktu", "商品名称",
	}
	amazonText = []string{
		"item-description", "artikelbeschreibung", "description-article", "descrizione dell'articolo", "descripción del producto",
		"opis-produktu", "商品描述",
	}
	amazonListing = []string{
		"listing-id", "angebotsnummer", "id-offre", "numero offerta", "identificador del listing", "出品id", "identyfikator-oferty",
	}
	amazonPrice    = []string{"price", "preis", "prix", "prezzo", "precio", "価格", "cena", "价格"}
	amazonQuantity = []string{"quantity", "menge", "quantité", "quantità", "cantidad", "数量", "ilość"}
	amazonASIN     = []string{"asin1", "asin 1", "asin"}
	amazonProduct  = []string{
		"product-id", "produkt-id", "id-produit", "identificativo del prodotto", "identificador del producto", "商品id", "identyfikator-produktu", "商品编码",
	}
	amazonIDType = []string{
		"product-id-type", "produkt-id-typ", "type-id-produit", "tipo di identificativo del prodotto", "tipo de identificador de producto",
		"商品idタイプ", "typ-identyfikatora-produktu", "商品编码类型",
	}
	amazonChannel = []string{
		"fulfillment-channel", "fulfilment-channel", "versender", "canal-traitement", "canale di gestione", "canal de gestión logística",
		"フルフィルメント・チャンネル", "kanał-realizacji", "配送渠道",
	}
)

const amazonUse = "give it to: towpath catalog import, towpath stock import, or towpath links import --account A --file"

// amazonFormats are reports of Seller Central: tab-separated text without quoting.
var amazonFormats = []definition{
	{
		Format: Format{ID: "amazon-all-listings", Title: "Amazon's All Listings report", Holds: []Kind{Catalogue, Stock, Listings}, Use: amazonUse},
		bare:   true, needs: [][]string{amazonSKU, amazonName, amazonPrice, append(amazonChannel, amazonListing...)},
		never: []string{"amazon-order-id", "order-id"}, bind: bindAmazonListings,
	},
	amazonFBA,
	{
		Format: Format{ID: "amazon-inventory", Title: "Amazon's inventory report", Holds: []Kind{Catalogue, Stock, Listings}, Use: amazonUse},
		bare:   true, needs: [][]string{amazonSKU, need("asin"), append(amazonPrice, amazonQuantity...)},
		never: []string{"amazon-order-id", "order-id", "title", "product"}, bind: bindAmazonListings,
	},
	{
		Format: Format{ID: "amazon-inventory-short", Title: "Amazon's inventory report of SKU and quantity", Holds: []Kind{Stock, Listings}, Use: amazonUse},
		bare:   true, tab: true, needs: [][]string{amazonSKU, amazonQuantity},
		never: []string{"location", "title", "order-id", "amazon-order-id", "item-name"}, bind: bindAmazonListings,
	},
	amazonConfirmation,
}

type amazonListings struct {
	sku, name, text, price, quantity, asin, product, idType, channel column
	currency, account                                                string
}

func bindAmazonListings(h *header, o Options) shape {
	none := column{at: -1}
	f := &amazonListings{price: none, product: none, currency: o.Currency, account: o.Account}
	h.use(Catalogue, Stock, Listings)
	f.sku = h.find(amazonSKU...)
	h.use(Catalogue, Listings)
	f.name = h.find(amazonName...)
	h.use(Stock, Listings)
	f.quantity, f.channel = h.find(amazonQuantity...), h.find(amazonChannel...)
	h.use(Listings)
	f.asin = h.find(amazonASIN...)
	h.use(Catalogue)
	f.text, f.idType = h.find(amazonText...), h.find(amazonIDType...)
	if f.idType.there() {
		f.product = h.find(amazonProduct...)
	}
	s := shape{last: f.sku, products: f.read, stock: f.count, listing: f.list}
	s.priced(h, o, &f.price, amazonPrice...)
	s.numbers = []column{f.quantity, f.price}
	if !f.quantity.there() {
		s.lacks = map[Kind]string{Stock: "this report was made without its quantity column"}
	}
	return s
}

// fulfils reports whether Amazon keeps and ships the stock (FBA): DEFAULT is the seller. Reports without the channel
// leave the quantity of such rows empty; empty is never 0.
func (f *amazonListings) fulfils(r row) bool {
	if f.channel.there() && r.get(f.channel) != "" {
		return !strings.EqualFold(r.get(f.channel), "DEFAULT")
	}
	return f.quantity.there() && r.get(f.quantity) == ""
}

func (f *amazonListings) read(p *page, rows []row) (product, bool) {
	r := rows[0]
	if r.get(f.sku) == "" {
		p.wrong(r.line, f.sku, "it is empty", "a SKU")
		return product{}, false
	}
	before := p.report.Wrong
	v := catalogue.Variant{SKU: p.sku(r, f.sku), Barcode: f.barcode(p, r)}
	if v.SKU != "" {
		p.once(r, f.sku, v.SKU, "")
	}
	if price, ok := p.price(r, f.price, r.get(f.price), f.account, f.currency); ok {
		v.Prices = []catalogue.Price{price}
	}
	one := product{line: r.line, Product: catalogue.Product{
		Title: r.get(f.name), Description: r.get(f.text), Variants: []catalogue.Variant{v},
	}}
	return one, p.report.Wrong == before
}

// barcode returns the product id if its type is a barcode: 3 is a UPC, 4 an EAN; 1 is an ASIN, 2 an ISBN.
func (f *amazonListings) barcode(p *page, r row) string {
	if kind := r.get(f.idType); kind != "3" && kind != "4" {
		return ""
	}
	return p.barcode(r, f.product, r.get(f.product))
}

func (f *amazonListings) count(p *page, rows []row, hand func(StockRow) error) error {
	r := rows[0]
	if r.get(f.sku) == "" {
		p.wrong(r.line, f.sku, "it is empty", "a SKU")
		return nil
	}
	s := StockRow{Line: r.line, Means: Available}
	if s.SKU = p.sku(r, f.sku); s.SKU == "" || !p.once(r, f.sku, s.SKU, "") {
		return nil
	}
	switch {
	case !f.fulfils(r):
	case r.get(f.channel) != "":
		s.Skip = "Amazon keeps this stock (FBA, " + r.get(f.channel) + ")"
	default:
		s.Skip = "its quantity is empty, as Amazon leaves it for stock that it keeps (FBA): that is not 0"
	}
	return p.unitsOrSkip(r, f.quantity, s, hand)
}

func (f *amazonListings) list(p *page, rows []row) []ListingRow {
	r := rows[0]
	if r.get(f.sku) == "" {
		p.wrong(r.line, f.sku, "it is empty", "a SKU")
		return nil
	}
	l := ListingRow{Line: r.line, ListingID: r.get(f.asin), Title: r.get(f.name), Quantity: UnknownQuantity, ChannelFulfils: f.fulfils(r)}
	if l.SKU = p.sku(r, f.sku); l.SKU == "" || !p.once(r, f.sku, l.SKU, "") {
		return nil
	}
	if r.get(f.quantity) != "" {
		units, ok := p.quantity(r, f.quantity)
		if !ok {
			return nil
		}
		l.Quantity = units
	}
	return []ListingRow{l}
}
