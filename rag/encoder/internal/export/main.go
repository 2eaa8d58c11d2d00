// Command export makes the encoder's weights file from the ONNX file of
// e5-small-v2.
//
//	go run ./internal/export -model e5-small-v2-q.onnx -o e5-small-v2.int8
//
// It checks both files against the SHA-256 sums below, so the file in the
// repository can be reproduced from the published weights. package bert
// describes the format; weights.md says where the model comes from.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"

	"footnote/rag/internal/pack"
)

const (
	modelSum   = "7d9092cb25f2bd1c023b7e8d2aa459044a02030ac880e5a59fdaf27af69f1ded"
	weightsSum = "f7d57794d95902936b0916e6b23060324cf45fc8a1efb4c803ce55e8f92f4047"
)

// The shape of the model.
const (
	vocab     = 30522
	positions = 512
	layers    = 12
	hidden    = 384
	wide      = 1536
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("export: ")
	model := flag.String("model", "e5-small-v2-q.onnx", "ONNX file to read")
	out := flag.String("o", "e5-small-v2.int8", "weights file to write")
	flag.Parse()
	if err := run(*model, *out); err != nil {
		log.Fatal(err)
	}
}

func run(model, out string) error {
	onnx, err := os.ReadFile(model)
	if err != nil {
		return err
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(onnx)); sum != modelSum {
		return fmt.Errorf("%s: SHA-256 is %s, want %s", model, sum, modelSum)
	}
	g, err := readGraph(onnx)
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	weights, err := export(g)
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(weights)); sum != weightsSum {
		return fmt.Errorf("%s: SHA-256 would be %s, want %s", out, sum, weightsSum)
	}
	return os.WriteFile(out, weights, 0o644)
}

func export(g *graph) ([]byte, error) {
	f := file{graph: g}
	for i := range layers {
		if err := f.layer(i); err != nil {
			return nil, err
		}
	}
	for _, table := range []struct {
		name       string
		rows, keep int
	}{{"word", vocab, vocab}, {"position", positions, positions}, {"token_type", 2, 1}} {
		if err := f.table("embeddings."+table.name+"_embeddings.weight", table.rows, table.keep); err != nil {
			return nil, err
		}
	}
	if err := f.norm("embeddings"); err != nil {
		return nil, err
	}
	return f.Bytes("e5small1", 0), nil
}

// file is the weights file while it is written.
type file struct {
	pack.File
	*graph
}

func (f *file) layer(i int) error {
	in := fmt.Sprintf("encoder.layer.%d.", i)
	for _, m := range []struct {
		parts         []string
		rows, columns int
	}{
		{[]string{"attention.self.query", "attention.self.key", "attention.self.value"}, hidden, hidden},
		{[]string{"attention.output.dense"}, hidden, hidden},
		{[]string{"intermediate.dense"}, hidden, wide},
		{[]string{"output.dense"}, wide, hidden},
	} {
		if err := f.matrix(i, m.parts, m.rows, m.columns); err != nil {
			return err
		}
	}
	if err := f.norm(in + "attention.output"); err != nil {
		return err
	}
	return f.norm(in + "output")
}

// matrix adds products with the same input side by side.
func (f *file) matrix(layer int, names []string, rows, columns int) error {
	var parts []pack.Part
	for _, part := range names {
		path := fmt.Sprintf("/encoder/layer.%d/%s/MatMul_output_0_output_quantized", layer, slashed(part))
		name, ok := f.weights[path]
		if !ok {
			return fmt.Errorf("%s: matrix product not found", path)
		}
		w, err := f.bytes(name, rows, columns)
		if err != nil {
			return err
		}
		base := name[:len(name)-len("_quantized")]
		if z, err := f.zeroPoint(base + "_zero_point"); err != nil {
			return fmt.Errorf("%s: zero point: %w", base, err)
		} else if z != 0 {
			return fmt.Errorf("%s: zero point %d, want 0", base, z)
		}
		s, err := f.float32s(base+"_scale", columns)
		if err != nil {
			return err
		}
		b, err := f.float32s(fmt.Sprintf("encoder.layer.%d.%s.bias", layer, part), columns)
		if err != nil {
			return err
		}
		signed := make([]int8, len(w))
		for i, v := range w {
			signed[i] = int8(v)
		}
		parts = append(parts, pack.Part{Weights: signed, Scale: s, Bias: b})
	}
	f.Matrix(rows, columns, parts...)
	return nil
}

// table adds the first keep rows of a table of embeddings, and its scale.
func (f *file) table(name string, rows, keep int) error {
	b, err := f.bytes(name+"_quantized", rows, hidden)
	if err != nil {
		return err
	}
	if z, err := f.zeroPoint(name + "_zero_point"); err != nil {
		return fmt.Errorf("%s: zero point: %w", name, err)
	} else if z != 128 {
		return fmt.Errorf("%s: zero point %d, want 128", name, z)
	}
	s, err := f.float32s(name+"_scale", 1)
	if err != nil {
		return err
	}
	f.Table(b[:keep*hidden], s[0])
	return nil
}

func (f *file) norm(name string) error {
	for _, part := range []string{".LayerNorm.weight", ".LayerNorm.bias"} {
		v, err := f.float32s(name+part, hidden)
		if err != nil {
			return err
		}
		f.Floats(v...)
	}
	return nil
}

// slashed returns the path that the graph uses for the name of a part.
func slashed(part string) string { return strings.ReplaceAll(part, ".", "/") }
