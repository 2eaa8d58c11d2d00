package source

import (
	"strconv"
	"strings"
	"unicode"
)

// Skipped reports a file or folder that was skipped.
type Skipped struct {
	Source string // the Document.Source it would have had
	Path   string // its path, relative to the path that was asked for
	Reason Reason
	Err    error // details beyond the reason; nil if there are none
}

// Error returns a text such as "guide.png: not a kind of file that is read".
func (s *Skipped) Error() string {
	if s.Reason == Later && s.Err != nil {
		return printable(s.Path) + ": " + s.Err.Error()
	}
	msg := printable(s.Path) + ": " + s.Reason.String()
	if s.Err != nil {
		msg += ": " + s.Err.Error()
	}
	return msg
}

func (s *Skipped) Unwrap() error { return s.Err }

// Reason says why a file was skipped.
type Reason int

// The values of Reason.
const (
	UnknownKind Reason = iota + 1 // no loader reads files with its ending
	Empty                         // it has no letters and no digits
	Binary                        // its bytes are not text in a known encoding
	TooLarge                      // larger than Reader.MaxBytes
	Malformed                     // its content cannot be parsed
	Unreadable                    // the operating system cannot read it
	Link                          // a symbolic link in a folder
	Special                       // a pipe, a socket or a device
	NoText                        // images of pages without their text
	Encrypted                     // it needs a password
	Unreachable                   // the server did not deliver it
	Forbidden                     // the site's robots.txt disallows it
	Other                         // a picture, code or a setting: it holds no article
	Private                       // only some members of a chat can read it
	Unpublished                   // a draft, or it is not published yet
	Later                         // it failed before, and its next retry is not due yet
)

var reasons = map[Reason]string{
	UnknownKind: "not a kind of file that is read",
	Empty:       "no words in it",
	Binary:      "not text",
	TooLarge:    "too large",
	Malformed:   "malformed",
	Unreadable:  "cannot be read",
	Link:        "a symbolic link; name it directly to follow it",
	Special:     "not a regular file or folder",
	NoText:      "images of text without readable text",
	Encrypted:   "encrypted",
	Unreachable: "cannot be fetched",
	Forbidden:   "the site's robots.txt disallows it",
	Other:       "pictures, code and settings are not read",
	Private:     "private messages",
	Later:       "waiting to retry",
	Unpublished: "not published",
}

// String describes the reason, to complete "skipped: …".
func (r Reason) String() string {
	if s, ok := reasons[r]; ok {
		return s
	}
	return "reason " + strconv.Itoa(int(r))
}

// Cause returns the reason in words, without the details of one file. For a file
// that waits to be tried again, that is why it failed before.
func (s *Skipped) Cause() string {
	if s.Reason == Later && s.Err != nil {
		cause, _, _ := strings.Cut(s.Err.Error(), ": ")
		cause, _, _ = strings.Cut(cause, " (next try")
		return cause
	}
	return s.Reason.String()
}

// printable returns a path that is safe to show. It quotes an empty path and
// one with control characters.
func printable(path string) string {
	if path == "" || strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(path)
	}
	return path
}
