package book

import (
	"bytes"
	_ "embed" // the sample book
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/money"
)

// sampleSeed is the seed generated.csv was made with.
const sampleSeed = 1

//go:embed generated.csv
var sample []byte

// Sample is the small generated order book that ships with the project: about
// 120 orders over a little more than a day, so that returns (24 hours and more
// after the purchase) fit in.
func Sample() *Book { return mustRead(sample, "generated.csv") }

// Generated returns an invented order book like Sample's; equal seeds give equal books.
func Generated(seed int64) *Book {
	return mustRead(generate(seed), fmt.Sprintf("generated-%d.csv", seed))
}

// mustRead panics if a generated book can't be read: that is a bug in this package, which its tests would show.
func mustRead(data []byte, name string) *Book {
	b, err := Read(bytes.NewReader(data), name)
	if err != nil {
		panic(err)
	}
	return b
}

const (
	generatedOrders   = 120
	generatedSpacing  = 15 * time.Minute
	firstCancellation = 6 // the order cancelled first; then every eighth
	firstReturn       = 2 // the order returned first; then every second, while 24 hours have passed
)

// wares are the invented shop's articles; prices are in pence. Spellings after the first differ only by case, as in
// the real book.
var wares = []struct {
	codes []string
	title string
	price int64
}{
	{[]string{"TP1001"}, "OAK KITCHEN TIMER", 895},
	{[]string{"TP1002A", "TP1002a"}, "ENAMEL MUG SLATE BLUE", 425},
	{[]string{"TP1002B", "TP1002b"}, "ENAMEL MUG MOSS GREEN", 425},
	{[]string{"TP1003"}, "LINEN TEA TOWEL HERRINGBONE", 650},
	{[]string{"TP1004"}, "BEESWAX CANDLE, PAIR", 375},
	{[]string{"TP1005"}, "CANAL BOAT JIGSAW 500 PIECES", 1295},
	{[]string{"TP1006"}, `PICTURE FRAME 8" x 10" WALNUT`, 1150},
	{[]string{"TP1007S", "TP1007s"}, "WOOL SOCKS FELL GREY SMALL", 795},
	{[]string{"TP1007L"}, "WOOL SOCKS FELL GREY LARGE", 795},
	{[]string{"TP1008"}, "COPPER PLANT LABELS SET OF 12", 545},
	{[]string{"TP1009"}, "STONEWARE BUTTER DISH", 1495},
	{[]string{"TP1010"}, "LOCK KEEPER'S NOTEBOOK A5", 325},
	{[]string{"TP1011"}, "BRASS BOTTLE OPENER HERON", 675},
	{[]string{"TP1012"}, "WILLOW BREAD BASKET", 1650},
	{[]string{"TP1013"}, "SEED TIN MEADOW MIX", 290},
	{[]string{"TP1014"}, "FLOUR SACK APRON NATURAL", 1895},
	{[]string{"TP1015"}, "SLATE CHEESE BOARD", 1575},
	{[]string{"TP1016"}, "GIFT TAGS KRAFT PACK OF 20", 195},
	{[]string{"TP1017"}, "TIN LANTERN SMALL", 1050},
	{[]string{"TP1018"}, "RAIN GAUGE GLASS", 1225},
}

var generatedCountries = []string{"United Kingdom", "United Kingdom", "United Kingdom", "Germany", "France", "EIRE"}

// sold is a generated line that may be cancelled or returned later.
type sold struct {
	fields []string
	at     time.Time
}

// generate writes a book as CSV.
func generate(seed int64) []byte {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	start := time.Date(2026, time.March, 2, 6, 0, 0, 0, time.UTC)
	g := &generator{random: random}
	var lines []sold // the first line of each order
	for i := range generatedOrders {
		at := start.Add(time.Duration(i)*generatedSpacing + time.Duration(random.IntN(12))*time.Minute)
		lines = append(lines, g.order(i, at))
		g.extras(i, at.Add(time.Minute))
		if back := i - 2; back >= firstCancellation && back%8 == firstCancellation {
			g.reverse(lines[back], at.Add(2*time.Minute))
		}
		const day = int(24*time.Hour/generatedSpacing) + 1
		if back := i - day; back >= firstReturn && back%2 == 0 {
			g.reverse(lines[back], at.Add(2*time.Minute))
		}
	}
	return g.csv()
}

type generator struct {
	random   *rand.Rand
	invoices int
	rows     [][]string
}

// order writes one invoice of 1 to 4 lines and returns its first line.
func (g *generator) order(i int, at time.Time) sold {
	number := g.number("")
	buyer := g.random.IntN(40)
	customer := strconv.Itoa(20001+buyer) + ".0"
	if i%9 == 4 && i%8 != firstCancellation {
		customer = ""
	}
	country := generatedCountries[buyer%len(generatedCountries)]
	from := len(g.rows)
	for _, w := range g.random.Perm(len(wares))[:1+g.random.IntN(4)] {
		ware := wares[w]
		code := ware.codes[g.random.IntN(len(ware.codes))]
		g.row(number, code, ware.title, 1+g.random.IntN(4), at, ware.price, customer, country)
	}
	first := g.rows[from]
	switch {
	case country != "United Kingdom":
		g.row(number, "POST", "POSTAGE", 1, at, 950, customer, country)
	case i%10 == 3:
		g.row(number, "C2", "CARRIAGE", 1, at, 395, customer, country)
	case i%20 == 5:
		g.row(number, "D", "DISCOUNT", 1, at, 100, customer, country)
	case i%30 == 7:
		g.row(number, "M", "ENGRAVING", 1, at, 500, customer, country)
	}
	return sold{first, at}
}

// extras adds the other kinds of rows of an order book.
func (g *generator) extras(i int, at time.Time) {
	ware := wares[i%len(wares)]
	switch i % 40 {
	case 9:
		g.row(g.number(""), ware.codes[0], "broken", -2, at, 0, "", "United Kingdom")
	case 19:
		g.row(g.number(""), ware.codes[0], "found", 6, at, 0, "", "United Kingdom")
	case 29:
		g.row(g.number(""), "BANK CHARGES", "BANK CHARGES", 1, at, 1500, "20001.0", "United Kingdom")
	case 33:
		g.row(g.number("C"), ware.codes[0], ware.title, -1, at, ware.price, "30001.0", "United Kingdom")
	}
}

// reverse cancels or returns one unit of a line sold before.
func (g *generator) reverse(line sold, at time.Time) {
	if line.fields[colCustomer] == "" {
		return
	}
	fields := slices.Clone(line.fields)
	fields[colInvoice], fields[colQuantity], fields[colDate] = g.number("C"), "-1", at.Format(dateLayout)
	g.rows = append(g.rows, fields)
}

func (g *generator) number(prefix string) string {
	g.invoices++
	return fmt.Sprintf("%s%d", prefix, 700000+g.invoices)
}

func (g *generator) row(number, code, title string, quantity int, at time.Time, pence int64, customer, country string) {
	g.rows = append(g.rows, []string{
		number, code, title, strconv.Itoa(quantity), at.Format(dateLayout), money.Format(pence, "GBP"), customer, country,
	})
}

func (g *generator) csv() []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.Write(header) // a bytes.Buffer takes everything
	_ = w.WriteAll(g.rows)
	return out.Bytes()
}
