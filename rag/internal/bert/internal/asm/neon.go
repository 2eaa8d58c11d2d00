package main

import (
	"fmt"
	"math"
	"strings"
)

// neon is arm64 with the dot products of ARMv8.2. Go's assembler knows few of
// its vector instructions, so most are written as numbers; the encodings are
// from the Arm Architecture Reference Manual, section C7.2.
type neon struct {
	all, body strings.Builder // body is the current function
	args      []string
	name      string
	constants map[float32]int // their registers
}

// Constants take registers from topConstant downwards; spare passes values on.
const (
	topConstant = 30
	spare       = 31
)

func (m *neon) suffix() string { return "SDOT" }
func (m *neon) width() int     { return 4 }

func (m *neon) emit(format string, args ...any) { fmt.Fprintf(&m.body, "\t"+format+"\n", args...) }

// word emits an instruction with registers in the usual places.
func (m *neon) word(code uint32, d, n, k int, text string, args ...any) {
	m.emit("WORD $%#08x // "+text, append([]any{code | uint32(k)<<16 | uint32(n)<<5 | uint32(d)}, args...)...)
}

func (m *neon) begin(name string, args ...string) {
	m.name, m.args, m.constants = name, args, map[float32]int{}
	m.body.Reset()
}

func (m *neon) end() {
	m.emit("RET")
	fmt.Fprintf(&m.all, "\nTEXT ·%s%s(SB), NOSPLIT, $0-%d\n", m.name, m.suffix(), 8*len(m.args))
	for n := topConstant; n > topConstant-len(m.constants); n-- {
		for v, at := range m.constants {
			if at == n {
				fmt.Fprintf(&m.all, "\tMOVD $%#08x, R16 // %v\n\tVDUP R16, V%d.S4\n", math.Float32bits(v), v, n)
			}
		}
	}
	m.all.WriteString(m.body.String())
}

func (m *neon) text() string { return m.all.String() }

func (m *neon) frame(name string) string {
	for i, a := range m.args {
		if a == name {
			return fmt.Sprintf("%s+%d(FP)", name, 8*i)
		}
	}
	panic("unknown argument " + name)
}

func (m *neon) arg(g int, name string) { m.emit("MOVD %s, R%d", m.frame(name), g) }
func (m *neon) copy(d, s int)          { m.emit("MOVD R%d, R%d", s, d) }
func (m *neon) setConst(d, n int)      { m.emit("MOVD $%d, R%d", n, d) }
func (m *neon) addConst(d, n int)      { m.emit("ADD $%d, R%d", n, d) }
func (m *neon) label(name string)      { fmt.Fprintf(&m.body, "\n%s:\n", name) }
func (m *neon) countDown(g, n int, label string) {
	m.emit("SUBS $%d, R%d", n, g)
	m.emit("BGT %s", label)
}

// access emits a load or store of 1<<size bytes. scaled is its code with an
// offset that is a multiple of that size; unscaled is its code with one from
// −256 to 255.
func (m *neon) access(scaled, unscaled uint32, size, v, base, offset int, text string) {
	code := scaled | uint32(offset>>size)<<10
	if offset < 0 || offset&(1<<size-1) != 0 {
		code = unscaled | uint32(offset&0x1ff)<<12
	}
	m.word(code, v, base, 0, text+"%d, [X%d, #%d]", v, base, offset)
}

func (m *neon) load(d, base, offset int) {
	m.access(0x3dc00000, 0x3cc00000, 4, d, base, offset, "LDR Q")
}
func (m *neon) store(base, offset, s int) {
	m.access(0x3d800000, 0x3c800000, 4, s, base, offset, "STR Q")
}
func (m *neon) storeLane(base, offset, s int) {
	m.access(0xbd000000, 0xbc000000, 2, s, base, offset, "STR S")
}
func (m *neon) splat(d, base, offset int) {
	m.access(0xbd400000, 0xbc400000, 2, d, base, offset, "LDR S")
	m.splatLane(d)
}
func (m *neon) splatLane(d int) { m.word(0x4e040400, d, d, 0, "DUP V%d.4S, V%d.S[0]", d, d) }
func (m *neon) splatArg(d int, name string) {
	m.emit("FMOVD %s, F%d", m.frame(name), d)
	m.emit("FCVTDS F%d, F%d", d, d)
	m.splatLane(d)
}

// next loads from base and moves base past it.
func (m *neon) next(d, base int) { m.word(0x3cc10400, d, base, 0, "LDR Q%d, [X%d], #16", d, base) }
func (m *neon) nextSplat(d, base int) {
	m.word(0x4ddfc800, d, base, 0, "LD1R {V%d.4S}, [X%d], #4", d, base)
}

func (m *neon) x(o any) int {
	v, ok := o.(float32)
	if !ok {
		return o.(int)
	}
	if _, ok := m.constants[v]; !ok {
		m.constants[v] = topConstant - len(m.constants)
	}
	return m.constants[v]
}

func (m *neon) three(code uint32, name string, d, a int, b any) {
	k := m.x(b)
	m.word(code, d, a, k, name+" V%d.4S, V%d.4S, V%d.4S", d, a, k)
}
func (m *neon) two(code uint32, name string, d, a int) {
	m.word(code, d, a, 0, name+" V%d.4S, V%d.4S", d, a)
}

func (m *neon) do(op string, d, a int, b any) {
	code := map[string]uint32{
		"add": 0x4e20d400, "sub": 0x4ea0d400, "mul": 0x6e20dc00, "div": 0x6e20fc00, "max": 0x4e20f400, "min": 0x4ea0f400,
	}[op]
	m.three(code, "F"+strings.ToUpper(op), d, a, b)
}
func (m *neon) fma(d, a int, b any) { m.three(0x4e20cc00, "FMLA", d, a, b) }
func (m *neon) fms(d, a int, b any) { m.three(0x4ea0cc00, "FMLS", d, a, b) }
func (m *neon) horner(p, x int, c any) {
	m.move(spare, m.x(c))
	m.fma(spare, p, x)
	m.move(p, spare)
}
func (m *neon) move(d, s int) { m.word(0x4ea01c00, d, s, s, "MOV V%d.16B, V%d.16B", d, s) }
func (m *neon) set(d int, v float32) {
	if v == 0 {
		m.word(0x6e201c00, d, d, d, "EOR V%d.16B, V%d.16B, V%d.16B", d, d, d)
		return
	}
	m.move(d, m.x(v))
}
func (m *neon) abs(d, a int)     { m.two(0x4ea0f800, "FABS", d, a) }
func (m *neon) sqrt(d, a int)    { m.two(0x6ea1f800, "FSQRT", d, a) }
func (m *neon) toInt(d, a int)   { m.two(0x4e21a800, "FCVTNS", d, a) }
func (m *neon) toFloat(d, a int) { m.two(0x4e21d800, "SCVTF", d, a) }
func (m *neon) scale(d, n int) {
	m.word(0x4f375400, n, n, 0, "SHL V%d.4S, V%d.4S, #23", n, n)
	m.three(0x4ea08400, "ADD", d, d, n)
}

func (m *neon) swap(d, s, step int) {
	if step == 1 {
		m.two(0x4ea00800, "REV64", d, s)
		return
	}
	m.word(0x6e004000, d, s, s, "EXT V%d.16B, V%d.16B, V%d.16B, #8", d, s, s)
}

func (m *neon) packs() int { return 4 }
func (m *neon) pack(base, s int) {
	m.word(0x4e401800, s, s, s+1, "UZP1 V%d.8H, V%d.8H, V%d.8H", s, s, s+1)
	m.word(0x4e401800, s+2, s+2, s+3, "UZP1 V%d.8H, V%d.8H, V%d.8H", s+2, s+2, s+3)
	m.word(0x4e001800, s, s, s+2, "UZP1 V%d.16B, V%d.16B, V%d.16B", s, s, s+2)
	m.store(base, 0, s)
}

// Both products take six rows by sixteen columns at a time. These registers
// point to each row.
var rowPointers = []int{10, 11, 12, 13, 14, 15}

const (
	tileRows = 6
	tileVecs = 4
)

// rows sets the pointers to rows, stride bytes apart.
func (m *neon) rows(first, stride int) {
	m.copy(rowPointers[0], first)
	for i := 1; i < tileRows; i++ {
		m.emit("ADD R%d, R%d, R%d", stride, rowPointers[i-1], rowPointers[i])
	}
}

// multiply has the arguments of x86.multiply.
func (m *neon) multiply() {
	const c, cStride, a, aStride, b, bStride, k, columns, scale = 0, 1, 2, 3, 4, 5, 6, 7, 8
	const cursor, left, out, factor = 9, 17, 19, 20
	const y, x = tileRows * tileVecs, tileRows*tileVecs + tileVecs
	m.begin("multiply", "c", "cStride", "a", "aStride", "b", "bStride", "k", "columns", "scale")
	for i, name := range m.args {
		m.arg(i, name)
	}
	for _, stride := range []int{cStride, aStride, bStride} {
		m.emit("LSL $2, R%d", stride)
	}
	m.label("columns")
	m.rows(a, aStride)
	m.copy(cursor, b)
	m.copy(left, k)
	for i := range tileRows * tileVecs {
		m.set(i, 0)
	}
	m.label("products")
	for j := range tileVecs {
		m.load(y+j, cursor, 16*j)
	}
	for r := range tileRows {
		m.nextSplat(x+r%4, rowPointers[r])
		for j := range tileVecs {
			m.fma(r*tileVecs+j, x+r%4, y+j)
		}
	}
	m.emit("ADD R%d, R%d", bStride, cursor)
	m.countDown(left, 1, "products")
	m.copy(out, c)
	m.copy(factor, scale)
	for r := range tileRows {
		m.nextSplat(x, factor)
		for j := range tileVecs {
			m.do("mul", r*tileVecs+j, r*tileVecs+j, x)
			m.store(out, 16*j, r*tileVecs+j)
		}
		m.emit("ADD R%d, R%d", cStride, out)
	}
	m.addConst(c, 16*tileVecs)
	m.addConst(b, 16*tileVecs)
	m.countDown(columns, 4*tileVecs, "columns")
	m.end()
}

// product has the arguments of x86.product. Activations are at most 127, so
// SDOT, whose bytes are all signed, works.
func (m *neon) product() {
	const out, stride, in, rows, n, w, k, scale, bias, sum = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
	const cursor, left, below, above = 17, 19, 20, 21
	const a, b = tileRows * tileVecs, tileRows*tileVecs + tileRows
	m.begin("product", "out", "stride", "in", "rows", "n", "w", "k", "scale", "bias", "sum")
	for i, name := range m.args {
		m.arg(i, name)
	}
	m.emit("LSL $2, R%d", stride)
	m.label("tile")
	m.rows(in, k)
	m.copy(cursor, w)
	m.copy(left, k)
	for i := range tileRows * tileVecs {
		m.set(i, 0)
	}
	m.label("groups")
	for r := range tileRows {
		m.next(a+r, rowPointers[r])
	}
	for i := range 4 {
		for j := range tileVecs {
			m.next(b+j%2, cursor)
			for r := range tileRows {
				m.sdot(r*tileVecs+j, b+j%2, a+r, i)
			}
		}
	}
	m.countDown(left, 16, "groups")
	const step, low, under, over, y, t, u = a, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6
	for r := range tileRows {
		m.splat(step, rows, 0)
		m.splat(low, rows, 4)
		m.splat(under, rows, 8)
		m.splat(over, rows, 12)
		m.emit("MOVD 16(R%d), R%d", rows, below)
		m.emit("MOVD 24(R%d), R%d", rows, above)
		for _, g := range []int{below, above} {
			// The load starts three bytes early, so the weight is the highest
			// byte of each four.
			m.emit("ADD R%d, R%d", w, g)
			m.emit("SUB $3, R%d", g)
		}
		for j := range tileVecs {
			s := r*tileVecs + j
			m.toFloat(s, s)
			m.load(y, sum, 16*j)
			m.do("mul", y, y, low)
			m.fma(y, s, step)
			m.load(t, below, 16*j)
			m.outlier(y, t, under)
			m.load(t, above, 16*j)
			m.outlier(y, t, over)
			m.load(t, bias, 16*j)
			m.load(u, scale, 16*j)
			m.fma(t, y, u)
			m.store(out, 16*j, t)
		}
		m.addConst(rows, 48)
		m.emit("ADD R%d, R%d", stride, out)
	}
	m.copy(in, rowPointers[tileRows-1])
	m.countDown(n, tileRows, "tile")
	m.end()
}

// outlier adds to y the weights in the highest bytes of w times x.
func (m *neon) outlier(y, w, x int) {
	m.word(0x4f280400, w, w, 0, "SSHR V%d.4S, V%d.4S, #24", w, w)
	m.toFloat(w, w)
	m.fma(y, w, x)
}

// sdot adds to each lane of d the four products of the bytes of that lane of n
// and of lane i of k.
func (m *neon) sdot(d, n, k, i int) {
	code := 0x4f80e000 | uint32(i&1)<<21 | uint32(i>>1)<<11
	m.word(code, d, n, k, "SDOT V%d.4S, V%d.16B, V%d.4B[%d]", d, n, k, i)
}
