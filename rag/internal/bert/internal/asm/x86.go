package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// x86 is AVX2 with FMA, or AVX-512, whose vectors are twice as wide.
type x86 struct {
	isa    string
	prefix string // of vector registers
	lanes  int
	dot    dotKind

	// The shape of product's tile: rows by vectors of columns.
	rows, vectors int

	body      strings.Builder
	constants map[string]float32
	offsets   map[string]int // of the function's arguments
}

// dotKind says how products of 8-bit numbers are summed.
type dotKind int

const (
	maddubs dotKind = iota // VPMADDUBSW, four of them added in 16 bits, then VPMADDWD
	vexDot                 // VPDPBUSD of AVX-VNNI
	evexDot                // VPDPBUSD of AVX-512 VNNI
)

func newX86(isa string, dot dotKind) *x86 {
	m := &x86{isa: isa, dot: dot, constants: map[string]float32{}}
	switch dot {
	case maddubs:
		m.prefix, m.lanes, m.rows, m.vectors = "Y", 8, 3, 2
	case vexDot:
		m.prefix, m.lanes, m.rows, m.vectors = "Y", 8, 6, 2
	case evexDot:
		m.prefix, m.lanes, m.rows, m.vectors = "Z", 16, 6, 4
	}
	return m
}

func (m *x86) width() int { return m.lanes }

var general = []string{"DI", "SI", "DX", "CX", "BX", "AX", "R8", "R9", "R10", "R11", "R12", "R13"}

func (m *x86) emit(format string, args ...any) { fmt.Fprintf(&m.body, "\t"+format+"\n", args...) }

func (m *x86) v(n int) string { return fmt.Sprint(m.prefix, n) }

// x returns the text of an operand that is a register or a constant.
func (m *x86) x(o any) string {
	if v, ok := o.(float32); ok {
		name := fmt.Sprintf("float%08x", math.Float32bits(v))
		m.constants[name] = v
		return name + "<>(SB)"
	}
	return m.v(o.(int))
}

func (m *x86) begin(name string, args ...string) {
	m.offsets = map[string]int{}
	for i, a := range args {
		m.offsets[a] = 8 * i
	}
	fmt.Fprintf(&m.body, "\nTEXT ·%s%s(SB), NOSPLIT, $0-%d\n", name, m.isa, 8*len(args))
}

func (m *x86) end() {
	m.emit("VZEROUPPER")
	m.emit("RET")
}

func (m *x86) text() string {
	var b strings.Builder
	b.WriteString(m.body.String())
	for _, name := range slices.Sorted(maps.Keys(m.constants)) {
		b.WriteByte('\n')
		repeat(&b, name, m.lanes, fmt.Sprintf("%#08x", math.Float32bits(m.constants[name])))
	}
	if m.dot == maddubs {
		repeat(&b, "ones", 8, "0x00010001")
		for i, lane := range []int{0, 4, 1, 5, 2, 6, 3, 7} {
			fmt.Fprintf(&b, "DATA unpacked<>+%d(SB)/4, $%d\n", 4*i, lane)
		}
		b.WriteString("GLOBL unpacked<>(SB), RODATA|NOPTR, $32\n")
	}
	return b.String()
}

// repeat defines a vector of n equal lanes.
func repeat(b *strings.Builder, name string, n int, value string) {
	for i := range n {
		fmt.Fprintf(b, "DATA %s<>+%d(SB)/4, $%s\n", name, 4*i, value)
	}
	fmt.Fprintf(b, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", name, 4*n)
}

func (m *x86) frame(name string) string { return fmt.Sprintf("%s+%d(FP)", name, m.offsets[name]) }

func (m *x86) arg(g int, name string) { m.emit("MOVQ %s, %s", m.frame(name), general[g]) }
func (m *x86) copy(d, s int)          { m.emit("MOVQ %s, %s", general[s], general[d]) }
func (m *x86) setConst(d, n int)      { m.emit("MOVQ $%d, %s", n, general[d]) }
func (m *x86) addConst(d, n int)      { m.emit("ADDQ $%d, %s", n, general[d]) }
func (m *x86) label(name string)      { fmt.Fprintf(&m.body, "\n%s:\n", name) }
func (m *x86) countDown(g, n int, label string) {
	m.emit("SUBQ $%d, %s", n, general[g])
	m.emit("JGT %s", label)
}

func (m *x86) load(d, base, offset int)  { m.emit("VMOVUPS %d(%s), %s", offset, general[base], m.v(d)) }
func (m *x86) store(base, offset, s int) { m.emit("VMOVUPS %s, %d(%s)", m.v(s), offset, general[base]) }
func (m *x86) storeLane(base, offset, s int) {
	m.emit("VMOVSS X%d, %d(%s)", s, offset, general[base])
}
func (m *x86) splat(d, base, offset int) {
	m.emit("VBROADCASTSS %d(%s), %s", offset, general[base], m.v(d))
}
func (m *x86) splatArg(d int, name string) {
	m.emit("VCVTSD2SS %s, X%d, X%d", m.frame(name), d, d)
	m.emit("VBROADCASTSS X%d, %s", d, m.v(d))
}

func (m *x86) do(op string, d, a int, b any) {
	m.emit("V%sPS %s, %s, %s", strings.ToUpper(op), m.x(b), m.v(a), m.v(d))
}
func (m *x86) fma(d, a int, b any) { m.emit("VFMADD231PS %s, %s, %s", m.x(b), m.v(a), m.v(d)) }
func (m *x86) fms(d, a int, b any) { m.emit("VFNMADD231PS %s, %s, %s", m.x(b), m.v(a), m.v(d)) }
func (m *x86) horner(p, x int, c any) {
	m.emit("VFMADD213PS %s, %s, %s", m.x(c), m.v(x), m.v(p))
}
func (m *x86) set(d int, v float32) {
	if v == 0 {
		m.zero(d)
		return
	}
	m.emit("VMOVUPS %s, %s", m.x(v), m.v(d))
}
func (m *x86) move(d, s int) { m.emit("VMOVAPS %s, %s", m.v(s), m.v(d)) }
func (m *x86) abs(d, a int) {
	m.emit("%s %s, %s, %s", m.bits("VPAND"), m.x(math.Float32frombits(0x7fffffff)), m.v(a), m.v(d))
}
func (m *x86) zero(d int) { m.emit("%s %s, %s, %s", m.bits("VPXOR"), m.v(d), m.v(d), m.v(d)) }

// bits returns the name of a bitwise instruction, which in AVX-512 includes the
// lane size.
func (m *x86) bits(name string) string {
	if m.lanes == 16 {
		return name + "D"
	}
	return name
}

func (m *x86) sqrt(d, a int)    { m.emit("VSQRTPS %s, %s", m.v(a), m.v(d)) }
func (m *x86) toInt(d, a int)   { m.emit("VCVTPS2DQ %s, %s", m.v(a), m.v(d)) }
func (m *x86) toFloat(d, a int) { m.emit("VCVTDQ2PS %s, %s", m.v(a), m.v(d)) }
func (m *x86) scale(d, n int) {
	m.emit("VPSLLD $23, %s, %s", m.v(n), m.v(n))
	m.emit("VPADDD %s, %s, %s", m.v(n), m.v(d), m.v(d))
}

func (m *x86) swap(d, s, step int) {
	switch {
	case step == 1:
		m.emit("VPERMILPS $0xb1, %s, %s", m.v(s), m.v(d))
	case step == 2:
		m.emit("VPERMILPS $0x4e, %s, %s", m.v(s), m.v(d))
	case step == 4 && m.lanes == 8:
		m.emit("VPERM2F128 $1, %s, %s, %s", m.v(s), m.v(s), m.v(d))
	case step == 4:
		m.emit("VSHUFF32X4 $0xb1, %s, %s, %s", m.v(s), m.v(s), m.v(d))
	case step == 8:
		m.emit("VSHUFF32X4 $0x4e, %s, %s, %s", m.v(s), m.v(s), m.v(d))
	}
}

func (m *x86) packs() int {
	if m.lanes == 16 {
		return 1
	}
	return 4
}

func (m *x86) pack(base, s int) {
	if m.lanes == 16 {
		m.emit("VPMOVDB %s, X%d", m.v(s), s)
		m.emit("VMOVDQU X%d, (%s)", s, general[base])
		return
	}
	m.emit("VPACKSSDW Y%d, Y%d, Y%d", s+1, s, s)
	m.emit("VPACKSSDW Y%d, Y%d, Y%d", s+3, s+2, s+2)
	m.emit("VPACKUSWB Y%d, Y%d, Y%d", s+2, s, s)
	m.emit("VMOVDQU unpacked<>(SB), Y%d", s+1) // the two halves were packed separately
	m.emit("VPERMD Y%d, Y%d, Y%d", s, s+1, s)
	m.emit("VMOVDQU Y%d, (%s)", s, general[base])
}

// tileRow returns the memory operand of row r of a tile. Two registers point to
// the first and the fourth row.
func tileRow(r int, first, fourth, stride string, offset int) string {
	base := first
	if r >= 3 {
		base = fourth
	}
	if r%3 == 0 {
		return fmt.Sprintf("%d(%s)", offset, base)
	}
	return fmt.Sprintf("%d(%s)(%s*%d)", offset, base, stride, r%3)
}

// multiply computes six rows by two vectors of columns at a time.
//
//	func multiply(c *float32, cStride int, a *float32, aStride int, b *float32, bStride, k, columns int, scale *float32)
func (m *x86) multiply() {
	const rows, vectors = 6, 2
	const b, a = rows * vectors, rows*vectors + vectors
	size := 4 * m.lanes
	m.begin("multiply", "c", "cStride", "a", "aStride", "b", "bStride", "k", "columns", "scale")
	m.emit("MOVQ %s, DI", m.frame("c"))
	m.emit("MOVQ %s, R8", m.frame("cStride"))
	m.emit("MOVQ %s, R9", m.frame("aStride"))
	m.emit("MOVQ %s, R10", m.frame("bStride"))
	m.emit("MOVQ %s, BX", m.frame("b"))
	m.emit("MOVQ %s, CX", m.frame("columns"))
	m.emit("MOVQ %s, AX", m.frame("scale"))
	for _, r := range []string{"R8", "R9", "R10"} {
		m.emit("SHLQ $2, %s", r)
	}
	m.label("columns")
	m.emit("MOVQ %s, SI", m.frame("a"))
	m.emit("LEAQ (R9)(R9*2), DX")
	m.emit("ADDQ SI, DX")
	m.emit("MOVQ BX, R11")
	m.emit("MOVQ %s, R12", m.frame("k"))
	for i := range rows * vectors {
		m.zero(i)
	}
	m.label("products")
	for c := range vectors {
		m.emit("VMOVUPS %d(R11), %s", c*size, m.v(b+c))
	}
	for r := range rows {
		t := a + r%2
		m.emit("VBROADCASTSS %s, %s", tileRow(r, "SI", "DX", "R9", 0), m.v(t))
		for c := range vectors {
			m.fma(r*vectors+c, t, b+c)
		}
	}
	m.emit("ADDQ $4, SI")
	m.emit("ADDQ $4, DX")
	m.emit("ADDQ R10, R11")
	m.emit("DECQ R12")
	m.emit("JNZ products")
	m.emit("LEAQ (R8)(R8*2), R13")
	m.emit("ADDQ DI, R13")
	for r := range rows {
		m.emit("VBROADCASTSS %d(AX), %s", 4*r, m.v(a))
		for c := range vectors {
			m.do("mul", r*vectors+c, r*vectors+c, a)
			m.emit("VMOVUPS %s, %s", m.v(r*vectors+c), tileRow(r, "DI", "R13", "R8", c*size))
		}
	}
	m.emit("ADDQ $%d, DI", vectors*size)
	m.emit("ADDQ $%d, BX", vectors*size)
	m.emit("SUBQ $%d, CX", vectors*m.lanes)
	m.emit("JGT columns")
	m.end()
}

// product keeps the sums of a tile of rows by vectors in registers and reads 16
// rows of the weights at a time.
//
//	func product(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)
func (m *x86) product() {
	sums := m.rows * m.vectors
	size := 4 * m.lanes
	perPanel := 16 / m.lanes
	m.begin("product", "out", "stride", "in", "rows", "n", "w", "k", "scale", "bias", "sum")
	m.emit("MOVQ %s, DI", m.frame("out"))
	m.emit("MOVQ %s, SI", m.frame("in"))
	m.emit("MOVQ %s, DX", m.frame("rows"))
	m.emit("MOVQ %s, CX", m.frame("n"))
	m.emit("MOVQ %s, BX", m.frame("w"))
	m.emit("MOVQ %s, R9", m.frame("k"))
	m.emit("MOVQ R9, R12")
	m.emit("SHLQ $4, R12 // bytes of a panel")
	m.label("tile")
	m.emit("LEAQ (R9)(R9*2), R8")
	m.emit("ADDQ SI, R8")
	m.emit("LEAQ (R12)(R12*2), R13")
	m.emit("MOVQ BX, R10")
	m.emit("MOVQ R9, R11")
	for i := range sums {
		m.zero(i)
	}
	// weights returns the memory operand of vector c of row group i.
	weights := func(i, c int) string {
		at := []string{"(R10)", "(R10)(R12*1)", "(R10)(R12*2)", "(R10)(R13*1)"}[c/perPanel]
		return fmt.Sprint(64*i+c%perPanel*size, at)
	}
	m.label("groups")
	if m.dot == maddubs {
		m.groupsBy16Bits(weights)
	} else {
		m.groupsByDot(weights)
	}
	m.emit("ADDQ $16, SI")
	m.emit("ADDQ $16, R8")
	m.emit("ADDQ $256, R10")
	m.emit("SUBQ $16, R11")
	m.emit("JGT groups")
	for r := range m.rows {
		m.finishRow(r, perPanel)
	}
	for range m.rows - 1 { // the loop already moved SI by one row
		m.emit("ADDQ R9, SI")
	}
	m.emit("SUBQ $%d, CX", m.rows)
	m.emit("JGT tile")
	m.end()
}

// groupsByDot adds the products of 16 rows of the weights with VPDPBUSD.
func (m *x86) groupsByDot(weights func(i, c int) string) {
	b := m.rows * m.vectors
	a := b + m.vectors
	for i := range 4 {
		for c := range m.vectors {
			m.emit("VMOVDQU%s %s, %s", map[int]string{8: "", 16: "32"}[m.lanes], weights(i, c), m.v(b+c))
		}
		for r := range m.rows {
			t := a + r%2
			m.emit("VPBROADCASTD %s, %s", tileRow(r, "SI", "R8", "R9", 4*i), m.v(t))
			for c := range m.vectors {
				m.vpdpbusd(r*m.vectors+c, t, b+c)
			}
		}
	}
}

// vpdpbusd adds four products of bytes to each 32-bit lane of d; the bytes of a
// are unsigned, those of b signed. Go's assembler knows only the AVX-512 form.
func (m *x86) vpdpbusd(d, a, b int) {
	if m.dot == evexDot {
		m.emit("VPDPBUSD %s, %s, %s", m.v(b), m.v(a), m.v(d))
		return
	}
	// VEX.256.66.0F38.W0 50 /r, with inverted registers in the prefix.
	p0 := 0xe2 &^ (d >> 3 << 7) &^ (b >> 3 << 5)
	p1 := 0x7d &^ (a << 3)
	m.emit("BYTE $0xc4; BYTE $%#02x; BYTE $%#02x; BYTE $0x50; BYTE $%#02x // VPDPBUSD Y%d, Y%d, Y%d",
		p0, p1, 0xc0|d&7<<3|b&7, b, a, d)
}

// groupsBy16Bits adds the products of 16 rows of the weights with 16-bit sums.
// matrix.levels says why they cannot overflow.
func (m *x86) groupsBy16Bits(weights func(i, c int) string) {
	short := m.rows * m.vectors // the number of 16-bit sums
	b := 2 * short
	a := b + m.vectors
	t := a + 1
	for i := range 4 {
		for c := range m.vectors {
			m.emit("VMOVDQU %s, %s", weights(i, c), m.v(b+c))
		}
		for r := range m.rows {
			m.emit("VPBROADCASTD %s, %s", tileRow(r, "SI", "R8", "R9", 4*i), m.v(a))
			for c := range m.vectors {
				s := short + r*m.vectors + c
				if i == 0 {
					m.emit("VPMADDUBSW %s, %s, %s", m.v(b+c), m.v(a), m.v(s))
					continue
				}
				m.emit("VPMADDUBSW %s, %s, %s", m.v(b+c), m.v(a), m.v(t))
				m.emit("VPADDW %s, %s, %s", m.v(t), m.v(s), m.v(s))
			}
		}
	}
	for s := range short {
		m.emit("VPMADDWD ones<>(SB), %s, %s", m.v(short+s), m.v(short+s))
		m.emit("VPADDD %s, %s, %s", m.v(short+s), m.v(s), m.v(s))
	}
}

// finishRow turns the sums of a row of the tile into numbers, see row, and
// moves to the next row of the output.
func (m *x86) finishRow(r, perPanel int) {
	const step, low, below, above, belowAt, aboveAt, rowSize = 0, 4, 8, 12, 16, 24, 48
	size := 4 * m.lanes
	y := 12 // the sums of later rows are below 12, or there are 32 registers
	if m.lanes == 16 {
		y = 24
	}
	factor := y + 1
	m.emit("MOVQ %d(DX), R8", belowAt)
	m.emit("MOVQ %d(DX), R13", aboveAt)
	m.emit("ADDQ BX, R8")
	m.emit("ADDQ BX, R13")
	m.emit("MOVQ %s, AX", m.frame("sum"))
	m.emit("MOVQ %s, R10", m.frame("bias"))
	m.emit("MOVQ %s, R11", m.frame("scale"))
	for c := range m.vectors {
		if c > 0 && c%perPanel == 0 {
			m.emit("ADDQ R12, R8")
			m.emit("ADDQ R12, R13")
		}
		sum := r*m.vectors + c
		m.toFloat(sum, sum)
		m.emit("VBROADCASTSS %d(DX), %s", low, m.v(factor))
		m.emit("VMULPS %d(AX), %s, %s", c*size, m.v(factor), m.v(y))
		m.emit("VBROADCASTSS %d(DX), %s", step, m.v(factor))
		m.fma(y, sum, factor)
		for _, o := range []struct {
			at   string
			size int
		}{{"R8", below}, {"R13", above}} {
			// The load starts three bytes early, so the weight is the highest
			// byte of each four.
			m.emit("VMOVUPS %d(%s), %s", c%perPanel*size-3, o.at, m.v(sum))
			m.emit("VPSRAD $24, %s, %s", m.v(sum), m.v(sum))
			m.toFloat(sum, sum)
			m.emit("VBROADCASTSS %d(DX), %s", o.size, m.v(factor))
			m.fma(y, sum, factor)
		}
		m.emit("VMOVUPS %d(R10), %s", c*size, m.v(sum))
		m.emit("VFMADD231PS %d(R11), %s, %s", c*size, m.v(y), m.v(sum))
		m.emit("VMOVUPS %s, %d(DI)", m.v(sum), c*size)
	}
	m.emit("ADDQ $%d, DX", rowSize)
	m.emit("MOVQ %s, R8", m.frame("stride"))
	m.emit("LEAQ (DI)(R8*4), DI")
}
