package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferr "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

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
	for i := range count.PageCount {
		s, err := readSheet(engine, doc, i)
		if err != nil {
			return rag.Document{}, fmt.Errorf("page %d: %w", i+1, err)
		}
		pages = append(pages, s)
	}
	d := rag.Document{Text: layOut(pages)}
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

func readSheet(engine pdfium.Pdfium, doc references.FPDF_DOCUMENT, i int) (sheet, error) {
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
	s := sheet{width: size.Width, height: size.Height}
	for _, r := range text.Rects {
		words := hyphens.Replace(r.Text)
		if strings.TrimSpace(words) == "" {
			continue
		}
		p := r.PointPosition
		run := run{text: words, left: p.Left, right: p.Right, top: max(p.Top, p.Bottom), bottom: min(p.Top, p.Bottom)}
		if run.size = run.top - run.bottom; r.FontInformation != nil && r.FontInformation.RenderedSize > 0 {
			run.size = r.FontInformation.RenderedSize
		}
		s.runs = append(s.runs, run)
	}
	return s, nil
}

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
