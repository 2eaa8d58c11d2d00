package source

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
)

// maxXMLDepth limits the nesting of XML elements.
const maxXMLDepth = 1000

// xmlReader reads XML of limited depth.
type xmlReader struct {
	d     *xml.Decoder
	depth int
	names []string // of the open elements
}

func newXMLReader(data []byte) *xmlReader {
	return &xmlReader{d: xml.NewDecoder(bytes.NewReader(data))}
}

// next returns the next token. At the end it returns io.EOF.
func (x *xmlReader) next() (xml.Token, error) {
	t, err := x.d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxXMLDepth {
			return nil, fmt.Errorf("elements nested more than %d deep", maxXMLDepth)
		}
		x.names = append(x.names, t.Name.Local)
	case xml.EndElement:
		x.depth--
		x.names = x.names[:x.depth]
	}
	return t, nil
}

// text returns the text of the element that began, and goes to its end.
func (x *xmlReader) text(start xml.StartElement) (string, error) {
	var s string
	err := x.d.DecodeElement(&s, &start)
	x.depth--
	x.names = x.names[:x.depth]
	return s, err
}

// checkDepth returns an error if elements are nested too deep for a recursive parser,
// which accepts XML with mistakes.
func checkDepth(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // tags are ASCII
	depth := 0
	for {
		t, err := d.RawToken()
		if err != nil {
			return nil // the end, or a mistake at which the parser ends, too
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				return fmt.Errorf("elements nested more than %d deep", maxXMLDepth)
			}
		case xml.EndElement:
			depth = max(0, depth-1)
		}
	}
}

// element returns the name of the innermost element; empty outside of all.
func (x *xmlReader) element() string {
	if x.depth == 0 {
		return ""
	}
	return x.names[x.depth-1]
}

// skip goes to the end of the element that began.
func (x *xmlReader) skip() error {
	for level := x.depth; x.depth >= level; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}
