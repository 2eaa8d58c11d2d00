package source

import (
	"strconv"
	"strings"
	"unicode"
)

// Skipped is a file or folder that was passed over.
type Skipped struct {
	Source string // what Document.Source would have been
	Path   string // where it is, from the path that was asked for
	Reason Reason
	Err    error // what there is to say beyond the reason; nil if nothing
}

// Error reads "guide.png: not a kind of file that is read".
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

// Reason says why a file was passed over.
type Reason int

const (
	UnknownKind Reason = iota + 1 // no loader reads files of its ending
	Empty                         // no letter and no digit in it
	Binary                        // its bytes are text in no encoding that is read
	TooLarge                      // above Reader.MaxBytes
	Malformed                     // what it holds cannot be made sense of, its front matter for one
	Unreadable                    // the system does not let it be read
	Link                          // a symbolic link in a folder
	Special                       // a pipe, a socket or a device
	NoText                        // pictures of pages, without their text
	Encrypted                     // a password is needed to read it
	Unreachable                   // its server did not give it
	Forbidden                     // its site asks programs not to read it
	Later                         // it failed before, and is not tried again yet
)

var reasons = map[Reason]string{
	UnknownKind: "not a kind of file that is read",
	Empty:       "no words in it",
	Binary:      "not text",
	TooLarge:    "too large",
	Malformed:   "malformed",
	Unreadable:  "cannot be read",
	Link:        "a symbolic link, which is followed only where it is named",
	Special:     "neither a file nor a folder",
	NoText:      "pictures of text, but no text",
	Encrypted:   "encrypted",
	Unreachable: "cannot be fetched",
	Forbidden:   "its site asks programs not to read it",
	Later:       "not tried again yet",
}

// String explains the reason in words that complete "it is passed over: …".
func (r Reason) String() string {
	if s, ok := reasons[r]; ok {
		return s
	}
	return "reason " + strconv.Itoa(int(r))
}

// printable is a path as it may be shown: quoted where it is empty or holds
// what a terminal would take for a command.
func printable(path string) string {
	if path == "" || strings.ContainsFunc(path, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(path)
	}
	return path
}
