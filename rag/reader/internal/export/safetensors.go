package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

type tensor struct {
	shape  []int
	values []float32
}

// readTensors reads a safetensors file: the length of the header (uint64), a
// header in JSON, which gives the type, the shape and the place of each tensor,
// and their values. Numbers are little endian. It reads only the type F32.
func readTensors(file []byte) (map[string]tensor, error) {
	if len(file) < 8 {
		return nil, errors.New("not a safetensors file")
	}
	n, body := binary.LittleEndian.Uint64(file), file[8:]
	if n > uint64(len(body)) {
		return nil, errors.New("not a safetensors file")
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(body[:n], &header); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	delete(header, "__metadata__")
	body = body[n:]
	all := make(map[string]tensor, len(header))
	for name, raw := range header {
		var h struct {
			Type    string `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}
		if err := json.Unmarshal(raw, &h); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if h.Type != "F32" {
			return nil, fmt.Errorf("%s: type %s, want F32", name, h.Type)
		}
		from, to := h.Offsets[0], h.Offsets[1]
		if from < 0 || from > to || to > len(body) {
			return nil, fmt.Errorf("%s: bytes %d to %d of %d", name, from, to, len(body))
		}
		t := tensor{shape: h.Shape, values: make([]float32, 0, (to-from)/4)}
		for b := body[from:to]; len(b) >= 4; b = b[4:] {
			t.values = append(t.values, math.Float32frombits(binary.LittleEndian.Uint32(b)))
		}
		all[name] = t
	}
	return all, nil
}

// get returns the values of a tensor, which must have the shape and be finite.
func (e *exporter) get(name string, shape ...int) ([]float32, error) {
	t, ok := e.tensors[name]
	if !ok {
		return nil, fmt.Errorf("%s: not found", name)
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	if !slices.Equal(t.shape, shape) || len(t.values) != n {
		return nil, fmt.Errorf("%s: shape %v with %d values, want %v", name, t.shape, len(t.values), shape)
	}
	for i, v := range t.values {
		if v-v != 0 {
			return nil, fmt.Errorf("%s: value %d is %v", name, i, v)
		}
	}
	return t.values, nil
}
