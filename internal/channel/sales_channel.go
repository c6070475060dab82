package channel

// salesChannels is Amazon's word in its reports for a marketplace, by the marketplace's id. Source: Amazon's list of marketplace ids.
var salesChannels = map[string]string{
	"ATVPDKIKX0DER": "Amazon.com", "A2EUQ1WTGCTBG2": "Amazon.ca", "A1AM78C64UM0Y8": "Amazon.com.mx", "A2Q3Y263D00KWC": "Amazon.com.br",
	"A1F83G8C2ARO7P": "Amazon.co.uk", "A1PA6795UKMFR9": "Amazon.de", "A13V1IB3VIYZZH": "Amazon.fr", "APJ6JRA9NG5V4": "Amazon.it",
	"A1RKKUPIHCS9HS": "Amazon.es", "A28R8C7NBKEWEA": "Amazon.ie", "A1VC38T7YXB528": "Amazon.co.jp", "A39IBJ37TRP1C6": "Amazon.com.au",
}

// SalesChannel returns Amazon's word in its reports for a marketplace, such as Amazon.co.uk; empty if the marketplace is unknown.
func SalesChannel(marketplace string) string { return salesChannels[marketplace] }
