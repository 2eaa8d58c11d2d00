package main

import "math"

// logistic is a logistic regression: the constant first, then one weight per
// feature.
type logistic []float64

// probability returns the probability of yes for a list of features.
func (w logistic) probability(x []float64) float64 {
	z := w[0]
	for i, v := range x {
		z += w[i+1] * v
	}
	return 1 / (1 + math.Exp(-z))
}

// example is an example that a regression learns from.
type example struct {
	x      []float64 // features
	yes    bool
	weight float64
	set    string
	fold   int // 0 to folds-1
}

// ridge is the strength of the ridge penalty: the factor of half the sum of
// squared weights, relative to the mean loss of an example. Features are scaled
// to a variance of 1. It is chosen, not fitted.
const ridge = .01

// learn fits a logistic regression by Newton's method, with a ridge penalty on
// scaled features. It panics if there are no examples.
func learn(all []example) logistic {
	n := len(all[0].x)
	mean, scale, total := make([]float64, n), make([]float64, n), 0.
	for _, e := range all {
		total += e.weight
		for i, v := range e.x {
			mean[i] += e.weight * v
		}
	}
	for i := range mean {
		mean[i] /= total
	}
	for _, e := range all {
		for i, v := range e.x {
			scale[i] += e.weight * (v - mean[i]) * (v - mean[i]) / total
		}
	}
	for i := range scale {
		scale[i] = max(math.Sqrt(scale[i]), 1e-9)
	}
	w := make(logistic, n+1)
	for range 30 {
		gradient, hessian := make([]float64, n+1), make([][]float64, n+1)
		for i := range hessian {
			hessian[i] = make([]float64, n+1)
			if i > 0 {
				gradient[i], hessian[i][i] = ridge*w[i], ridge
			}
		}
		z := make([]float64, n+1)
		for _, e := range all {
			z[0] = 1
			for i, v := range e.x {
				z[i+1] = (v - mean[i]) / scale[i]
			}
			p := w.probability(z[1:])
			y := 0.
			if e.yes {
				y = 1
			}
			for i := range z {
				gradient[i] += e.weight / total * (p - y) * z[i]
				for j := range z {
					hessian[i][j] += e.weight / total * p * (1 - p) * z[i] * z[j]
				}
			}
		}
		step := solve(hessian, gradient)
		for i := range w {
			w[i] -= step[i]
		}
	}
	out := make(logistic, n+1)
	out[0] = w[0]
	for i := range mean {
		out[i+1] = w[i+1] / scale[i]
		out[0] -= out[i+1] * mean[i]
	}
	return out
}

// solve returns x with a·x = b, by Gaussian elimination. a must be symmetric and
// positive definite. a and b are overwritten.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		a[i][i] += 1e-12
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = b[i]
		for k := i + 1; k < n; k++ {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x
}
