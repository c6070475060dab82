package console

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/towpath/towpath/internal/support"
	"github.com/towpath/towpath/starter"
)

// supportAddress returns where the file for a case with a channel's support is downloaded.
func supportAddress(kind support.Kind, reference, account string) string {
	return "/support?" + url.Values{"kind": {string(kind)}, "reference": {reference}, "account": {account}}.Encode()
}

// supportFile sends the file for a case with a channel's support, the same as `towpath support` writes. It changes nothing.
func (c *console) supportFile(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
	defer cancel()
	q := r.URL.Query()
	kind, reference := support.Kind(q.Get("kind")), q.Get("reference")
	archive, err := c.makeSupportFile(ctx, kind, reference, q.Get("account"))
	if err != nil {
		c.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(kind, reference)}))
	_, _ = w.Write(archive)
}

func (c *console) makeSupportFile(ctx context.Context, kind support.Kind, reference, account string) ([]byte, error) {
	if !plainText(string(kind)) || !plainText(reference) || !plainText(account) {
		return nil, badInput("The address", "it names nothing")
	}
	d, err := c.starter.Support(ctx, kind, reference, account)
	var usage *starter.UsageError
	if errors.As(err, &usage) {
		return nil, &problem{Status: http.StatusNotFound, Title: "No support file", What: "There is nothing to make it of: " + usage.Problem + ".", Do: "Start from the page of an error, an order, a run or an account."}
	}
	if err != nil {
		return nil, err
	}
	return d.Zip()
}

// fileName returns a name that every system takes.
func fileName(kind support.Kind, reference string) string {
	safe := func(r rune) rune {
		if r < 0x80 && (r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return '-'
	}
	return "support-" + string(kind) + "-" + strings.Map(safe, reference) + ".zip"
}

// keepCase keeps the number of a case with what it is about. Repeating it changes nothing.
func (c *console) keepCase(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "")
	}
	by := strings.TrimSpace(r.PostForm.Get("by"))
	if by == "" || !plainText(by) {
		return "", notDone("your name is missing", "/")
	}
	_, err := c.starter.KeepCase(ctx, r.PostForm.Get("incident"), r.PostForm.Get("number"), by)
	var usage *starter.UsageError
	if errors.As(err, &usage) {
		return "", notDone(strings.TrimPrefix(usage.Problem, "--"), "/")
	}
	if err != nil {
		return "", err
	}
	return "/?notice=case", nil
}
