package bert

import "golang.org/x/sys/cpu"

// vectorKernels returns the assembly kernels that the processor can run,
// fastest first. Processors without dot products, such as that of a Raspberry
// Pi 4, have none.
//
// Run the kernels' tests on another processor with
//
//	GOARCH=arm64 go test -exec 'qemu-aarch64 -cpu max' -run 'Quantize|Product|Multiply|Softmax|GELU|Normalize|Agree'
func vectorKernels() []*kernel {
	if !cpu.ARM64.HasASIMDDP {
		return nil
	}
	sdot := assembly{productSDOT, multiplySDOT, quantizeSDOT, softmaxSDOT, geluSDOT, normalizeSDOT}
	return []*kernel{sdot.kernel("sdot", 6, panel)}
}

//go:noescape
func productSDOT(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)

//go:noescape
func multiplySDOT(c *float32, cStride int, a *float32, aStride int, b *float32, bStride, k, columns int, scale *float32)

//go:noescape
func quantizeSDOT(q *uint8, x *float32, n int, levels float64, e *extremes)

//go:noescape
func softmaxSDOT(s *float32, columns, rows int, extra float64, sums *float32)

//go:noescape
func geluSDOT(x *float32, n int)

//go:noescape
func normalizeSDOT(x, y, gain, bias *float32)
