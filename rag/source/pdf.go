package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	pdferr "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/text/unicode/norm"

	"footnote/rag"
)

const (
	maxPDFPages = 5000
	pdfMemory   = 512 << 20                    // bytes of memory for PDFium
	pdfTimeout  = parseTimeout - 2*time.Second // shorter, so that PDFium stops before the file is skipped
)

// engine is PDFium in WebAssembly, without access to files or the network. It
// is compiled when the first PDF is read, and the compiled code is cached.
var engine = sync.OnceValues(func() (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCloseOnContextDone(true). // otherwise an endless loop in it could not be stopped
		WithMemoryLimitPages(pdfMemory >> 16)
	if dir, err := os.UserCacheDir(); err == nil {
		if cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "footnote", "pdfium")); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	return webassembly.Init(webassembly.Config{
		MaxTotal: 1, FSConfig: wazero.NewFSConfig(), RuntimeConfig: config, Stdout: io.Discard, Stderr: io.Discard,
	})
})

func startPDF() error {
	if _, err := engine(); err != nil {
		return fmt.Errorf("cannot start PDFium: %w", err)
	}
	return nil
}

func loadPDF(f file) (rag.Document, error) {
	pool, err := engine()
	if err != nil {
		return rag.Document{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), pdfTimeout)
	defer cancel()
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return rag.Document{}, fmt.Errorf("cannot start PDFium: %w", err)
	}
	overdue := time.AfterFunc(pdfTimeout, func() { _ = instance.Kill() })
	d, err := readPDF(instance, f.data)
	if !overdue.Stop() {
		return rag.Document{}, errors.New("PDFium took longer than " + pdfTimeout.String())
	}
	_ = instance.Close() // its memory is freed even on an error
	return d, err
}

func readPDF(engine pdfium.Pdfium, data []byte) (rag.Document, error) {
	opened, err := engine.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdferr.ErrPassword), errors.Is(err, pdferr.ErrSecurity):
		return rag.Document{}, &Skipped{Reason: Encrypted}
	case err != nil:
		return rag.Document{}, &Skipped{Reason: Malformed, Err: errors.New("PDFium cannot read it")}
	}
	doc := opened.Document
	count, err := engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return rag.Document{}, err
	}
	if count.PageCount > maxPDFPages {
		return rag.Document{}, &Skipped{Reason: TooLarge, Err: fmt.Errorf("%d pages", count.PageCount)}
	}
	var pages []sheet
	fonts := fonts{}
	for i := range count.PageCount {
		s, err := readSheet(engine, doc, i, fonts)
		if err != nil {
			return rag.Document{}, fmt.Errorf("page %d: %w", i+1, err)
		}
		pages = append(pages, s)
	}
	d := rag.Document{Text: layOut(pages)}
	if name, lost := fonts.unreadable(); lost > len(d.Text) {
		return rag.Document{}, &Skipped{Reason: NoText, Err: fmt.Errorf("its font %s does not say which characters its glyphs are; try ocrmypdf --force-ocr", printable(name))}
	}
	if !hasWord(d.Text) {
		why := NoText
		if count.PageCount == 0 {
			why = Empty
		}
		return rag.Document{}, &Skipped{Reason: why}
	}
	describePDF(engine, doc, &d)
	return d, nil
}

func readSheet(engine pdfium.Pdfium, doc references.FPDF_DOCUMENT, i int, fonts fonts) (sheet, error) {
	page := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}
	size, err := engine.GetPageSize(&requests.GetPageSize{Page: page})
	if err != nil {
		return sheet{}, err
	}
	text, err := engine.GetPageTextStructured(&requests.GetPageTextStructured{
		Page: page, Mode: requests.GetPageTextStructuredModeRects, CollectFontInformation: true,
	})
	if err != nil {
		return sheet{}, err
	}
	again := pageText{engine: engine, page: page}
	defer again.close()
	s := sheet{width: size.Width, height: size.Height}
	for _, r := range text.Rects {
		if strings.Contains(r.Text, halfCharacter) {
			if r.Text, err = again.textIn(r); err != nil {
				return sheet{}, err
			}
		}
		if strings.ContainsFunc(r.Text, isArabic) {
			if r.Text, err = again.ligaturesIn(r); err != nil {
				return sheet{}, err
			}
		}
		words := characters(r.Text)
		if strings.TrimSpace(words) == "" {
			continue
		}
		p := r.PointPosition
		run := run{text: words, left: p.Left, right: p.Right, top: max(p.Top, p.Bottom), bottom: min(p.Top, p.Bottom)}
		if run.size = run.top - run.bottom; r.FontInformation != nil && r.FontInformation.RenderedSize > 0 {
			run.size = r.FontInformation.RenderedSize
		}
		readable, err := fonts.read(&again, r)
		if err != nil {
			return sheet{}, err
		}
		if readable {
			s.runs = append(s.runs, run)
		}
	}
	return s, nil
}

// halfCharacter stands for each half of a character beyond U+FFFF in the text of
// go-pdfium.
const halfCharacter = "\ufffd"

// pageText asks PDFium for what go-pdfium's structured text of a page lacks. It
// loads the page when it is first asked.
type pageText struct {
	engine pdfium.Pdfium
	page   requests.Page
	loaded references.FPDF_TEXTPAGE
	chars  []*responses.GetPageTextStructuredChar // nil: not asked yet
	looked int                                    // characters that ligaturesIn has compared
}

func (t *pageText) load() error {
	if t.loaded != "" {
		return nil
	}
	page, err := t.engine.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: t.page})
	if err == nil {
		t.loaded = page.TextPage
	}
	return err
}

func (t *pageText) close() {
	if t.loaded != "" {
		_, _ = t.engine.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.loaded}) // only frees memory
	}
}

// textIn returns the text in a rectangle, with the characters beyond U+FFFF.
func (t *pageText) textIn(r *responses.GetPageTextStructuredRect) (string, error) {
	if err := t.load(); err != nil {
		return "", err
	}
	p := r.PointPosition
	text, err := t.engine.FPDFText_GetBoundedText(&requests.FPDFText_GetBoundedText{TextPage: t.loaded, Left: p.Left, Top: p.Top, Right: p.Right, Bottom: p.Bottom})
	if err != nil {
		return "", err
	}
	return text.Text, nil
}

func isArabic(r rune) bool { return unicode.Is(unicode.Arabic, r) }

// maxLooked limits the comparisons of ligaturesIn on a page.
const maxLooked = 50_000_000

// ligaturesIn returns the text of a rectangle with the letters of each Arabic ligature
// in their order. PDFium turns around a line from right to left letter by letter, also
// the letters of one glyph, so that سلام becomes سالم. Such letters have the same box.
func (t *pageText) ligaturesIn(r *responses.GetPageTextStructuredRect) (string, error) {
	if t.chars == nil {
		text, err := t.engine.GetPageTextStructured(&requests.GetPageTextStructured{Page: t.page, Mode: requests.GetPageTextStructuredModeChars})
		if err != nil {
			return "", err
		}
		t.chars = text.Chars
	}
	if t.looked += len(t.chars); t.looked > maxLooked {
		return r.Text, nil
	}
	runes := []rune(r.Text)
	at, first := 0, 0 // the next rune, and the first of the current glyph
	var box responses.CharPosition
	turn := func() {
		if glyph := runes[first:at]; len(glyph) > 1 && isArabic(glyph[0]) && isArabic(glyph[len(glyph)-1]) {
			slices.Reverse(glyph)
		}
		first = at
	}
	for _, c := range t.chars {
		if c.Text == "" || !overlap(c.PointPosition, r.PointPosition) {
			continue
		}
		if c.PointPosition != box {
			turn()
			box = c.PointPosition
		}
		for at < len(runes) && string(runes[at]) != c.Text { // PDFium adds spaces
			turn()
			at++
			first = at
		}
		at = min(at+1, len(runes))
	}
	turn()
	return string(runes), nil
}

// overlap reports whether two boxes have a part in common.
func overlap(a, b responses.CharPosition) bool {
	return max(min(a.Left, a.Right), min(b.Left, b.Right)) < min(max(a.Left, a.Right), max(b.Left, b.Right)) &&
		max(min(a.Top, a.Bottom), min(b.Top, b.Bottom)) < min(max(a.Top, a.Bottom), max(b.Top, b.Bottom))
}

// mapped reports whether PDFium knows the characters at the start of a rectangle,
// and does not take the numbers of their glyphs for them.
func (t *pageText) mapped(r *responses.GetPageTextStructuredRect) (bool, error) {
	if err := t.load(); err != nil {
		return false, err
	}
	p := r.PointPosition
	first, err := t.engine.FPDFText_GetCharIndexAtPos(&requests.FPDFText_GetCharIndexAtPos{
		TextPage: t.loaded, X: min(p.Left, p.Right) + .2, Y: (p.Top + p.Bottom) / 2, XTolerance: 2, YTolerance: 2,
	})
	if err != nil || first.CharIndex < 0 {
		return true, err
	}
	wrong, err := t.engine.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: t.loaded, Index: first.CharIndex})
	return err == nil && !wrong.HasUnicodeMapError, err
}

// fonts holds what is known of the fonts of a document, by their name.
type fonts map[string]*font

type font struct {
	checked, unmapped int // runs
	bytes             int // of the text of all runs
}

// enoughChecks is how many runs of a font are checked. After that, most of them
// decide about the font.
const enoughChecks = 8

// read reports whether the text of a run can be read. Without a table of
// characters, the text that PDFium returns is made of the numbers of glyphs.
func (fs fonts) read(t *pageText, r *responses.GetPageTextStructuredRect) (bool, error) {
	name := ""
	if r.FontInformation != nil {
		name = r.FontInformation.Name
	}
	f := fs[name]
	if f == nil {
		f = &font{}
		fs[name] = f
	}
	f.bytes += len(r.Text)
	if f.checked >= enoughChecks {
		return 2*f.unmapped <= f.checked, nil
	}
	mapped, err := t.mapped(r)
	f.checked++
	if !mapped {
		f.unmapped++
	}
	return mapped, err
}

// unreadable returns the font with the most text that cannot be read, and the
// bytes in all such fonts.
func (fs fonts) unreadable() (name string, lost int) {
	most := 0
	for n, f := range fs {
		if 2*f.unmapped <= f.checked {
			continue
		}
		if lost += f.bytes; f.bytes > most || f.bytes == most && n < name {
			name, most = n, f.bytes
		}
	}
	return name, lost
}

// characters returns the text of a run in the characters that people type. PDFium
// returns two special ones for a hyphen at the end of a line. Symbol fonts have
// bullets in the private use area.
func characters(s string) string {
	s = hyphens.Replace(s)
	if !strings.ContainsFunc(s, func(r rune) bool { return presentationForm(r) || unicode.Is(unicode.Co, r) }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case presentationForm(r):
			b.WriteString(norm.NFKC.String(string(r)))
		case unicode.Is(unicode.Co, r):
			b.WriteRune('•')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// presentationForm reports whether r is a ligature, or a form of a Hebrew or Arabic
// letter at one place of a word.
func presentationForm(r rune) bool { return 0xfb00 <= r && r <= 0xfdff || 0xfe70 <= r && r <= 0xfefc }

// hyphens replaces the characters that PDFium returns for a hyphen at the end
// of a line, and removes control characters.
var hyphens = strings.NewReplacer("\x02", "-", "\ufffe", "-", "\x00", "", "\r", " ", "\n", " ")

// describePDF sets the fields that the metadata of a PDF gives. A title that
// looks like a file name or a template is left out.
func describePDF(engine pdfium.Pdfium, doc references.FPDF_DOCUMENT, d *rag.Document) {
	info, err := engine.GetMetaData(&requests.GetMetaData{Document: doc})
	if err != nil {
		return // no metadata
	}
	for _, t := range info.Tags {
		value := oneLine(tidy(strings.ToValidUTF8(t.Value, "")))
		switch t.Tag {
		case "Title":
			if hasWord(value) && !fileTitle(value) {
				d.Title = value
			}
		case "Author":
			d.Author = value
		case "CreationDate":
			d.Published = pdfDate(value)
		}
	}
}

// fileTitle reports whether a title is a file name or the default of a program.
func fileTitle(s string) bool {
	lower := strings.ToLower(s)
	return ending(lower) != "" && !strings.Contains(lower, " ") || strings.HasPrefix(lower, "microsoft word") ||
		strings.HasPrefix(lower, "untitled") || lower == "title" || strings.HasPrefix(lower, "(anonymous)")
}

// pdfDate parses a date such as "D:20200914120000+02'00'" and ignores its zone.
// It is zero if it cannot be parsed.
func pdfDate(s string) time.Time {
	s = strings.TrimPrefix(s, "D:")
	for _, form := range []string{"20060102150405", "20060102"} {
		if len(s) >= len(form) {
			if t, err := time.Parse(form, s[:len(form)]); err == nil {
				return published(t)
			}
		}
	}
	return time.Time{}
}
