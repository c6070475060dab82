package ebay

import (
	"net/http"

	"github.com/towpath/towpath/internal/simulator/wire"
)

// Publishing returns what a seller on a simulated eBay has set up for publishing: three business policies and a
// location, under the names of an account's settings.
func Publishing() map[string]string {
	return map[string]string{
		"fulfillmentPolicy": "6196932000", "paymentPolicy": "6196947000", "returnPolicy": "6196944000", "merchantLocation": "main-warehouse",
	}
}

type locationPage struct {
	Href      string     `json:"href"`
	Limit     int        `json:"limit"`
	Offset    int        `json:"offset"`
	Total     int        `json:"total"`
	Locations []location `json:"locations"`
}

type location struct {
	Key      string          `json:"merchantLocationKey"`
	Status   string          `json:"merchantLocationStatus"`
	Name     string          `json:"name"`
	Types    []string        `json:"locationTypes"`
	Location locationAddress `json:"location"`
}

type locationAddress struct {
	ID      string        `json:"locationId"`
	Address sellerAddress `json:"address"`
}

type sellerAddress struct {
	City       string `json:"city"`
	PostalCode string `json:"postalCode"`
	Country    string `json:"country"`
}

// locations serves getInventoryLocations: the seller has one.
func (s *server) locations(w http.ResponseWriter, r *http.Request) {
	limit, refusal := pageNumber(r.URL.Query(), "limit", 100, 1, 100)
	offset, refusal2 := pageNumber(r.URL.Query(), "offset", 0, 0, 1<<30)
	if refusal == nil {
		refusal = refusal2
	}
	if refusal != nil {
		refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	answer := locationPage{Href: inventory + "/location?" + r.URL.RawQuery, Limit: limit, Offset: offset, Total: 1, Locations: []location{}}
	if offset == 0 {
		answer.Locations = append(answer.Locations, location{
			Key: Publishing()["merchantLocation"], Status: "ENABLED", Name: "Main warehouse", Types: []string{"WAREHOUSE"},
			Location: locationAddress{"1", sellerAddress{"Leeds", "LS1 1AA", "GB"}},
		})
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}
