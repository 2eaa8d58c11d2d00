package seeds

import (
	_ "embed"
	"encoding/json"
)

//go:embed vectors.json
var vectors []byte

// Vectors returns the precomputed vectors of the sample articles' chunks by
// Chunk.VectorKey, so that the first question is fast. It returns nil for a
// vector space that they were not computed for. This command computes them:
//
//	go test ./cmd/footnote -run SampleVectors -update
func Vectors(space string) map[string][]float32 {
	var all map[string]map[string][]float32
	if err := json.Unmarshal(vectors, &all); err != nil {
		panic(err) // a test parses the same bytes
	}
	return all[space]
}
