package seeds

import (
	_ "embed"
	"encoding/json"
)

//go:embed vectors.json
var vectors []byte

// Vectors gives the vectors of the sample articles' chunks in a vector space,
// by the digests of what was embedded, so that a first question need not wait
// for them: nil for a space that they were not computed in. They are made by
// `go test ./cmd/footnote -run SampleVectors -update`.
func Vectors(space string) map[string][]float32 {
	var all map[string]map[string][]float32
	if err := json.Unmarshal(vectors, &all); err != nil {
		panic(err) // a test reads the same bytes
	}
	return all[space]
}
