package source

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkPDFs reads every PDF of a folder and logs the result and time of
// each:
//
//	go test -run '^$' -bench PDFs -benchtime 1x -v ./rag/source
func BenchmarkPDFs(b *testing.B) {
	dir := os.Getenv("FOOTNOTE_PDFS")
	if dir == "" {
		dir = "../../../shared/data/pdfs"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(files) == 0 {
		b.Skip("set FOOTNOTE_PDFS to a folder of PDFs")
	}
	var longest time.Duration
	read := 0
	for b.Loop() {
		longest, read = 0, 0
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			d, err := parseOne(filepath.Base(name), data)
			took := time.Since(start)
			longest = max(longest, took)
			if err != nil {
				b.Logf("%s: %v", took, err)
				continue
			}
			read++
			b.Logf("%s: %s: %q, %d bytes", took, filepath.Base(name), d.Title, len(d.Text))
			if testing.Verbose() {
				b.Logf("%.1500s", d.Text)
			}
		}
	}
	b.ReportMetric(float64(read), "read")
	b.ReportMetric(longest.Seconds(), "s/longest")
}
