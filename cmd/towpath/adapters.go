package main

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
)

// adapters are the channels that this program supports.
var adapters = channel.Registry{
	channel.Amazon:  amazon.Open,
	channel.EBay:    ebay.Open,
	channel.Shopify: shopify.Open,
}
