package main

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The field numbers of onnx.proto3 (IR version 8) that are read here.
const (
	modelGraph = 7

	graphNode        = 1
	graphInitializer = 5

	nodeInput  = 1
	nodeOutput = 2
	nodeOpType = 4

	tensorDims      = 1
	tensorFloatData = 4
	tensorInt32Data = 5
	tensorName      = 8
	tensorRawData   = 9
)

// graph is the part of an ONNX model that the exporter needs: tensors are its
// constants by name; weights maps the output of every integer matrix product to
// the name of its weights.
type graph struct {
	tensors map[string]tensor
	weights map[string]string
}

type tensor struct {
	dims   []int
	raw    []byte    // little endian, if the file stores the tensor as bytes
	floats []float32 // if it stores it as a repeated float
	ints   []int64   // if it stores it as a repeated int32
}

func readGraph(model []byte) (*graph, error) {
	g := &graph{tensors: map[string]tensor{}, weights: map[string]string{}}
	err := fields(model, func(num protowire.Number, value []byte, _ uint64) error {
		if num != modelGraph {
			return nil
		}
		return fields(value, func(num protowire.Number, value []byte, _ uint64) error {
			switch num {
			case graphNode:
				return g.addNode(value)
			case graphInitializer:
				return g.addTensor(value)
			}
			return nil
		})
	})
	return g, err
}

func (g *graph) addNode(b []byte) error {
	var in, out []string
	var op string
	err := fields(b, func(num protowire.Number, value []byte, _ uint64) error {
		switch num {
		case nodeInput:
			in = append(in, string(value))
		case nodeOutput:
			out = append(out, string(value))
		case nodeOpType:
			op = string(value)
		}
		return nil
	})
	if err == nil && op == "MatMulInteger" {
		g.weights[out[0]] = in[1]
	}
	return err
}

func (g *graph) addTensor(b []byte) error {
	var t tensor
	var name string
	err := fields(b, func(num protowire.Number, value []byte, n uint64) error {
		switch num {
		case tensorDims:
			if value == nil {
				t.dims = append(t.dims, int(n))
				return nil
			}
			return varints(value, func(n uint64) { t.dims = append(t.dims, int(n)) })
		case tensorFloatData:
			for ; len(value) >= 4; value = value[4:] {
				t.floats = append(t.floats, math.Float32frombits(binary.LittleEndian.Uint32(value)))
			}
		case tensorInt32Data:
			return varints(value, func(n uint64) { t.ints = append(t.ints, int64(n)) })
		case tensorName:
			name = string(value)
		case tensorRawData:
			t.raw = value
		}
		return nil
	})
	g.tensors[name] = t
	return err
}

// float32s returns the named tensor, which must hold n elements.
func (g *graph) float32s(name string, n int) ([]float32, error) {
	t, ok := g.tensors[name]
	v := t.floats
	for b := t.raw; len(b) >= 4; b = b[4:] {
		v = append(v, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	if !ok || len(v) != n {
		return nil, fmt.Errorf("%s: %d elements, want %d", name, len(v), n)
	}
	return v, nil
}

// bytes returns the named tensor of 8-bit elements, which must be rows by
// columns.
func (g *graph) bytes(name string, rows, columns int) ([]byte, error) {
	t := g.tensors[name]
	if len(t.dims) != 2 || t.dims[0] != rows || t.dims[1] != columns || len(t.raw) != rows*columns {
		return nil, fmt.Errorf("%s: dimensions %v, want %d by %d", name, t.dims, rows, columns)
	}
	return t.raw, nil
}

// zeroPoint returns the only zero point of the named tensor.
func (g *graph) zeroPoint(name string) (int, error) {
	t := g.tensors[name]
	all := t.ints
	for _, b := range t.raw {
		all = append(all, int64(b))
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("%s: missing", name)
	}
	for _, z := range all {
		if z != all[0] {
			return 0, fmt.Errorf("%s: zero points differ", name)
		}
	}
	return int(all[0]), nil
}

// fields calls f with each field of a message: its bytes, or its number if it
// is a varint.
func fields(b []byte, f func(num protowire.Number, value []byte, n uint64) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		var value []byte
		var number uint64
		switch typ {
		case protowire.BytesType:
			value, n = protowire.ConsumeBytes(b)
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(num, value, number); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// varints calls f with each number of a packed field.
func varints(b []byte, f func(uint64)) error {
	for len(b) > 0 {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		f(v)
		b = b[n:]
	}
	return nil
}
