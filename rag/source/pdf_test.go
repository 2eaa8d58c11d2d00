package source

import (
	"errors"
	"fmt"
	"os"
	"slices"
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
	var contents []string
	for _, words := range pages {
		var content strings.Builder
		for _, w := range words {
			fmt.Fprintf(&content, "BT /F %g Tf %g %g Td (%s) Tj ET\n", w.size, w.x, w.y, w.words)
		}
		contents = append(contents, content.String())
	}
	return pdfOf("", contents...)
}

// pdfOf returns a PDF with the contents of pages. The font F is Helvetica. In the
// font G, a CMap gives the characters of the bytes. The font H does not say what its
// glyphs are.
func pdfOf(cmap string, pages ...string) []byte {
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
		kids = append(kids, fmt.Sprintf("%d 0 R", 8+2*i))
	}
	object("<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 300 400]/Resources<</Font<</F 3 0 R/G 5 0 R/H 7 0 R>>>>>>", len(pages), strings.Join(kids, " "))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	object("<</Title(A report)/Author(Ann Author)/CreationDate(D:20200914120000Z)>>")
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>")
	cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange\n" + cmap + "\nendcmap end end"
	object("<</Length %d>>\nstream\n%s\nendstream", len(cmap), cmap)
	object("<</Type/Font/Subtype/Type0/BaseFont/Secret/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Secret/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>")
	for i, content := range pages {
		object("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 9+2*i)
		object("<</Length %d>>\nstream\n%sendstream", len(content), content)
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

// hebrew maps the letters a to z to Hebrew ones, and A to Z to themselves.
const hebrew = `2 beginbfrange <30> <39> <0030> <41> <5a> <0041> endbfrange
1 beginbfrange <61> <7a> <05d0> endbfrange 2 beginbfchar <20> <0020> <2e> <002e> endbfchar`

// TestPDFRightToLeft checks the order of text from right to left, however a program
// has written it: in one piece in the order of the screen, in words from either
// side, or letter by letter.
func TestPDFRightToLeft(t *testing.T) {
	t.Parallel()
	const text = "abc defg 930 hij. PORT SAID klm nop."
	show := func(x, y float64, s string) string { return fmt.Sprintf("BT /G 10 Tf %g %g Td (%s) Tj ET\n", x, y, s) }
	right := strings.ReplaceAll(strings.ReplaceAll(backwards(text), "039", "930"), "DIAS TROP", "PORT SAID")
	var fromLeft, fromRight, letters string
	x := 20.
	for w := range strings.FieldsSeq(right) {
		fromLeft += show(x, 300, w)
		fromRight = show(x, 300, w) + fromRight
		for _, r := range w {
			x += widthOf(r)
		}
		x += 2.78
	}
	const wide = "abde ghno pqu" // letters of 5.56 points
	for i, r := range backwards(wide) {
		if r != ' ' {
			letters = show(20+5.56*float64(i), 300, string(r)) + letters
		}
	}
	want, wantWide := inHebrew(text), inHebrew(wide)
	paragraph := strings.TrimSuffix(want, ".")
	for name, tt := range map[string]struct{ content, want string }{
		"one piece":       {show(20, 300, right), want},
		"words from left": {fromLeft, want}, "words from right": {fromRight, want},
		"letters":         {letters, wantWide},
		"two lines":       {show(60, 300, strings.TrimPrefix(right, ".")) + show(60, 288, right), paragraph + " " + want},
		"an English line": {show(20, 300, "THE WORD cba IS HEBREW."), "THE WORD אבג IS HEBREW."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.pdf", pdfOf(hebrew, tt.content))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// widthOf returns the width of a letter in Helvetica of 10 points.
func widthOf(r rune) float64 {
	widths := map[rune]float64{'c': 5, 'f': 2.78, 'i': 2.22, 'j': 2.22, 'k': 5, 'l': 2.22, 'm': 8.33, '.': 2.78,
		'P': 6.67, 'O': 7.78, 'R': 7.22, 'T': 6.11, 'S': 6.67, 'A': 6.67, 'I': 2.78, 'D': 7.22}
	if w, ok := widths[r]; ok {
		return w
	}
	return 5.56
}

// inHebrew returns s with the characters of the CMap hebrew.
func inHebrew(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 0x5d0
		}
		return r
	}, s)
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// TestPDFCharacters checks characters beyond U+FFFF, ligatures, letters in the forms
// of one place, and bullets of symbol fonts.
func TestPDFCharacters(t *testing.T) {
	t.Parallel()
	const cmap = "6 beginbfchar <61> <d83ddea2> <62> <fb01> <63> <fedf> <64> <f0b7> <20> <0020> <65> <0065> endbfchar"
	d, err := parseOne("a.pdf", pdfOf(cmap, "BT /G 10 Tf 20 300 Td (d ea e) Tj 0 -12 Td (d bc) Tj ET\n"))
	if want := "- e🚢 e\n\n- fiل\n"; err != nil || d.Text != want {
		t.Errorf("got %q, %v, want %q", d.Text, err, want)
	}
}

// TestPDFLigature checks that the letters of a ligature keep their order.
func TestPDFLigature(t *testing.T) {
	t.Parallel()
	const cmap = "3 beginbfchar <4c> <06440627> <73> <0633> <6d> <0645> endbfchar 1 beginbfchar <20> <0020> endbfchar"
	d, err := parseOne("a.pdf", pdfOf(cmap, "BT /G 10 Tf 20 300 Td (mLs smL LL) Tj ET\n"))
	if want := "لالا لامس سلام\n"; err != nil || d.Text != want {
		t.Errorf("got %q, %v, want %q", d.Text, err, want)
	}
}

// TestPDFUnreadableFont checks that the numbers of glyphs are not taken for text.
func TestPDFUnreadableFont(t *testing.T) {
	t.Parallel()
	secret := "BT /H 10 Tf 20 300 Td <0024004200430044004500460047> Tj ET\n"
	d, err := parseOne("a.pdf", pdfOf("", secret+"BT /F 10 Tf 20 280 Td (Words that can be read.) Tj ET\n"))
	if err != nil || d.Text != "Words that can be read.\n" {
		t.Errorf("got %q, %v", d.Text, err)
	}
	var skipped *Skipped
	_, err = parseOne("a.pdf", pdfOf("", secret+secret))
	if !errors.As(err, &skipped) || skipped.Reason != NoText || !strings.Contains(err.Error(), "font Secret") {
		t.Errorf("got %v", err)
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
