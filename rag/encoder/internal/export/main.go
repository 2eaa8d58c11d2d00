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
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"log"
	"os"
	"strings"
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

// file is the weights file while it is written: bytes first, then numbers.
type file struct {
	bytes  bytes.Buffer
	floats []float32
}

func export(g *graph) ([]byte, error) {
	var f file
	for i := range layers {
		if err := f.layer(g, i); err != nil {
			return nil, err
		}
	}
	for _, table := range []struct {
		name       string
		rows, keep int
	}{{"word", vocab, vocab}, {"position", positions, positions}, {"token_type", 2, 1}} {
		if err := f.table(g, "embeddings."+table.name+"_embeddings.weight", table.rows, table.keep); err != nil {
			return nil, err
		}
	}
	if err := f.norm(g, "embeddings"); err != nil {
		return nil, err
	}
	return f.assemble(), nil
}

func (f *file) layer(g *graph, i int) error {
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
		if err := f.matrix(g, i, m.parts, m.rows, m.columns); err != nil {
			return err
		}
	}
	if err := f.norm(g, in+"attention.output"); err != nil {
		return err
	}
	return f.norm(g, in+"output")
}

// matrix adds products with the same input side by side: their packed weights,
// then for all columns the scales, the biases and the sums, and the number of
// activation levels.
func (f *file) matrix(g *graph, layer int, parts []string, rows, columns int) error {
	var scales, biases, sums []float32
	bound := 0
	for _, part := range parts {
		path := fmt.Sprintf("/encoder/layer.%d/%s/MatMul_output_0_output_quantized", layer, slashed(part))
		name, ok := g.weights[path]
		if !ok {
			return fmt.Errorf("%s: matrix product not found", path)
		}
		w, err := g.bytes(name, rows, columns)
		if err != nil {
			return err
		}
		base := name[:len(name)-len("_quantized")]
		if z, err := g.zeroPoint(base + "_zero_point"); err != nil {
			return fmt.Errorf("%s: zero point: %w", base, err)
		} else if z != 0 {
			return fmt.Errorf("%s: zero point %d, want 0", base, z)
		}
		s, err := g.float32s(base+"_scale", columns)
		if err != nil {
			return err
		}
		b, err := g.float32s(fmt.Sprintf("encoder.layer.%d.%s.bias", layer, part), columns)
		if err != nil {
			return err
		}
		scales, biases = append(scales, s...), append(biases, b...)
		sums = append(sums, columnSums(w, rows, columns)...)
		bound = max(bound, partialBound(w, rows, columns))
		f.bytes.Write(pack(w, rows, columns))
	}
	f.floats = append(append(append(f.floats, scales...), biases...), sums...)
	f.floats = append(f.floats, float32(min(127, 32767/bound)))
	return nil
}

// table adds the first keep rows of a table of embeddings, and its scale.
func (f *file) table(g *graph, name string, rows, keep int) error {
	b, err := g.bytes(name+"_quantized", rows, hidden)
	if err != nil {
		return err
	}
	if z, err := g.zeroPoint(name + "_zero_point"); err != nil {
		return fmt.Errorf("%s: zero point: %w", name, err)
	} else if z != 128 {
		return fmt.Errorf("%s: zero point %d, want 128", name, z)
	}
	s, err := g.float32s(name+"_scale", 1)
	if err != nil {
		return err
	}
	f.bytes.Write(b[:keep*hidden])
	f.floats = append(f.floats, s...)
	return nil
}

func (f *file) norm(g *graph, name string) error {
	for _, part := range []string{".LayerNorm.weight", ".LayerNorm.bias"} {
		v, err := g.float32s(name+part, hidden)
		if err != nil {
			return err
		}
		f.floats = append(f.floats, v...)
	}
	return nil
}

// assemble joins the header, the bytes and the numbers.
func (f *file) assemble() []byte {
	var body bytes.Buffer
	body.Write(f.bytes.Bytes())
	_ = binary.Write(&body, binary.LittleEndian, f.floats) // writing to a Buffer cannot fail
	header := make([]byte, 64)
	copy(header, "e5small1")
	binary.LittleEndian.PutUint32(header[8:], crc32.Checksum(body.Bytes(), crc32.MakeTable(crc32.Castagnoli)))
	return append(header, body.Bytes()...)
}

// pack orders a row-major matrix for the kernels: panels of 16 columns, each
// with its rows in groups of four. A group stores the four weights of a column
// together.
func pack(w []byte, rows, columns int) []byte {
	packed := make([]byte, 0, len(w))
	for c := 0; c < columns; c += 16 {
		for r := 0; r < rows; r += 4 {
			for j := range 16 {
				for i := range 4 {
					packed = append(packed, w[(r+i)*columns+c+j])
				}
			}
		}
	}
	return packed
}

func columnSums(w []byte, rows, columns int) []float32 {
	sums := make([]float32, columns) // exact: at most 64·1536 each
	for r := range rows {
		for c := range columns {
			sums[c] += float32(int8(w[r*columns+c]))
		}
	}
	return sums
}

// partialBound returns the largest magnitude that a kernel's 16-bit sum can
// reach per level of the activations. Such a sum takes eight of 16 consecutive
// rows of one column, the even pairs or the odd pairs (0,1, 4,5, 8,9, 12,13 or
// 2,3, 6,7, 10,11, 14,15). At worst, only weights of one sign count.
func partialBound(w []byte, rows, columns int) int {
	bound := 0
	for c := range columns {
		for r := 0; r < rows; r += 16 {
			var up, down [2]int
			for i := range 16 {
				v := int(int8(w[(r+i)*columns+c]))
				up[i/2%2] += max(v, 0)
				down[i/2%2] += max(-v, 0)
			}
			bound = max(bound, up[0], up[1], down[0], down[1])
		}
	}
	return bound
}

// slashed returns the path that the graph uses for the name of a part.
func slashed(part string) string { return strings.ReplaceAll(part, ".", "/") }
