package channel

// salesChannels is Amazon's word in its reports for a marketplace, by the marketplace's id. Source: Amazon's list of marketplace ids.
var salesChannels = map[string]string{
	"ATVPDKIKX0DER": "Amazon.com", "A2EUQ1WTGCTBG2": "Amazon.ca", "A1AM78C64UM0Y8": "Amazon.com.mx", "A2Q3Y263D00KWC": "Amazon.com.br",
	"A1F83G8C2ARO7P": "Amazon.co.uk", "A1PA6795UKMFR9": "Amazon.de", "A13V1IB3VIYZZH": "Amazon.fr", "APJ6JRA9NG5V4": "Amazon.it",
	"A1RKKUPIHCS9HS": "Amazon.es", "A28R8C7NBKEWEA": "Amazon.ie", "A1VC38T7YXB528": "Amazon.co.jp", "A39IBJ37TRP1C6": "Amazon.com.au",
	"A1805IZSGTT6HS": "Amazon.nl", "AMEN7PMS3EDWL": "Amazon.com.be", "A2NODRKZP88ZB9": "Amazon.se", "A1C3SOZRARQ6R3": "Amazon.pl",
	"A33AVAJ2PDY3EV": "Amazon.com.tr", "A2VIGQ35RCS4UG": "Amazon.ae", "A17E79C6D8DWNP": "Amazon.sa", "ARBP9OOSHTCHU": "Amazon.eg",
	"A21TJRUUN4KGV": "Amazon.in", "A19VAU5U5O7RUS": "Amazon.sg",
}

// SalesChannel returns Amazon's word in its reports for a marketplace, such as Amazon.co.uk; empty if the marketplace is unknown.
func SalesChannel(marketplace string) string { return salesChannels[marketplace] }
