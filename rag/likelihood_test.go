package rag

import "testing"

func TestSure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verdict    Verdict
		confidence float64
		want       string
	}{
		{Answered, 1, ""}, // from the catalogue
		{Answered, .995, "The articles almost certainly hold the answer."},
		{Answered, .9, "The articles very likely hold the answer."},
		{Answered, .7142, "The articles likely hold the answer."},
		{Answered, .5, "The articles may well hold the answer."},
		{Nearest, .6, ""},
		{Refused, .1, ""},
	} {
		if got := (Answer{Verdict: tt.verdict, Confidence: tt.confidence}).Sure(); got != tt.want {
			t.Errorf("verdict %s, confidence %v: %q, want %q", tt.verdict, tt.confidence, got, tt.want)
		}
	}
}

func TestLikelihood(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		p    float64
		want string
	}{
		{.33, "The articles may hold the answer, and may well not."},
		{.32, "It is unlikely that the articles hold the answer."},
		{.1, "It is unlikely that the articles hold the answer."},
		{0, "It is very unlikely that the articles hold the answer."},
	} {
		if got := Likelihood(tt.p); got != tt.want {
			t.Errorf("Likelihood(%v) = %q, want %q", tt.p, got, tt.want)
		}
	}
}

func TestCare(t *testing.T) {
	t.Parallel()
	if s, b, e := Strict, Balanced, Eager; !(s.AnsweredThreshold() > b.AnsweredThreshold() && b.AnsweredThreshold() > e.AnsweredThreshold() && s.NearestThreshold() > b.NearestThreshold() && b.NearestThreshold() > e.NearestThreshold()) {
		t.Error("thresholds do not fall from Strict to Eager")
	}
}
