package main

import (
	"math"
	"slices"
)

// choice is a set of candidates, such as the sentences that may answer a
// question.
type choice struct {
	x      [][]float64 // the features of each candidate
	right  []bool      // whether each candidate is right
	weight float64
}

// logit is a conditional logit: one weight per feature.
type logit []float64

// score returns the weighted sum of a candidate's features.
func (w logit) score(x []float64) float64 {
	sum := 0.
	for i, v := range x {
		sum += w[i] * v
	}
	return sum
}

// ridge is the strength of the ridge penalty: the factor of half the sum of
// squared weights, relative to the mean loss of an example. Features are scaled
// to a variance of 1. It is chosen, not fitted.
const ridge = .01

// choose fits a conditional logit (McFadden 1974): the weights that make it most
// likely that a right candidate is chosen from each choice. It uses gradient
// ascent with momentum on scaled features, with a ridge penalty. It leaves out
// choices whose candidates are all right or all wrong, and panics if no choice
// is left.
func choose(all []choice) logit {
	all = slices.DeleteFunc(slices.Clone(all), func(c choice) bool {
		return !slices.Contains(c.right, true) || !slices.Contains(c.right, false)
	})
	n := len(all[0].x[0])
	scale, total := scales(all, n), 0.
	for _, c := range all {
		total += c.weight
	}
	w, move := make(logit, n), make([]float64, n)
	for range 4000 {
		gradient := make([]float64, n)
		for i := range w {
			gradient[i] = -ridge / 10 * w[i]
		}
		for _, c := range all {
			c.pull(w, scale, gradient, c.weight/total)
		}
		for i := range w {
			move[i] = .9*move[i] + .3*gradient[i]
			w[i] += move[i]
		}
	}
	for i := range w {
		w[i] /= scale[i]
	}
	return w
}

// pull adds the gradient of a choice's log-likelihood to gradient.
func (c choice) pull(w logit, scale, gradient []float64, weight float64) {
	z, most := make([]float64, len(c.x)), math.Inf(-1)
	for k, x := range c.x {
		for i := range w {
			z[k] += w[i] * x[i] / scale[i]
		}
		most = max(most, z[k])
	}
	sum, right := 0., 0.
	for k := range z {
		z[k] = math.Exp(z[k] - most)
		sum += z[k]
		if c.right[k] {
			right += z[k]
		}
	}
	for k, x := range c.x {
		p := -z[k] / sum
		if c.right[k] && right > 0 {
			p += z[k] / right
		}
		for i := range w {
			gradient[i] += weight * p * x[i] / scale[i]
		}
	}
}

// scales returns the standard deviation of each of the n features, at least
// 0.001.
func scales(all []choice, n int) []float64 {
	mean, scale, rows := make([]float64, n), make([]float64, n), 0.
	for _, c := range all {
		for _, x := range c.x {
			rows++
			for i, v := range x {
				mean[i] += v
			}
		}
	}
	for _, c := range all {
		for _, x := range c.x {
			for i, v := range x {
				scale[i] += (v - mean[i]/rows) * (v - mean[i]/rows) / rows
			}
		}
	}
	for i := range scale {
		scale[i] = max(math.Sqrt(scale[i]), 1e-3)
	}
	return scale
}
