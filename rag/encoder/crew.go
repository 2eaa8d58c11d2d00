package encoder

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A crew shares the columns of one product after the other among several processors. With a kernel it is ready, and
// works alone until help is started.
//
// A product of a short text takes some 50 µs, too little to wake a sleeping goroutine for. So helpers stay awake
// between products, for the milliseconds that a text takes; and whoever is free takes the next span of columns, so
// that a helper the system has put aside holds up one span and no more.
type crew struct {
	kernel *kernel
	job    job
	todo   atomic.Int64 // spans of the job that nobody has taken; below 0 when helpers found none
	left   atomic.Int64 // spans that are not done
	over   atomic.Bool
	wg     sync.WaitGroup
}

// A job is a product: the arguments of kernel.product.
type job struct {
	out    []float32
	stride int
	in     []uint8
	rows   []row
	n      int
	m      *matrix
}

// start makes helpers wait for products, at once and all the time until stop.
func (c *crew) start(helpers int) {
	c.over.Store(false)
	for range helpers {
		c.wg.Go(c.help)
	}
}

// stop returns when nobody helps any more.
func (c *crew) stop() {
	c.over.Store(true)
	c.wg.Wait()
}

func (c *crew) help() {
	for idle := 0; !c.over.Load(); idle++ {
		if c.todo.Load() > 0 && c.take() {
			idle = 0
		}
		if idle%1000 == 999 {
			runtime.Gosched()
		}
	}
}

// run computes a product and returns when it is done.
func (c *crew) run(j job) {
	spans := int64(j.m.columns / c.kernel.span)
	c.job = j
	c.left.Store(spans)
	c.todo.Store(spans) // from here on others read the job
	for c.take() {
	}
	for c.left.Load() > 0 {
	}
	c.todo.Store(0)
}

// take computes one span of the job, the last that nobody has taken, and reports whether there was one.
func (c *crew) take() bool {
	i := c.todo.Add(-1)
	if i < 0 {
		return false
	}
	j := &c.job
	c.kernel.product(j.out, j.stride, j.in, j.rows, j.n, j.m, int(i)*c.kernel.span)
	c.left.Add(-1)
	return true
}
