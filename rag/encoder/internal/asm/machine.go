package main

// A machine emits the instructions of one processor. Registers, of vectors and of pointers and counters, are
// numbered from 0, and of the operands the one that is written comes first. Where an operand is any, it is the
// number of a register (int) or a constant (float32) that stands in all lanes.
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
	countDown(g, n int, label string) // subtracts n and goes to label while more than 0 is left

	load(d, base, offset int)
	store(base, offset, s int)
	storeLane(base, offset, s int) // the first lane only
	splat(d, base, offset int)     // the float32 there, in all lanes
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
	scale(d, n int) // d is a float32 of normal size; multiplies it by 2 to the power of the integer in n, spoils n

	// swap fills d with the lanes of s that lie 2^step apart from their places.
	swap(d, s, step int)

	// pack stores the integers 0 to 255 of packs() vectors, the first one s, as bytes, and spoils the vectors.
	packs() int
	pack(base, s int)

	// product and multiply are laid out for the number of registers.
	product()
	multiply()
}

// reduce makes each lane of a register hold the sum or the like of all lanes.
func reduce(m machine, op string, v, t int) {
	for step := 1; step < m.width(); step *= 2 {
		m.swap(t, v, step)
		m.do(op, v, v, t)
	}
}
