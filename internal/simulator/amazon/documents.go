package amazon

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/simulator/wire"
)

// urlLife is how long a presigned URL is valid, whatever the speed.
const urlLife = 5 * time.Minute

// newSecret returns a new key for signing URLs; a restart makes older URLs invalid.
func newSecret() []byte {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	return secret
}

// sign returns the signature of a method, a document and an expiry time.
func (s *server) sign(method, id, expires string) string {
	mac := hmac.New(sha256.New, s.secret)
	_, _ = fmt.Fprintf(mac, "%s %s %s", method, id, expires)
	return hex.EncodeToString(mac.Sum(nil))
}

// presigned returns the document's URL on the host that the seller called.
func (s *server) presigned(r *http.Request, method, id string) string {
	expires := strconv.FormatInt(s.options.Now().Add(urlLife).Unix(), 10)
	u := url.URL{Scheme: "http", Host: r.Host, Path: "/_documents/" + id}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	u.RawQuery = url.Values{"Expires": {expires}, "Signature": {s.sign(method, id, expires)}}.Encode()
	return u.String()
}

// signed refuses a URL that was not issued or has expired, like the document store.
func (s *server) signed(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	expires, err := strconv.ParseInt(q.Get("Expires"), 10, 64)
	good := hmac.Equal([]byte(q.Get("Signature")), []byte(s.sign(r.Method, r.PathValue("documentId"), q.Get("Expires"))))
	if err != nil || !good || s.options.Now().Unix() > expires {
		http.Error(w, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", http.StatusForbidden)
		return false
	}
	return true
}

func (s *server) createDocument(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ContentType string `json:"contentType"`
	}
	if err := wire.ReadJSON(r, &body); err != nil || body.ContentType == "" {
		invalid(w, "contentType is required")
		return
	}
	id := "amzn1.tortuga.4.eu." + uuid.NewString()
	wire.WriteJSON(w, http.StatusCreated, map[string]string{"feedDocumentId": id, "url": s.presigned(r, http.MethodPut, id)})
}

// getDocument returns a report's URL. Uploads are not returned: Amazon calls their ids invalid.
func (s *server) getDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("documentId")
	if !isReport(id) {
		invalid(w, "Invalid feedDocumentId")
		return
	}
	_, known, err := s.document(r.Context(), id)
	if err != nil {
		s.failed(w, "read a document", err)
		return
	}
	if !known {
		refuse(w, http.StatusNotFound, "NotFound", "The feed document does not exist.")
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]string{
		"feedDocumentId": id, "url": s.presigned(r, http.MethodGet, id), "compressionAlgorithm": "GZIP",
	})
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) {
	if !s.signed(w, r) {
		return
	}
	body, err := wire.ReadBody(r)
	if err == nil {
		err = s.market.Remember(r.Context(), documentKey(r.PathValue("documentId")), "", body)
	}
	if err != nil {
		http.Error(w, "<Error><Code>InternalError</Code></Error>", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *server) download(w http.ResponseWriter, r *http.Request) {
	if !s.signed(w, r) {
		return
	}
	if productType, ok := strings.CutPrefix(r.PathValue("documentId"), definitionPrefix); ok {
		s.definitionDocument(w, productType)
		return
	}
	document := s.document
	id := r.PathValue("documentId")
	if number, ok := strings.CutPrefix(id, orderReports); ok {
		id, document = number, s.orderDocument
	}
	body, known, err := document(r.Context(), id)
	if err != nil || !known {
		http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(body)
}

func documentKey(id string) string { return "amazon/document/" + id }

// document returns what was uploaded or reported under an id.
func (s *server) document(ctx context.Context, id string) ([]byte, bool, error) {
	_, body, known, err := s.market.Recall(ctx, documentKey(id))
	return body, known, err
}
