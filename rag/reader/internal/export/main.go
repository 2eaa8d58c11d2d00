// Command export makes the reader's weights file from a trained checkpoint.
//
//	go run ./internal/export -model reader.safetensors -o reader.int8
//
// The checkpoint has float32 tensors with the names of BERT in Hugging Face
// Transformers, without the prefix "bert.", and these heads (shapes are outputs
// by inputs):
//
//	answers.pooler.weight   384 × 384    answers.pooler.bias   384
//	answers.out.weight      1 × 384      answers.out.bias      1
//	supports.…              as answers
//	span.weight             2 × 384, the start and the end of an answer
//
// span.bias is not used: it cancels in the score of a span. The number of layers
// is that of the checkpoint. export prints it, the mean error of the rounded
// weights, and the SHA-256 of the file. With -check it writes nothing unless
// reader.md, in the folder of the output, states that sum.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"footnote/rag/internal/pack"
)

// The shape of the model.
const (
	vocab     = 30522
	positions = 512
	segments  = 2
	hidden    = 384
	wide      = 1536

	maxLayers = 64
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("export: ")
	model := flag.String("model", "reader.safetensors", "safetensors file to read")
	out := flag.String("o", "reader.int8", "weights file to write")
	check := flag.Bool("check", false, "write only if reader.md states the SHA-256")
	flag.Parse()
	if err := run(*model, *out, *check); err != nil {
		log.Fatal(err)
	}
}

func run(model, out string, check bool) error {
	data, err := os.ReadFile(model)
	if err != nil {
		return err
	}
	tensors, err := readTensors(data)
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	e := exporter{tensors: tensors}
	weights, err := e.export()
	if err != nil {
		return fmt.Errorf("%s: %w", model, err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(weights))
	if check {
		md := filepath.Join(filepath.Dir(out), "reader.md")
		stated, err := os.ReadFile(md)
		if err != nil {
			return err
		}
		if !strings.Contains(string(stated), sum) {
			return fmt.Errorf("%s: SHA-256 would be %s, which %s does not state", out, sum, md)
		}
	}
	if err := os.WriteFile(out, weights, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d layers, %s\nSHA-256 %s\n", e.layers, &e.loss, sum)
	return nil
}

type exporter struct {
	tensors map[string]tensor
	file    pack.File
	layers  int
	loss    loss
}

// export returns the weights file.
func (e *exporter) export() ([]byte, error) {
	const query = "encoder.layer.%d.attention.self.query.weight"
	for e.layers < maxLayers && e.tensors[fmt.Sprintf(query, e.layers)].values != nil {
		e.layers++
	}
	if e.layers == 0 {
		return nil, errors.New("no layers: " + fmt.Sprintf(query, 0) + " not found")
	}
	steps := make([]func() error, 0, 2*maxLayers)
	for i := range e.layers {
		steps = append(steps, func() error { return e.layer(i) })
	}
	steps = append(steps,
		func() error { return e.table("word", vocab) },
		func() error { return e.table("position", positions) },
		func() error { return e.table("token_type", segments) },
		func() error { return e.norm("embeddings") },
		func() error { return e.head("answers") },
		func() error { return e.head("supports") },
		func() error { return e.floats("span.weight", 2, hidden) },
	)
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return e.file.Bytes("reader-1", e.layers), nil
}

func (e *exporter) layer(i int) error {
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
		var parts []pack.Part
		for _, name := range m.parts {
			w, err := e.get(in+name+".weight", m.columns, m.rows)
			if err != nil {
				return err
			}
			b, err := e.get(in+name+".bias", m.columns)
			if err != nil {
				return err
			}
			parts = append(parts, quantizeMatrix(w, b, m.rows, &e.loss))
		}
		e.file.Matrix(m.rows, m.columns, parts...)
	}
	if err := e.norm(in + "attention.output"); err != nil {
		return err
	}
	return e.norm(in + "output")
}

func (e *exporter) table(name string, rows int) error {
	v, err := e.get("embeddings."+name+"_embeddings.weight", rows, hidden)
	if err != nil {
		return err
	}
	e.file.Table(quantizeTable(v, &e.loss))
	return nil
}

func (e *exporter) norm(name string) error {
	if err := e.floats(name+".LayerNorm.weight", hidden); err != nil {
		return err
	}
	return e.floats(name+".LayerNorm.bias", hidden)
}

func (e *exporter) head(name string) error {
	return errors.Join(
		e.floats(name+".pooler.weight", hidden, hidden),
		e.floats(name+".pooler.bias", hidden),
		e.floats(name+".out.weight", 1, hidden),
		e.floats(name+".out.bias", 1),
	)
}

// floats adds a tensor as it is.
func (e *exporter) floats(name string, shape ...int) error {
	v, err := e.get(name, shape...)
	e.file.Floats(v...)
	return err
}
