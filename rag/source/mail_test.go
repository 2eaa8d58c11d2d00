package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutQuotes(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"Gmail":                    "It leaves at nine.\n\nOn Wed, May 1, 2024 at 10:00 AM Ann Berg <ann@example.org> wrote:\n\n> When does it\n> leave?\n",
		"Gmail, wrapped":           "It leaves at nine.\n\nOn Wed, May 1, 2024 at 10:00 AM Ann Berg-Longname of the Harbour\n<ann@example.org> wrote:\n> When?\n",
		"Gmail, German":            "It leaves at nine.\n\nAm Mi., 1. Mai 2024 um 10:00 Uhr schrieb Ann Berg <ann@example.org>:\n\n> Wann?\n",
		"Apple Mail":               "It leaves at nine.\n\n> On 1 May 2024, at 10:00, Ann <ann@example.org> wrote:\n>\n> When?\n",
		"Thunderbird, Polish":      "It leaves at nine.\n\nW dniu 1.05.2024 o 10:00, Ann Berg pisze:\n> Kiedy?\n",
		"Thunderbird, Japanese":    "It leaves at nine.\n\n2024/05/01 10:00、Ann さんのメール:\n> いつ?\n",
		"Outlook":                  "It leaves at nine.\n\n-----Original Message-----\nFrom: Ann\nSent: Wednesday\nSubject: Ferry\n\nWhen?\n",
		"Outlook, French":          "It leaves at nine.\n\n-----Message d'origine-----\nDe : Ann\nEnvoyé : mercredi\n\nQuand ?\n",
		"Outlook with a line":      "It leaves at nine.\n________________________________\nFrom: Ann <ann@example.org>\nSent: Wednesday, 1 May 2024\nTo: Bob\n\nWhen?\n",
		"Outlook, headers only":    "It leaves at nine.\n\nVon: Ann <ann@example.org>\nGesendet: Mittwoch, 1. Mai 2024\nAn: Bob\nBetreff: Fähre\n\nWann?\n",
		"Outlook, bold headers":    "It leaves at nine.\n\n*From:* Ann <ann@example.org>\n*Sent:* Wednesday\n\nWhen?\n",
		"no marks":                 "It leaves at nine.\n\nOn 1 May 2024 Ann wrote:\n\nWhen does it leave?\n",
		"signature":                "It leaves at nine.\n\n-- \nBob\n",
		"a telephone":              "It leaves at nine.\n\nSent from my iPhone\n",
		"footer of a mailing list": "It leaves at nine.\n_______________________________________________\nferry mailing list\nferry@example.org\n",
	} {
		if diff := cmp.Diff("It leaves at nine.\n", withoutQuotes(in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name, in := range map[string]string{
		"answers between quotes": "From 9:30:\n\n    see below\n\nIt leaves.\n", "an event": "Date: 5 May 2024\nTime: 9:00\nPlace: From: the quay\n",
		"a list after a colon": "On Monday we wrote:\n\n", "only a quote": "> When does it leave?\n", "a line": "One.\n\n____________________\n\nTwo.\n",
	} {
		if got := withoutQuotes(in); strings.TrimRight(got, "\n") != strings.TrimRight(in, "\n") {
			t.Errorf("%s: got %q, want all of it", name, got)
		}
	}
	if diff := cmp.Diff("Yes.\n\nAt nine.\n", withoutQuotes("On 1 May 2024 Ann wrote:\n> Does it leave?\nYes.\n\n> When?\nAt nine.\n")); diff != "" {
		t.Errorf("answers between quotes (-want +got):\n%s", diff)
	}
}

func TestMailText(t *testing.T) {
	t.Parallel()
	const page = `<html><head><title>x</title></head><body><div style="display: none">Preview</div><h1>Harbour</h1><p>The winch costs 12,000 euros.</p></body></html>`
	for _, tt := range []struct {
		name, plain, markup string
		forward             bool
		want                string
	}{
		{"a stub", "Your mail program cannot show HTML. https://example.org/1", page, false, "# Harbour\n\nThe winch costs 12,000 euros.\n"},
		{"the same in both", "Harbour\n\nThe winch costs 12,000 euros.\n", page, false, "Harbour\n\nThe winch costs 12,000 euros.\n"},
		{"Gmail's quote", "", `<div>At nine.</div><div class="gmail_quote"><div class="gmail_attr">On 1 May Ann wrote:</div><blockquote>When?</blockquote></div>`, false, "At nine.\n"},
		{"Outlook's quote", "", `<p>At nine.</p><div><div id="divRplyFwdMsg"><b>From:</b> Ann</div><p>When?</p></div><p>Old.</p>`, false, "At nine.\n"},
		{"Outlook's headers", "", `<p>At nine.</p><div><p><b>From:</b> Ann<br><b>Sent:</b> Wednesday<br><b>To:</b> Bob</p></div><p>When?</p>`, false, "At nine.\n"},
		{"a forwarded message", "See below.\n\n---------- Forwarded message ---------\nFrom: Ann\nDate: 1 May 2024\n\nIt leaves at nine.\n", "", false, "See below.\n\n---------- Forwarded message ---------\nFrom: Ann\nDate: 1 May 2024\n\nIt leaves at nine.\n"},
		{"a forwarded message, by the subject", "From: Ann\nSent: 1 May 2024\n\nIt leaves at nine.\n", "", true, "From: Ann\nSent: 1 May 2024\n\nIt leaves at nine.\n"},
	} {
		got, err := mailText(tt.plain, tt.markup, tt.forward)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestMailFiles(t *testing.T) {
	t.Parallel()
	const message = "From: ann@example.org\nSubject: Ferry\nMessage-ID: <1@example.org>\n\nIt leaves at nine.\n"
	box := "From ann@example.org Wed May  1 10:00:00 2024\n" + message + "\nFrom bob@example.org Wed May  1 11:00:00 2024\n" + strings.ReplaceAll(message, "1@", "2@")
	for name, tt := range map[string]struct {
		file, data string
		want       int
	}{
		"a mailbox without an ending": {"Inbox", box, 2}, "with CRLF": {"Inbox", strings.ReplaceAll(box, "\n", "\r\n"), 2}, "of Thunderbird": {"Sent", strings.ReplaceAll(box, "From ann@example.org ", "From - "), 2},
		"an archive of a list": {"2024-May.txt", box, 2}, "a message of a folder": {"1714550400.M1P2.host:2,S", message, 1}, "text": {"letter", "From: me\nTo: you\n\nHello.\n", 1},
		"two text parts": {"a.eml", "From: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nOne.\n--b\nContent-Type: text/plain\n\nTwo.\n--b--\n", 1},
	} {
		docs, errs := all(t, Reader{}, tt.file, []byte(tt.data))
		if len(docs) != tt.want || len(errs) > 0 {
			t.Errorf("%s: got %d documents, %q, want %d", name, len(docs), errs, tt.want)
		}
	}
	_, err := parseOne("a.eml", []byte("From: a\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"))
	var s *Skipped
	if !errors.As(err, &s) || s.Reason != Encrypted {
		t.Errorf("encrypted: got %v", err)
	}
}

// FuzzMailText checks that quoting of no kind makes the reader of messages panic or
// return text that is not tidy.
func FuzzMailText(f *testing.F) {
	f.Add("At nine.\nOn 1 May 2024 Ann wrote:\n> When?\n", `<div>At nine.</div><div id="divRplyFwdMsg"><blockquote type="cite">a`)
	f.Fuzz(func(t *testing.T, plain, markup string) {
		if text, err := mailText(tidy(plain), tidy(markup), false); err == nil && tidy(text) != text {
			t.Errorf("not tidy: %q", text)
		}
	})
}
