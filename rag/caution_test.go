package rag

import "testing"

func TestCaution(t *testing.T) {
	t.Parallel()
	if s, b, e := Strict, Balanced, Eager; !(s.AnsweredThreshold() > b.AnsweredThreshold() && b.AnsweredThreshold() > e.AnsweredThreshold() && s.NearestThreshold() > b.NearestThreshold() && b.NearestThreshold() > e.NearestThreshold()) {
		t.Error("thresholds do not fall from Strict to Eager")
	}
}
