package ask

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/ragtest"
	"footnote/rag/write"
)

// scripted is a model that writes a finished draft, and repairs each sentence
// that failed with the sentence repaired, if there is one.
type scripted struct {
	rag.Draft
	err      error
	repaired string
}

func (w scripted) Write(context.Context, rag.Question, []rag.Passage, func(string)) (rag.Draft, error) {
	return w.Draft, w.err
}

func (w scripted) Repair(_ context.Context, _ rag.Question, _ []rag.Passage, failed []rag.Failed) (rag.Draft, error) {
	var d rag.Draft
	for range failed {
		d.Claims = append(d.Claims, rag.Claim{Text: w.repaired, Cites: []rag.Cite{{Quote: "181 passengers"}}})
	}
	d.Usage = rag.Usage{CompletionTokens: 2}
	return d, nil
}

// model returns a model that writes the given claims for 10 tokens.
func model(claims ...rag.Claim) scripted {
	return scripted{Draft: rag.Draft{Model: "openai/x", Claims: claims, Usage: rag.Usage{PromptTokens: 10}}}
}

// doubter is a judge that supports all sentences except those with a word.
type doubter struct {
	word string
	err  error
}

func (j doubter) Judge(_ context.Context, all []check.Statement) ([]rag.Support, rag.Usage, error) {
	var verdicts []rag.Support
	for _, s := range all {
		v := rag.Supported
		if strings.Contains(s.Text, j.word) {
			v = rag.Unsupported
		}
		verdicts = append(verdicts, v)
	}
	if j.err != nil {
		verdicts = nil
	}
	return verdicts, rag.Usage{PromptTokens: 5}, j.err
}

// TestVerdicts checks what becomes of a model's draft, by what the check leaves
// of it and by how confident the search is.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	const quoted = "The ferry carried 181 passengers. [1]"
	good := rag.Claim{Text: "It had 181 passengers.", Cites: []rag.Cite{{Quote: "181 passengers"}}}
	bad := rag.Claim{Text: "It had 211 passengers.", Cites: []rag.Cite{{Quote: "181 passengers"}}}
	doubted := rag.Claim{Text: "It had 181 unhappy passengers.", Break: " ", Cites: []rag.Cite{{Quote: "181 passengers"}}}
	admission := rag.Claim{Text: "The articles do not say why it was late.", Break: " ", Kind: rag.Admission}
	none := rag.Passage{Text: "It was cold.", End: 12}
	gone := scripted{Draft: rag.Draft{Model: "openai/gone", Usage: rag.Usage{PromptTokens: 3}}, err: errors.New("openai/gone: no connection")}
	repairs := model(bad)
	repairs.repaired = "It carried 181 passengers."
	type result struct {
		Verdict rag.Verdict
		Reason  rag.ReasonCode
		Text    string
		Failed  string // the writers that failed, in short
		StoodIn bool
		Gap     bool // the question is recorded as unanswered
		Removed int
	}
	const unsupported, unanswered = "openai/x: the articles don't support what the model wrote", "openai/x: the model finds no answer in the articles"
	for name, tt := range map[string]struct {
		writer   rag.Writer // nil: quotes
		search   rag.Verdict
		passages []rag.Passage // nil: one about the ferry
		want     result
		calls    [3]int // to write, judge and repair
		tokens   int
	}{
		"quotes, search is confident": {nil, rag.Answered, nil, result{rag.Answered, "", quoted, "", false, false, 0}, [3]int{}, 0},
		"quotes, search is near":      {nil, rag.Nearest, nil, result{rag.Nearest, rag.OnlyNear, quoted, "", false, true, 0}, [3]int{}, 0},
		"nothing near":                {model(good), rag.Refused, nil, result{rag.Refused, rag.NothingNear, "", "", false, true, 0}, [3]int{}, 0},

		"supported, search is confident": {model(good), rag.Answered, nil, result{rag.Answered, "", "It had 181 passengers. [1]", "", false, false, 0}, [3]int{1, 1, 0}, 15},
		"supported, search is near":      {model(good), rag.Nearest, nil, result{rag.Answered, "", "It had 181 passengers. [1]", "", false, false, 0}, [3]int{1, 1, 0}, 15},
		"supported and an admission":     {model(good, admission), rag.Nearest, nil, result{rag.Answered, "", "It had 181 passengers. [1] The articles do not say why it was late.", "", false, false, 0}, [3]int{1, 1, 0}, 15},
		"supported in part":              {model(good, doubted), rag.Nearest, nil, result{rag.Answered, "", "It had 181 passengers. [1]", "", false, false, 1}, [3]int{1, 1, 1}, 17},
		"repaired":                       {repairs, rag.Nearest, nil, result{rag.Answered, "", "It carried 181 passengers. [1]", "", false, false, 0}, [3]int{1, 1, 1}, 17},

		"model refuses, search is near":      {model(), rag.Nearest, nil, result{rag.Refused, rag.NoClaim, "", "", false, true, 0}, [3]int{1, 0, 0}, 10},
		"model refuses, search is confident": {model(), rag.Answered, nil, result{rag.Nearest, rag.OnlyNear, quoted, unanswered, true, false, 0}, [3]int{1, 0, 0}, 10},
		"model refuses, nothing to quote":    {model(), rag.Answered, []rag.Passage{none}, result{rag.Refused, rag.NoClaim, "", "", false, true, 0}, [3]int{1, 0, 0}, 10},

		"nothing left, search is confident": {model(bad), rag.Answered, nil, result{rag.Answered, "", quoted, unsupported, true, false, 1}, [3]int{1, 0, 1}, 12},
		"nothing left, search is near":      {model(bad, doubted), rag.Nearest, nil, result{rag.Nearest, rag.OnlyNear, quoted, unsupported, true, false, 2}, [3]int{1, 1, 1}, 17},
		"nothing left but an admission":     {model(bad, admission), rag.Answered, nil, result{rag.Answered, "", "The articles do not say why it was late. " + quoted, unsupported, true, false, 1}, [3]int{1, 0, 1}, 12},
		"nothing left, nothing to quote":    {model(bad), rag.Answered, []rag.Passage{none}, result{rag.Refused, rag.NotSupported, "", "", false, true, 1}, [3]int{1, 0, 1}, 12},

		"model fails, quotes":              {write.Fallback{gone, write.Quote{}}, rag.Nearest, nil, result{rag.Nearest, rag.OnlyNear, quoted, "openai/gone: no connection", false, true, 0}, [3]int{1, 0, 0}, 3},
		"model fails, second model writes": {write.Fallback{gone, repairs}, rag.Nearest, nil, result{rag.Answered, "", "It carried 181 passengers. [1]", "openai/gone: no connection", false, false, 0}, [3]int{1, 1, 1}, 20},
		"model fails, second is no good":   {write.Fallback{gone, model(bad)}, rag.Answered, nil, result{rag.Answered, "", quoted, "openai/gone: no connection; " + unsupported, true, false, 1}, [3]int{1, 0, 1}, 15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passages := tt.passages
			if passages == nil {
				passages = []rag.Passage{ragtest.Passage("ferry", "Ferry", "The ferry carried 181 passengers.")}
				passages[0].Sentences[0].Score = 1
			}
			a := Answerer{Writer: tt.writer, Judge: func(string) check.Judge { return doubter{word: "unhappy"} }}
			r := question.Read(rag.Question{Text: "How many passengers did the ferry carry?"})
			f := findings{passages: passages, verdict: tt.search, confidence: .5}
			f.query.Text = r.Text
			got, err := a.answer(t.Context(), r, f, new(rag.Timings), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, gap := rag.NewMiss(got, rag.Filter{})
			var failed []string
			for _, err := range got.Failed {
				failed = append(failed, err.Error())
			}
			if diff := cmp.Diff(tt.want, result{got.Verdict, got.Reason.Code, got.Text(), strings.Join(failed, "; "), got.StoodIn, gap, len(got.Removed)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if calls := [3]int{got.Spent.Write.Calls, got.Spent.Judge.Calls, got.Spent.Repair.Calls}; calls != tt.calls {
				t.Errorf("%v requests to write, judge and repair, want %v", calls, tt.calls)
			}
			if tokens := got.Usage.PromptTokens + got.Usage.CompletionTokens; tokens != tt.tokens {
				t.Errorf("%d tokens, want %d", tokens, tt.tokens)
			}
			for _, c := range got.Citations {
				if !slices.ContainsFunc(passages, func(p rag.Passage) bool { return p.Text[c.Start:c.End] == c.Quote }) {
					t.Errorf("%q is not at its offsets", c.Quote)
				}
			}
		})
	}
}

// TestVerdictsWithoutJudge checks that an answer stays if the judge fails, and
// that the error of a cancelled request is the context's.
func TestVerdictsWithoutJudge(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("ferry", "Ferry", "The ferry carried 181 passengers.")
	gone := errors.New("gone")
	a := Answerer{
		Writer: model(rag.Claim{Text: "It had 181 passengers.", Cites: []rag.Cite{{Quote: "181 passengers"}}}),
		Judge:  func(string) check.Judge { return doubter{err: gone} },
	}
	f := findings{passages: []rag.Passage{p}, verdict: rag.Nearest}
	got, err := a.answer(t.Context(), question.Reading{}, f, new(rag.Timings), nil)
	if err != nil || got.Verdict != rag.Answered || !got.Unjudged || !errors.Is(got.JudgeError, gone) {
		t.Errorf("verdict %s, unjudged %v, judge's error %v, error %v", got.Verdict, got.Unjudged, got.JudgeError, err)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := a.answer(ctx, question.Reading{}, f, new(rag.Timings), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("expired context: error %v", err)
	}
}

// TestUnreliable checks that what is left of a draft that mostly failed is shown
// only if a judge read it.
func TestUnreliable(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("ferry", "Ferry", "The ferry carried 181 passengers.")
	p.Sentences[0].Score = 1
	claim := func(s string) rag.Claim {
		return rag.Claim{Text: s, Break: " ", Cites: []rag.Cite{{Quote: "181 passengers"}}}
	}
	for name, tt := range map[string]struct {
		judge   doubter
		claims  []rag.Claim
		stoodIn bool
	}{
		"judge read it":     {doubter{word: "unhappy"}, []rag.Claim{claim("It had 181 passengers."), claim("It had 211 crew."), claim("It had 212 cars.")}, false},
		"judge failed":      {doubter{err: errors.New("gone")}, []rag.Claim{claim("It had 181 passengers."), claim("It had 211 crew."), claim("It had 212 cars.")}, true},
		"only marked":       {doubter{err: errors.New("gone")}, []rag.Claim{claim("People often dream of home and hope for better weather.")}, true},
		"half of it failed": {doubter{err: errors.New("gone")}, []rag.Claim{claim("It had 181 passengers."), claim("It had 211 crew.")}, false},
	} {
		a := Answerer{Writer: model(tt.claims...), Judge: func(string) check.Judge { return tt.judge }}
		f := findings{passages: []rag.Passage{p}, verdict: rag.Answered}
		got, err := a.answer(t.Context(), question.Reading{}, f, new(rag.Timings), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.StoodIn != tt.stoodIn || got.Verdict != rag.Answered || len(got.Sentences) != 1 {
			t.Errorf("%s: stood in %v, verdict %s, %d sentences: %s", name, got.StoodIn, got.Verdict, len(got.Sentences), got.Text())
		}
	}
}
