package bert

import "golang.org/x/sys/cpu"

//go:generate go run ./internal/asm

// vectorKernels returns the assembly kernels that the processor can run,
// fastest first.
func vectorKernels() []*kernel {
	var possible []*kernel
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	avx2 := assembly{productAVX2, multiplyAVX2, quantizeAVX2, softmaxAVX2, geluAVX2, normalizeAVX2}
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VNNI {
		possible = append(possible, assembly{productAVX512, multiplyAVX512, quantizeAVX512, softmaxAVX512, geluAVX512, normalizeAVX512}.kernel("avx512vnni", 6, 64))
	}
	if cpu.X86.HasAVXVNNI {
		vnni := avx2
		vnni.product = productAVXVNNI
		possible = append(possible, vnni.kernel("avxvnni", 6, panel))
	}
	return append(possible, avx2.kernel("avx2", 6, panel))
}

//go:noescape
func productAVX2(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)

//go:noescape
func multiplyAVX2(c *float32, cStride int, a *float32, aStride int, b *float32, bStride, k, columns int, scale *float32)

//go:noescape
func quantizeAVX2(q *uint8, x *float32, n int, levels float64, e *extremes)

//go:noescape
func softmaxAVX2(s *float32, columns, rows int, extra float64, sums *float32)

//go:noescape
func geluAVX2(x *float32, n int)

//go:noescape
func normalizeAVX2(x, y, gain, bias *float32)

//go:noescape
func productAVXVNNI(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)

//go:noescape
func productAVX512(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)

//go:noescape
func multiplyAVX512(c *float32, cStride int, a *float32, aStride int, b *float32, bStride, k, columns int, scale *float32)

//go:noescape
func quantizeAVX512(q *uint8, x *float32, n int, levels float64, e *extremes)

//go:noescape
func softmaxAVX512(s *float32, columns, rows int, extra float64, sums *float32)

//go:noescape
func geluAVX512(x *float32, n int)

//go:noescape
func normalizeAVX512(x, y, gain, bias *float32)
