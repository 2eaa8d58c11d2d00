//go:build !amd64 && !arm64

package encoder

func vectorKernels() []*kernel { return nil }
