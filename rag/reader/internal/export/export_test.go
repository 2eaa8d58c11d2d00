package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"footnote/rag/internal/bert"
	"footnote/rag/internal/pack"
)

// checkpoint returns a safetensors file of random weights with a number of
// layers, and the tensors in it. change may alter the tensors first.
func checkpoint(layers int, change func(map[string]tensor)) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	all := map[string]tensor{}
	add := func(name string, shape ...int) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.NormFloat64()) / 20
		}
		all[name] = tensor{shape, v}
	}
	linear := func(name string, out, in int) {
		add(name+".weight", out, in)
		add(name+".bias", out)
	}
	norm := func(name string) {
		add(name+".LayerNorm.weight", hidden)
		add(name+".LayerNorm.bias", hidden)
	}
	for i := range layers {
		in := fmt.Sprintf("encoder.layer.%d.", i)
		for _, part := range []string{"self.query", "self.key", "self.value", "output.dense"} {
			linear(in+"attention."+part, hidden, hidden)
		}
		norm(in + "attention.output")
		linear(in+"intermediate.dense", wide, hidden)
		linear(in+"output.dense", hidden, wide)
		norm(in + "output")
	}
	add("embeddings.word_embeddings.weight", vocab, hidden)
	add("embeddings.position_embeddings.weight", positions, hidden)
	add("embeddings.token_type_embeddings.weight", segments, hidden)
	norm("embeddings")
	for _, name := range []string{"answers", "supports"} {
		linear(name+".pooler", hidden, hidden)
		linear(name+".out", 1, hidden)
	}
	linear("span", 2, hidden)
	if change != nil {
		change(all)
	}

	type entry struct {
		Type    string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	var body []byte
	for name, t := range all {
		at := len(body)
		body, _ = binary.Append(body, binary.LittleEndian, t.values)
		header[name] = entry{"F32", t.shape, [2]int{at, len(body)}}
	}
	j, err := json.Marshal(header)
	if err != nil {
		panic(err)
	}
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(j))), j...), body...)
}

// TestExport checks that a model of two layers can be loaded and that its heads
// are the last numbers of the file.
func TestExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	model, out := filepath.Join(dir, "m.safetensors"), filepath.Join(dir, "reader.int8")
	var heads []float32
	data := checkpoint(2, func(all map[string]tensor) {
		for _, name := range []string{"answers", "supports"} {
			for _, part := range []string{".pooler.weight", ".pooler.bias", ".out.weight", ".out.bias"} {
				heads = append(heads, all[name+part].values...)
			}
		}
		heads = append(heads, all["span.weight"].values...)
	})
	if err := os.WriteFile(model, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "reader.md"), []byte("no sum"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(model, out, true); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("with -check: error %v, want one about the SHA-256", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("with -check the file was written")
	}
	if err := run(model, out, false); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	m, extra, err := bert.Load("x", string(file), bert.Format{Magic: "reader-1", Segments: segments, Extra: len(heads)})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Verify(); err != nil {
		t.Error(err)
	}
	if m.Layers() != 2 {
		t.Errorf("%d layers, want 2", m.Layers())
	}
	for i, v := range heads {
		if extra[i] != v {
			t.Fatalf("number %d of the heads: %v, want %v", i, extra[i], v)
		}
	}
}

func TestExportErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(all map[string]tensor)
		want   string
	}{
		{"no layers", func(all map[string]tensor) { delete(all, "encoder.layer.0.attention.self.query.weight") }, "no layers"},
		{"a missing tensor", func(all map[string]tensor) { delete(all, "supports.out.bias") }, "supports.out.bias: not found"},
		{"another shape", func(all map[string]tensor) {
			all["span.weight"] = tensor{[]int{3, hidden}, make([]float32, 3*hidden)}
		}, "span.weight: shape [3 384]"},
		{"NaN", func(all map[string]tensor) {
			all["encoder.layer.0.output.dense.weight"].values[7] = float32(math.NaN())
		}, "encoder.layer.0.output.dense.weight: value 7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tensors, err := readTensors(checkpoint(1, tt.change))
			if err != nil {
				t.Fatal(err)
			}
			e := exporter{tensors: tensors}
			if _, err := e.export(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestReadTensorsErrors(t *testing.T) {
	t.Parallel()
	file := func(header, body string) string {
		return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + body
	}
	for _, tt := range []struct{ file, want string }{
		{"", "not a safetensors file"},
		{"\xff\xff\xff\xff\xff\xff\xff\xff{}", "not a safetensors file"},
		{file("{", ""), "header"},
		{file(`{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}`, "xx"), "a: type F16"},
		{file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}`, "xxxx"), "a: bytes 0 to 8 of 4"},
		{file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,4]}}`, "xxxx"), "a: bytes -4"},
	} {
		if _, err := readTensors([]byte(tt.file)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.20q: error %v, want %q", tt.file, err, tt.want)
		}
	}
}

func TestQuantizeColumn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	column := func(f func(i int) float32) []float32 {
		x := make([]float32, hidden)
		for i := range x {
			x[i] = f(i)
		}
		return x
	}
	for name, x := range map[string][]float32{
		"zeros":   column(func(int) float32 { return 0 }),
		"equal":   column(func(int) float32 { return -.3 }), // the largest possible sums
		"normal":  column(func(int) float32 { return float32(r.NormFloat64()) }),
		"outlier": column(func(i int) float32 { return float32(r.NormFloat64()) + map[bool]float32{true: 40}[i == 9] }),
		"tiny":    column(func(i int) float32 { return float32(i) * 1e-30 }),
	} {
		q, scale := quantizeColumn(x)
		if levels := pack.Levels(pack.PartialBound(q)); levels < minLevels {
			t.Errorf("%s: %d levels, want %d", name, levels, minLevels)
		}
		for i, v := range x {
			if d := math.Abs(float64(v - scale*float32(q[i]))); d > .5001*float64(scale) || q[i] < -most || q[i] > most {
				t.Errorf("%s: %v became %d·%v", name, v, q[i], scale)
			}
		}
	}
}

func TestQuantizeTable(t *testing.T) {
	t.Parallel()
	for _, x := range [][]float32{{0, 0, 0, 0}, {-1, 2, .5, .013}, {3, 4, 3.3, 3.7}, {-5, -1, -2, -3}} {
		entries, scale := quantizeTable(x, new(loss))
		for i := range x {
			want, got := x[i]-x[0], scale*float32(int(entries[i])-int(entries[0])) // up to a constant
			if math.Abs(float64(want-got)) > 1.001*float64(scale) {
				t.Errorf("%v: %v above the first became %v", x, want, got)
			}
		}
	}
}
