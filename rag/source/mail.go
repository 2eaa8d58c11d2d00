package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-mbox"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // for every charset of a message
	"github.com/emersion/go-message/mail"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

const (
	maxParts   = 200     // of a message
	maxHeaders = 1 << 20 // bytes of the headers of a message
)

// loadMail reads a message: its plain text, or its HTML if that says more. It leaves
// out attachments, and quoted messages unless it passes one on.
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
	var d rag.Document
	if subject, err := r.Header.Subject(); err == nil {
		d.Title = oneLine(tidy(subject))
	}
	if media, params, err := r.Header.ContentType(); err == nil && (media == "multipart/encrypted" || strings.HasSuffix(media, "pkcs7-mime") && params["smime-type"] != "signed-data") {
		return rag.Document{}, &Skipped{Reason: Encrypted}
	}
	plain, markup, err := mailBody(f, r)
	if err != nil {
		return rag.Document{}, err
	}
	if d.Text, err = mailText(plain, markup, forwardSubject.MatchString(d.Title)); err != nil {
		return rag.Document{}, err
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

// mailText returns the text of a message. forward is set if the subject says that it
// passes on what it quotes.
func mailText(plain, markup string, forward bool) (string, error) {
	text, all := plain, ""
	if markup != "" {
		var err error
		if all, err = mailHTML(markup, true); err != nil {
			return "", err
		}
		all = rendered(all)
	}
	whole := forward || forwardMark.MatchString(plain) || forwardMark.MatchString(all)
	if isStub(plain, all) {
		if text = all; !whole {
			own, err := mailHTML(markup, false)
			if err != nil {
				return "", err
			}
			text = rendered(own)
		}
	}
	if whole {
		return text, nil
	}
	return withoutQuotes(text), nil
}

// isStub reports whether the plain text of a message stands in for its HTML, such as
// "View this email in your browser": it has less than half of its words.
func isStub(plain, rich string) bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(plain) {
		words[lettersAndDigits(w)] = true
	}
	all, known := 0, 0
	for w := range strings.FieldsSeq(rich) {
		if w = lettersAndDigits(w); w != "" {
			if all++; words[w] {
				known++
			}
		}
	}
	return all > 0 && 2*known < all
}

// mailBody returns the plain parts and the HTML parts of a message.
func mailBody(f file, r *mail.Reader) (plain, markup string, err error) {
	var undecoded error // of a part, if no other has text
	for range maxParts {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
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
		if media != "text/plain" && media != "text/html" {
			continue
		}
		data, err := f.readPart(p.Body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return "", "", err
		}
		if media == "text/html" && !utf8.Valid(data) { // the page may declare its encoding
			text, err := decodePage(file{data: data})
			if err != nil {
				undecoded = err
			}
			markup += text
			continue
		}
		text, err := decode(data)
		switch {
		case err != nil:
			undecoded = err
		case media == "text/html":
			markup += text
		default:
			if plain != "" {
				plain = strings.TrimRight(plain, "\n") + "\n\n"
			}
			plain += text
		}
	}
	if !hasWord(plain) && !hasWord(markup) {
		return "", "", undecoded
	}
	return plain, markup, nil
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

// mailboxStart matches the first lines of a mailbox file, and mailStart those of a
// message: headers, one of them From.
var (
	mailboxStart = lazyregexp.New(`^From \S.{0,200}\d\d:\d\d.{0,40}\r?\n[A-Za-z][A-Za-z-]*: `)
	mailHeader   = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]*:[ \t]?\S|^[ \t]+\S`)
)

// sniffMail returns the ending of a file without one that is a mailbox or a message;
// empty if it is neither.
func sniffMail(data []byte) string {
	if mailboxStart.Match(data[:min(len(data), 1024)]) {
		return "mbox"
	}
	from, dated := false, false
	for line := range bytes.Lines(data[:min(len(data), 1<<14)]) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if !mailHeader.Match(line) {
			return ""
		}
		name, _, _ := bytes.Cut(bytes.ToLower(line), []byte(":"))
		switch string(name) {
		case "from":
			from = true
		case "date", "received", "message-id", "delivered-to", "mime-version":
			dated = true
		}
	}
	if from && dated {
		return "eml"
	}
	return ""
}
