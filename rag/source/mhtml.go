package source

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"footnote/rag"
)

// loadMHTML reads a web page that a browser saved with its pictures in one file.
func loadMHTML(f file) (rag.Document, error) {
	m, err := mail.ReadMessage(bufio.NewReader(bytes.NewReader(f.data)))
	if err != nil {
		return rag.Document{}, errors.New("it does not start with the headers of a saved page")
	}
	address := webAddress(m.Header.Get("Snapshot-Content-Location"), m.Header.Get("Content-Location"))
	header := textproto.MIMEHeader(m.Header)
	media, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return rag.Document{}, err
	}
	var page io.Reader = m.Body
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(m.Body, parameters["boundary"])
		for n := 0; ; n++ {
			p, err := parts.NextRawPart()
			if err != nil || n == maxParts {
				return rag.Document{}, errors.New("it has no page")
			}
			header = p.Header
			if media, _, err = mime.ParseMediaType(header.Get("Content-Type")); err == nil && (media == "text/html" || media == "application/xhtml+xml") {
				page = p
				break
			}
		}
	}
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		page = quotedprintable.NewReader(page)
	case "base64":
		page = base64.NewDecoder(base64.StdEncoding, page)
	}
	in := f
	if in.data, err = f.readPart(page); err != nil && len(in.data) == 0 {
		return rag.Document{}, err
	}
	if address == "" {
		address = webAddress(header.Get("Content-Location"))
	}
	in.media = header.Get("Content-Type")
	if address != "" {
		in.name = address
	}
	d, err := loadPage(in)
	if err == nil && d.URL == "" {
		d.URL = address
	}
	return d, err
}
