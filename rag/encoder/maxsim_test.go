package encoder

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestMaxSim(t *testing.T) {
	t.Parallel()
	const question = "When does the night ferry to Brest sail?"
	passages := []string{ // best first
		"The night ferry to Brest sails at half past nine from the eastern quay.",
		"The ferry company was founded in Brest and owns eleven ships.",
		"Otters eat fish, crabs and frogs, and live by rivers.",
	}
	e := encoder(t)
	last := 1.
	for _, p := range passages {
		got, err := e.MaxSim(t.Context(), question, p)
		if err != nil {
			t.Fatal(err)
		}
		if got <= 0 || got >= last {
			t.Errorf("got %.3f, want above 0 and below %.3f: %s", got, last, p)
		}
		last = got
	}
	if got, err := e.MaxSim(t.Context(), "", passages[0]); got != 0 || err != nil {
		t.Errorf("empty question: %v, %v", got, err)
	}
	if got, err := e.MaxSim(t.Context(), question, ""); got != 0 || err != nil {
		t.Errorf("empty passage: %v, %v", got, err)
	}
	long := strings.Repeat("otters and ferries ", 2000)
	if got, err := e.MaxSim(t.Context(), long, long); err != nil || got < .5 || got > 1+1e-5 {
		t.Errorf("long texts: %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.MaxSim(ctx, question, passages[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestMaxSimKernels checks that every kernel gives nearly the same score.
func TestMaxSimKernels(t *testing.T) {
	const question, passage = "Who eats crabs?", "Otters eat fish, crabs and frogs."
	want, err := encoder(t).MaxSim(t.Context(), question, passage)
	if err != nil {
		t.Fatal(err)
	}
	kernels(t, func(t *testing.T, e *Encoder) {
		got, err := e.MaxSim(t.Context(), question, passage)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-want) > .01 {
			t.Errorf("%.4f, want %.4f", got, want)
		}
	})
}
