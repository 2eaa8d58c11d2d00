package main

import "math"

const hidden = 384

// quantize finds the two smallest and the two largest of n numbers and writes
// the activations.
//
//	func quantize(q *uint8, x *float32, n int, levels float64, e *extremes)
func quantize(m machine) {
	const q, x, n, e, cursor, left = 0, 1, 2, 3, 4, 5
	const least, least2, most, most2, t, u, v = 0, 1, 2, 3, 4, 5, 6
	m.begin("quantize", "q", "x", "n", "levels", "e")
	m.arg(q, "q")
	m.arg(x, "x")
	m.arg(n, "n")
	m.arg(e, "e")
	m.copy(cursor, x)
	m.copy(left, n)
	inf := float32(math.Inf(1))
	m.set(least, inf)
	m.set(least2, inf)
	m.set(most, -inf)
	m.set(most2, -inf)
	m.label("extremes")
	m.load(v, cursor, 0)
	m.do("max", t, least, v)
	m.do("min", least, least, v)
	m.do("min", least2, least2, t)
	m.do("min", u, most, v)
	m.do("max", most, most, v)
	m.do("max", most2, most2, u)
	m.addConst(cursor, 4*m.width())
	m.countDown(left, m.width(), "extremes")
	for step := 1; step < m.width(); step *= 2 {
		// The smallest of two pairs is the smaller of the two smallest; the
		// second is the smallest of the rest.
		m.swap(t, least, step)
		m.swap(u, least2, step)
		m.do("max", v, least, t)
		m.do("min", least, least, t)
		m.do("min", least2, least2, u)
		m.do("min", least2, least2, v)
		m.swap(t, most, step)
		m.swap(u, most2, step)
		m.do("min", v, most, t)
		m.do("max", most, most, t)
		m.do("max", most2, most2, u)
		m.do("max", most2, most2, v)
	}
	for i, v := range []int{least, least2, most, most2} {
		m.storeLane(e, 4*i, v)
	}
	const low, scale, levels = least2, t, u
	m.splatArg(levels, "levels")
	m.do("sub", v, most2, least2)
	m.do("max", v, v, float32(1e-30))
	m.do("div", scale, levels, v)
	const first = v
	const none = most
	m.set(none, 0)
	m.label("levels")
	for i := range m.packs() {
		m.load(first+i, x, 4*m.width()*i)
		m.do("sub", first+i, first+i, low)
		m.do("mul", first+i, first+i, scale)
		m.do("max", first+i, first+i, none)
		m.do("min", first+i, first+i, levels)
		m.toInt(first+i, first+i)
	}
	m.pack(q, first)
	m.addConst(x, 4*m.width()*m.packs())
	m.addConst(q, m.width()*m.packs())
	m.countDown(n, m.width()*m.packs(), "levels")
	m.end()
}

// normalize replaces x by the layer-normalized sum of x and y, hidden numbers
// each.
//
//	func normalize(x, y, gain, bias *float32)
func normalize(m machine) {
	const x, y, gain, bias, cursor, left = 0, 1, 2, 3, 4, 5
	const v, t, mean, scale = 0, 1, 2, 3
	const sums, lanes = 4, 4 // several sums, so that an addition does not wait for the previous one
	m.begin("normalize", "x", "y", "gain", "bias")
	m.arg(x, "x")
	m.arg(y, "y")
	m.arg(gain, "gain")
	m.arg(bias, "bias")
	walk := func(label string, f func(i int)) {
		m.copy(cursor, x)
		m.setConst(left, hidden)
		m.label(label)
		for i := range lanes {
			f(i)
		}
		m.addConst(cursor, 4*m.width()*lanes)
		m.countDown(left, m.width()*lanes, label)
	}
	clearSums := func() {
		for i := range lanes {
			m.set(sums+i, 0)
		}
	}
	addSums := func() {
		m.do("add", sums, sums, sums+1)
		m.do("add", sums+2, sums+2, sums+3)
		m.do("add", sums, sums, sums+2)
		reduce(m, "add", sums, t)
		m.do("mul", sums, sums, float32(1.0/hidden))
	}
	clearSums()
	walk("sum", func(i int) {
		m.load(v, cursor, 4*m.width()*i)
		m.load(t, y, 4*m.width()*i)
		m.do("add", v, v, t)
		m.store(cursor, 4*m.width()*i, v)
		m.do("add", sums+i, sums+i, v)
		if i == lanes-1 {
			m.addConst(y, 4*m.width()*lanes)
		}
	})
	addSums()
	m.move(mean, sums)
	clearSums()
	walk("squares", func(i int) {
		m.load(v, cursor, 4*m.width()*i)
		m.do("sub", v, v, mean)
		m.fma(sums+i, v, v)
	})
	addSums()
	m.do("add", sums, sums, float32(1e-12))
	m.sqrt(sums, sums)
	m.set(scale, 1)
	m.do("div", scale, scale, sums)
	walk("scale", func(i int) {
		m.load(v, cursor, 4*m.width()*i)
		m.do("sub", v, v, mean)
		m.do("mul", v, v, scale)
		m.load(t, gain, 4*m.width()*i)
		m.load(sums, bias, 4*m.width()*i)
		m.fma(sums, v, t)
		m.store(cursor, 4*m.width()*i, sums)
		if i == lanes-1 {
			m.addConst(gain, 4*m.width()*lanes)
			m.addConst(bias, 4*m.width()*lanes)
		}
	})
	m.end()
}

// exp sets d to e^x for x up to 0. Below −87 the result stays at e^−87, which
// is almost 0. It overwrites x and t. With n the integer nearest to x/ln 2 and
// r = x − n·ln 2, e^x is 2^n·e^r. The polynomial is Taylor's for e^r; its error
// at |r| ≤ ln 2/2 is below 2e-7 of the result.
func exp(m machine, d, x, t int) {
	m.do("max", x, x, float32(-87))
	m.do("mul", t, x, float32(math.Log2E))
	m.toInt(t, t)
	m.toFloat(d, t)
	m.fms(x, d, float32(math.Ln2))
	m.set(d, 1.0/720)
	for _, c := range []float32{1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1} {
		m.horner(d, x, c)
	}
	m.scale(d, t)
}

// softmax replaces the scores of each row of a tile, columns of them, by exp(s
// − maximum), and sets sums to 1 / their sum. The last score of a row counts 1
// − extra times.
//
//	func softmax(s *float32, columns, rows int, extra float64, sums *float32)
func softmax(m machine) {
	const s, columns, rows, sums, cursor, left = 0, 1, 2, 3, 4, 5
	const top, v, t, d, last, extra = 0, 4, 5, 6, 7, 8
	const vectors = 2
	m.begin("softmax", "s", "columns", "rows", "extra", "sums")
	m.arg(s, "s")
	m.arg(columns, "columns")
	m.arg(rows, "rows")
	m.arg(sums, "sums")
	m.splatArg(extra, "extra")
	m.label("row")
	m.copy(cursor, s)
	m.copy(left, columns)
	for i := range vectors {
		m.splat(top+i, s, 0)
	}
	m.label("top")
	for i := range vectors {
		m.load(v, cursor, 4*m.width()*i)
		m.do("max", top+i, top+i, v)
	}
	m.addConst(cursor, 4*m.width()*vectors)
	m.countDown(left, m.width()*vectors, "top")
	m.do("max", top, top, top+1)
	reduce(m, "max", top, t)
	const sum = top + 1
	m.set(sum, 0)
	m.copy(left, columns)
	m.label("exp")
	m.load(v, s, 0)
	m.do("sub", v, v, top)
	exp(m, d, v, t)
	m.store(s, 0, d)
	m.do("add", sum, sum, d)
	m.addConst(s, 4*m.width())
	m.countDown(left, m.width(), "exp")
	reduce(m, "add", sum, t)
	m.splat(last, s, -4)
	m.fms(sum, last, extra)
	m.set(t, 1)
	m.do("div", t, t, sum)
	m.storeLane(sums, 0, t)
	m.addConst(sums, 4)
	m.countDown(rows, 1, "row")
	m.end()
}

// gelu replaces n numbers x by x·Φ(x) = max(x, 0) − |x|·E/2, where E =
// erfc(|x|/√2) is from Abramowitz and Stegun, Handbook of Mathematical
// Functions, 7.1.26 (error below 1.5e-7).
//
//	func gelu(x *float32, n int)
func gelu(m machine) {
	const x, n = 0, 1
	const v, a, t, p, e, z, u = 0, 1, 2, 3, 4, 5, 6
	m.begin("gelu", "x", "n")
	m.arg(x, "x")
	m.arg(n, "n")
	m.label("next")
	m.load(v, x, 0)
	m.abs(a, v)
	m.set(p, 1)
	m.fma(p, a, float32(0.3275911/math.Sqrt2))
	m.set(t, 1)
	m.do("div", t, t, p)
	m.set(p, 1.061405429/2)
	for _, c := range []float32{-1.453152027 / 2, 1.421413741 / 2, -0.284496736 / 2, 0.254829592 / 2} {
		m.horner(p, t, c)
	}
	m.do("mul", p, p, t)
	m.do("mul", p, p, a)
	m.do("mul", z, v, v)
	m.do("mul", z, z, float32(-0.5))
	exp(m, e, z, u)
	m.do("max", v, v, float32(0))
	m.fms(v, p, e)
	m.store(x, 0, v)
	m.addConst(x, 4*m.width())
	m.countDown(n, m.width(), "next")
	m.end()
}
