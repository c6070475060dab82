package aspects

import (
	"fmt"
	"net/url"

	"github.com/towpath/towpath/internal/listing"
)

// images judges the pictures: each listing has at least one, and eBay fetches them over https only.
func (f *findings) images(p listing.Product) {
	grouped := len(p.Options) > 0
	if len(p.Images) == 0 {
		for _, v := range p.Variants {
			if len(v.Images) == 0 {
				key := v.SKU
				if !grouped {
					key = f.whole
				}
				f.add(key, issue{code: listing.CodeImageMissing, pointer: "/product/imageUrls", aspect: "imageUrls",
					message: "There is no picture of it.", want: "the https address of at least one picture"})
			}
		}
	}
	f.pictures(f.whole, p.Images, maxImages)
	most := maxImages
	if grouped {
		most = maxGroupImages
	}
	for _, v := range p.Variants {
		f.pictures(v.SKU, v.Images, most)
	}
}

func (f *findings) pictures(key string, addresses []string, most int) {
	if len(addresses) > most {
		f.add(key, issue{code: listing.CodeImageWrong, pointer: "/product/imageUrls", aspect: "imageUrls",
			message: fmt.Sprintf("There are %d pictures; eBay takes %d.", len(addresses), most), want: fmt.Sprintf("at most %d pictures", most)})
	}
	for i, address := range addresses {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			f.add(key, issue{code: listing.CodeImageWrong, pointer: pointer("product", "imageUrls", i), aspect: "imageUrls",
				message: fmt.Sprintf("Picture %q is not an address that begins with https://.", short(address)), want: "an https address that eBay can reach"})
		}
	}
}
