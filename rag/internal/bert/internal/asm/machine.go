package main

// machine emits the instructions of one processor. Vector registers and general
// registers are numbered from 0. The operand that is written comes first. An
// operand of type any is a register number (int) or a constant for all lanes
// (float32).
type machine interface {
	width() int // float32s in a vector

	// begin starts a function whose arguments take eight bytes each.
	begin(name string, args ...string)
	end()

	arg(g int, name string)
	copy(d, s int)
	setConst(d, n int)
	addConst(d, n int)
	label(name string)
	countDown(g, n int, label string) // subtracts n and jumps to label while the result is above 0

	load(d, base, offset int)
	store(base, offset, s int)
	storeLane(base, offset, s int) // the first lane only
	splat(d, base, offset int)     // sets all lanes to the float32 there
	splatArg(d int, name string)

	do(op string, d, a int, b any) // add, sub, mul, div, min, max
	fma(d, a int, b any)           // d += a·b
	fms(d, a int, b any)           // d −= a·b
	horner(p, x int, c any)        // p = p·x + c
	set(d int, v float32)
	move(d, s int)
	abs(d, a int)
	sqrt(d, a int)
	toInt(d, a int) // rounds to nearest even
	toFloat(d, a int)
	scale(d, n int) // multiplies d, float32s of normal size, by 2 to the power of the integer in n; overwrites n

	// swap fills d with the lanes of s whose places differ by 2^step.
	swap(d, s, step int)

	// pack stores the integers 0 to 255 of packs() vectors from s on as bytes,
	// and overwrites the vectors.
	packs() int
	pack(base, s int)

	// product and multiply depend on the number of registers.
	product()
	multiply()
}

// reduce applies op to all lanes of a register and leaves the result in each
// lane.
func reduce(m machine, op string, v, t int) {
	for step := 1; step < m.width(); step *= 2 {
		m.swap(t, v, step)
		m.do(op, v, v, t)
	}
}
