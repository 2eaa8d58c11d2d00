//go:build !amd64

package encoder

func vectorKernels() []*kernel { return nil }
