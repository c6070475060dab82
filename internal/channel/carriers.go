package channel

import (
	"strings"
	"unicode"
)

// Other is the code of a carrier that a channel does not list.
const Other = "Other"

// carrier is one carrier with the codes by which the channels know it; empty: the channel does not list it.
type carrier struct {
	names                 string // as people write it, separated by |; the first one may be a code of every channel
	amazon, ebay, shopify string
}

// carriers is the one table of carriers. Sources: Amazon, the carriers of its shipping confirmation file and of the
// feeds' CarrierCode; eBay, ShippingCarrierCodeType of the Trading API, to which createShippingFulfillment refers;
// Shopify, the supported tracking companies in the published schema (FulfillmentTrackingInfo), whose spelling counts.
var carriers = []carrier{
	{"4PX", "4PX", "FourPX", "4PX"},
	{"Amazon Shipping|Amazon Logistics|Amazon Logistics UK", "Amazon Shipping", "", "Amazon Logistics UK"},
	{"An Post", "", "AnPost", "An Post"},
	{"APC|APC Overnight", "", "APC", "APC"},
	{"Aramex", "Aramex", "ARAMEX", "Aramex Australia"},
	{"Australia Post|AusPost", "Australia Post", "AustraliaPost", "Australia Post"},
	{"Blue Dart", "BlueDart", "BlueDart", ""},
	{"Blue Package", "Blue Package", "", ""},
	{"bpost|Belgian Post", "", "BPost", "BPost"},
	{"BRT|Bartolini", "", "Bartolini", "BRT"},
	{"Canada Post", "Canada Post", "CanadaPost", "Canada Post"},
	{"China Post", "China Post", "ChinaPost", "China Post"},
	{"Chronopost", "Chronopost", "Chronopost", "Chronopost"},
	{"City Link", "City Link", "CityLink", ""},
	{"CollectPlus", "", "CollectPlus", ""},
	{"Colissimo|La Poste Colissimo", "", "ColiposteDomestic", "Colissimo"},
	{"Correos", "Correos", "Correos", "Correos"},
	{"Delhivery", "Delhivery", "Delhivery", "Delhivery"},
	{"Deutsche Post", "Deutsche Post", "DeutschePost", "Deutsche Post"},
	{"DHL|DHL Paket|DHL Express", "DHL", "DHL", "DHL Express"},
	{"DHL Global Mail", "DHL Global Mail", "DHLGlobalMail", ""},
	{"DPD|DPD Germany", "DPD", "DPD", "DPD"},
	{"DPD UK", "DPD", "DPD", "DPD UK"},
	{"DPD Local", "", "", "DPD Local"},
	{"DTDC", "DTDC", "DTDC", "DTDC"},
	{"Evri", "", "", "Evri"},
	{"Fastway", "Fastway", "Fastway", "Fastway"},
	{"FedEx|Federal Express", "FedEx", "FedEx", "FedEx"},
	{"FedEx SmartPost", "FedEx SmartPost", "FedExSmartPost", "FedEx"},
	{"GLS", "GLS", "GLS", "GLS"},
	{"GO!|GO! Express", "GO!", "", ""},
	{"Hermes|Hermes Logistik Gruppe", "Hermes Logistik Gruppe", "Hermes", "Hermes"},
	{"India Post", "India Post", "IndiaPost", "India Post"},
	{"Japan Post", "", "JapanPost", "Japan Post (EN)"},
	{"La Poste", "La Poste", "LaPoste", ""},
	{"LaserShip", "Lasership", "LaserShip", "Lasership"},
	{"Mondial Relay", "", "MondialRelay", "Mondial Relay"},
	{"MRW", "MRW", "MRW", ""},
	{"Nacex", "Nacex", "Nacex", ""},
	{"Newgistics", "Newgistics", "Newgistics", ""},
	{"Nippon Express", "NipponExpress", "NipponExpress", "日本通運"},
	{"OnTrac", "OnTrac", "OnTrac", "OnTrac"},
	{"OSM|OSM Worldwide", "OSM", "OSMWorldwide", ""},
	{"Parcelforce|Parcelforce Worldwide", "Parcelforce", "Parcelforce", "Parcelforce"},
	{"Poste Italiane", "Poste Italiane", "PosteItaliane", "Poste Italiane"},
	{"PostNL", "", "PostNL", "PostNL"},
	{"Purolator", "", "Purolator", "Purolator"},
	{"Royal Mail|RM", "Royal Mail", "RoyalMail", "Royal Mail"},
	{"Sagawa|Sagawa Express", "SagawaExpress", "Sagawa", "Sagawa (EN)"},
	{"SDA", "SDA", "SDA", ""},
	{"Sendle", "", "Sendle", "Sendle"},
	{"SEUR", "Seur", "Seur", "SEUR"},
	{"SF Express", "SF Express", "SFExpress", "SF Express"},
	{"StarTrack", "", "StarTrack", "StarTrack"},
	{"Streamlite", "Streamlite", "", ""},
	{"Swiss Post", "", "SwissPost", "Swiss Post"},
	{"Target", "Target", "", ""},
	{"TNT", "TNT", "TNT", "TNT"},
	{"UPS|United Parcel Service", "UPS", "UPS", "UPS"},
	{"UPS Mail Innovations|UPSMI", "UPS Mail Innovations", "UPSMailInnovations", "UPS"},
	{"USPS|United States Postal Service", "USPS", "USPS", "USPS"},
	{"Yamato|Yamato Transport|Kuroneko Yamato", "YamatoTransport", "Yamato", "Yamato (EN)"},
	{"Yanwen", "YANWEN", "Yanwen", ""},
	{"Yodel", "Yodel", "Yodel", "Yodel"},
	{"YunExpress|Yun Express", "Yun Express", "YunExpress", "YunExpress"},
}

// code returns the carrier's code on a channel.
func (c carrier) code(kind Kind) string {
	switch kind {
	case Amazon:
		return c.amazon
	case EBay:
		return c.ebay
	case Shopify:
		return c.shopify
	}
	return ""
}

// carriersByName finds a carrier by its folded names and codes.
var carriersByName = func() map[string]carrier {
	found := map[string]carrier{}
	for _, c := range carriers {
		for _, code := range []string{c.amazon, c.ebay, c.shopify} {
			if key := folded(code); key != "" {
				if _, taken := found[key]; !taken {
					found[key] = c
				}
			}
		}
	}
	for _, c := range carriers { // its own name goes before a code that another one shares
		for name := range strings.SplitSeq(c.names, "|") {
			found[folded(name)] = c
		}
	}
	return found
}()

// folded returns the letters and digits of a name in lower case: RoyalMail, ROYAL_MAIL and Royal Mail are one carrier.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// CarrierOn returns the code of the shipment's carrier on a channel. A carrier that the channel does not list has the
// code Other and its name; code is empty if the shipment names no carrier, also where its code is Other without a name.
func (s Shipment) CarrierOn(kind Kind) (code, name string) {
	company := strings.Join(strings.Fields(s.Company()), " ")
	if company == "" || strings.EqualFold(company, Other) {
		return "", ""
	}
	if code = carriersByName[folded(company)].code(kind); code != "" {
		return code, ""
	}
	return Other, company
}

// CodeNoCarrier is the fault code for a package that can't be sent because it names no carrier.
const CodeNoCarrier = "CARRIER_MISSING"

// NoCarrier returns the refusal of a package that names no carrier, before any call.
func NoCarrier(operation string) *Fault {
	return Refusal(Invalid, operation, CodeNoCarrier, "the package names no carrier: give its name, or the code Other with the carrier's name")
}
