package library_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/library"
)

// BenchmarkRecords measures the cost of a question to a bot with many
// concurrent users: a claim, and a miss if the articles do not answer.
func BenchmarkRecords(b *testing.B) {
	l, err := library.Open(filepath.Join(b.TempDir(), "footnote.db"), library.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	var n atomic.Int64
	for name, do := range map[string]func() error{
		"claim": func() error {
			_, err := l.Claim(ctx, fmt.Sprint("message/", n.Add(1)), noon, after(time.Hour))
			return err
		},
		"miss": func() error {
			return l.AddMiss(ctx, rag.Miss{Question: fmt.Sprint("What is ", n.Add(1)%1000, "?"), Verdict: rag.Refused})
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetParallelism(100)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if err := do(); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
