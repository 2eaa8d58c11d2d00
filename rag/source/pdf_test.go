package source

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at is text at a position on a page, in points from its lower left corner.
type at struct {
	x, y, size float64
	words      string
}

// makePDF returns a PDF with pages of 300 by 400 points in Helvetica.
func makePDF(pages ...[]at) []byte {
	var b strings.Builder
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 5+2*i))
	}
	object("<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 300 400]/Resources<</Font<</F 3 0 R>>>>>>", len(pages), strings.Join(kids, " "))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	object("<</Title(A report)/Author(Ann Author)/CreationDate(D:20200914120000Z)>>")
	for i, words := range pages {
		object("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 6+2*i)
		var content strings.Builder
		for _, w := range words {
			fmt.Fprintf(&content, "BT /F %g Tf %g %g Td (%s) Tj ET\n", w.size, w.x, w.y, w.words)
		}
		object("<</Length %d>>\nstream\n%sendstream", content.Len(), content.String())
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return []byte(b.String())
}

// column returns lines one below the other.
func column(x, y float64, lines ...string) []at {
	var all []at
	for i, l := range lines {
		all = append(all, at{x, y - 12*float64(i), 10, l})
	}
	return all
}

func TestPDF(t *testing.T) {
	t.Parallel()
	head := func(n int) []at { return []at{{100, 380, 8, "The Town Gazette"}, {145, 15, 8, strconv.Itoa(n)}} }
	page := func(parts ...[]at) []at {
		var all []at
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	tests := []struct {
		name  string
		pages [][]at
		want  string
	}{
		{"a paragraph and a heading", [][]at{page([]at{{20, 350, 18, "Otters"}}, column(20, 320, "Otters eat fish and crabs, and some-", "times frogs in the river near", "the town."), column(20, 270, "They sleep in holts by the sea."))},
			"# Otters\n\nOtters eat fish and crabs, and sometimes frogs in the river near the town.\n\nThey sleep in holts by the sea.\n"},
		{"columns, drawn by rows", [][]at{page([]at{{20, 350, 18, "Otters"}},
			column(20, 320, "Left one is the first line"), column(165, 320, "Right one is the first line"),
			column(20, 308, "left two is the second line"), column(165, 308, "right two is the second line"),
			column(20, 296, "left three is the third line"), column(165, 296, "right three is the third line."))},
			"# Otters\n\nLeft one is the first line left two is the second line left three is the third line Right one is the first line right two is the second line right three is the third line.\n"},
		{"running heads, page numbers and a sentence across pages", [][]at{
			page(head(1), column(20, 300, "The first page ends in the mid-")),
			page(head(2), column(20, 300, "dle of a word. The second ends here.")),
			page(head(3), column(20, 300, "The third is the last.")),
		}, "The first page ends in the middle\fof a word. The second ends here.\n\n\fThe third is the last.\n"},
		{"a page without text", [][]at{column(20, 300, "The first page."), nil, column(20, 300, "The third page.")}, "The first page.\f\n\n\fThe third page.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := parseOne("a.pdf", makePDF(tt.pages...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Title != "A report" || got.Author != "Ann Author" || got.Published.Format("2006-01-02") != "2020-09-14" {
				t.Errorf("got title %q, author %q, %s", got.Title, got.Author, got.Published)
			}
		})
	}
}

func TestPDFSkips(t *testing.T) {
	t.Parallel()
	encrypted, err := os.ReadFile("testdata/encrypted.pdf")
	if err != nil {
		t.Fatal(err)
	}
	whole := makePDF(column(20, 300, "Words."))
	for name, tt := range map[string]struct {
		data []byte
		why  Reason
	}{
		"encrypted":     {encrypted, Encrypted},
		"no text":       {makePDF(nil), NoText},
		"not a PDF":     {[]byte("Words."), Malformed},
		"empty":         {nil, Malformed},
		"cut off":       {whole[:100], Malformed},
		"only a header": {[]byte("%PDF-1.7\n"), Malformed},
	} {
		var got *Skipped
		if d, err := parseOne("a.pdf", tt.data); !errors.As(err, &got) || got.Reason != tt.why {
			t.Errorf("%s: got %.40q, %v, want reason %q", name, d.Text, err, tt.why)
		}
	}
}

// FuzzPDF checks that no PDF makes the loader panic or hang, and that its text
// is tidy.
func FuzzPDF(f *testing.F) {
	f.Add(makePDF(column(20, 300, "Words.")))
	f.Add(makePDF(nil, column(20, 300, "Words."), []at{{-1e9, 1e9, 1e6, "Far"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseOne("a.pdf", data)
		if err == nil && !isText(d.Text) {
			t.Errorf("not text: %q", d.Text)
		}
	})
}

// FuzzLayOut checks that layOut does not panic, wherever the text is on the
// pages.
func FuzzLayOut(f *testing.F) {
	f.Add("one two", 10., 10., 12., "three four", 150., 10., 12.)
	f.Fuzz(func(_ *testing.T, a string, ax, ay, as float64, b string, bx, by, bs float64) {
		layOut([]sheet{{300, 400, []run{{a, ax, ax + as, ay + as, ay, as}, {b, bx, bx + bs, by + bs, by, bs}}}, {}})
	})
}
