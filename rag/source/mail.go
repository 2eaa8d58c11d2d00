package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"

	"github.com/emersion/go-mbox"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // for every charset of a message
	"github.com/emersion/go-message/mail"

	"footnote/rag"
)

const (
	maxParts   = 200     // of a message
	maxHeaders = 1 << 20 // bytes of the headers of a message
)

// loadMail reads a message: its plain text, or else its HTML. It leaves out
// attachments and quoted lines.
func loadMail(f file) (rag.Document, error) {
	if head, _, _ := bytes.Cut(f.data, []byte("\n\n")); len(head) > maxHeaders && len(head) != len(f.data) {
		return rag.Document{}, &Skipped{Reason: TooLarge, Err: fmt.Errorf("headers larger than %s", bytesOf(maxHeaders))}
	}
	if _, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(f.data))).ReadMIMEHeader(); err != nil && !errors.Is(err, io.EOF) {
		return rag.Document{}, errors.New("it does not start with mail headers")
	}
	r, err := mail.CreateReader(bytes.NewReader(f.data))
	if r == nil { // an unknown charset gives both an error and a reader
		return rag.Document{}, err
	}
	defer r.Close()
	plain, markup, err := mailBody(f, r)
	if err != nil {
		return rag.Document{}, err
	}
	var d rag.Document
	d.Text = plain
	if !hasWord(plain) {
		w := writer{}
		w.html(htmlBody(markup))
		d.Text = w.out.String()
	}
	if subject, err := r.Header.Subject(); err == nil {
		d.Title = oneLine(tidy(subject))
	}
	if from, err := r.Header.AddressList("From"); err == nil && len(from) > 0 {
		d.Author = oneLine(tidy(from[0].Name))
		if d.Author == "" {
			d.Author = oneLine(tidy(from[0].Address))
		}
	}
	if date, err := r.Header.Date(); err == nil {
		d.Published = published(date)
	}
	return d, nil
}

// mailBody returns the first plain and the first HTML part of a message.
func mailBody(f file, r *mail.Reader) (plain, markup string, err error) {
	for range maxParts {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return plain, markup, nil
		}
		if p == nil {
			return "", "", err
		}
		h, ok := p.Header.(*mail.InlineHeader)
		if !ok {
			continue
		}
		media, _, err := h.ContentType()
		if err != nil {
			media = "text/plain"
		}
		if media != "text/plain" && media != "text/html" || media == "text/plain" && plain != "" || media == "text/html" && markup != "" {
			continue
		}
		data, err := f.readPart(p.Body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return "", "", err
		}
		text, err := decode(data)
		if err != nil {
			return "", "", err
		}
		if media == "text/html" {
			markup = text
		} else {
			plain = withoutQuotes(text)
		}
	}
	return plain, markup, nil
}

// withoutQuotes returns a message without quoted lines and without its
// signature.
func withoutQuotes(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \n") == "--" {
			break
		}
		if !strings.HasPrefix(line, ">") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// loadMailbox yields each message of an mbox file.
func loadMailbox(f file, yield func(part) bool) error {
	r := mbox.NewReader(bytes.NewReader(f.data))
	seen := map[string]bool{}
	for n := 1; ; n++ {
		m, err := r.NextMessage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := f.readPart(m)
		if err != nil {
			return err
		}
		name := messageID(data)
		if name == "" || seen[name] {
			name = fmt.Sprintf("message-%d", n)
		}
		seen[name] = true
		if !yield(part{name: name, file: &file{name: name + ".eml", media: "message/rfc822", data: data}}) {
			return nil
		}
	}
}

// messageID returns the Message-ID of a message; empty if it has none.
func messageID(data []byte) string {
	e, err := message.Read(bytes.NewReader(data))
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return "" // loadMail reports what is wrong with it
	}
	h := mail.Header{Header: e.Header}
	id, err := h.MessageID()
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(oneLine(tidy(id)), "/", "_")
}
