package support

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Zip returns the dossier as a zip archive: case.txt, timeline.txt and calls.json. The same dossier gives the same bytes.
func (d Dossier) Zip() ([]byte, error) {
	calls, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the calls: %w", err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name string
		text []byte
	}{{"case.txt", []byte(d.CaseText())}, {"timeline.txt", []byte(d.TimelineText())}, {"calls.json", append(calls, '\n')}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: d.At.UTC().Truncate(time.Second)})
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", f.name, err)
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, fmt.Errorf("add %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("end the archive: %w", err)
	}
	return out.Bytes(), nil
}
