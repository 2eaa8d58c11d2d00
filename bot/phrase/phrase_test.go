package phrase

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestConfidence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		verdict    rag.Verdict
		confidence float64
		want       string
	}{
		{rag.Answered, 1, ""}, // from the catalogue
		{rag.Answered, .9, ""},
		{rag.Answered, .7142, "The articles likely hold the answer."},
		{rag.Answered, .5, "The articles may well hold the answer."},
		{rag.Nearest, .6, ""},
		{rag.Refused, .1, ""},
	} {
		if got := Confidence(rag.Answer{Verdict: tt.verdict, Confidence: tt.confidence}); got != tt.want {
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

// TestText checks the words around an answer's sentences.
func TestText(t *testing.T) {
	t.Parallel()
	fled := []rag.Sentence{{Text: "He fled.", Citations: []int{1}}, {Text: "He came back.", Break: " ", Citations: []int{1, 2}}}
	day := time.Date(2019, 5, 3, 0, 0, 0, 0, time.UTC)
	listed := []rag.Sentence{{Text: "Ferry late", Break: "\n- ", Citations: []int{1}, Kind: rag.ListedArticle}}
	dated := []rag.Citation{{N: 1, Published: day}}
	for name, tt := range map[string]struct {
		a    rag.Answer
		want string
	}{
		"answered":      {rag.Answer{Verdict: rag.Answered, Sentences: fled}, "He fled. [1] He came back. [1] [2]"},
		"refused":       {rag.Answer{Verdict: rag.Refused, Reason: rag.Reason{Code: rag.NothingNear}}, "The articles do not say."},
		"thanks":        {rag.Answer{Verdict: rag.Refused, Reason: rag.Reason{Code: rag.Courtesy}}, "Ask me what the articles say."},
		"nearest":       {rag.Answer{Verdict: rag.Nearest, Sentences: fled[:1], Reason: rag.Reason{Code: rag.OnlyNear}}, "The articles do not answer this directly. Closest: He fled. [1]"},
		"part":          {rag.Answer{Verdict: rag.Nearest, Sentences: fled[:1], Reason: rag.Reason{Code: rag.PartAnswered, Words: []string{"Why?"}, Missing: []string{"When?", "Where?"}}}, "He fled. [1]\nThe articles only come near: Why?\nThe articles do not say: When? Where?"},
		"nearest, part": {rag.Answer{Verdict: rag.Nearest, Sentences: fled[:1], Reason: rag.Reason{Code: rag.OnlyNear, Missing: []string{"When?"}}}, "The articles do not answer this directly. Closest: He fled. [1]\nThe articles do not say: When?"},
		"marked": {rag.Answer{Verdict: rag.Answered, Model: "openai/x", Sentences: []rag.Sentence{{Text: "He fled.", Citations: []int{1}, Support: rag.Partly}, {Text: "He hid.", Break: " ", Citations: []int{1}, Support: rag.Unsupported}}},
			"He fled. [1] (?) He hid. [1] (!)"},
		"older": {rag.Answer{Verdict: rag.Answered, Citations: dated, Sentences: []rag.Sentence{{Text: "It costs 4 euros.", Citations: []int{1}, Kind: rag.OlderStatement}}},
			"An older article, of 2019-05-03, said: It costs 4 euros. [1]"},
		"list": {rag.Answer{Verdict: rag.Answered, Citations: dated, Sentences: listed, Listing: &rag.Listing{About: "Minsk", Preposition: "since", Date: "2019", Found: 3, All: 9, Undated: 1}},
			"3 of the 9 articles were published since 2019 and mention Minsk:\n- Ferry late, 2019-05-03 [1]\n- and 2 more\n1 article has no date."},
		"list of one":   {rag.Answer{Verdict: rag.Answered, Sentences: listed, Listing: &rag.Listing{Date: "May 2019", Found: 1, All: 9}}, "1 of the 9 articles is from May 2019:\n- Ferry late [1]"},
		"the newest":    {rag.Answer{Verdict: rag.Answered, Sentences: listed, Listing: &rag.Listing{About: "Minsk", Order: 1, One: true, Found: 4, All: 9}}, "4 of the 9 articles mention Minsk. The newest:\n- Ferry late [1]"},
		"no such":       {rag.Answer{Verdict: rag.Refused, Listing: &rag.Listing{About: "Minsk", All: 9}}, "No article mentions Minsk."},
		"empty library": {rag.Answer{Verdict: rag.Answered, Listing: &rag.Listing{}}, "The collection holds no article."},
		"no dates":      {rag.Answer{Verdict: rag.Refused, Listing: &rag.Listing{One: true, Order: 1, All: 2, Undated: 2}}, "No article has a date."},
		"all":           {rag.Answer{Verdict: rag.Answered, Sentences: listed, Listing: &rag.Listing{Found: 2, All: 2}}, "The collection holds 2 articles:\n- Ferry late [1]\n- and 1 more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Text(tt.a)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReason checks that every code has words.
func TestReason(t *testing.T) {
	t.Parallel()
	for _, code := range []rag.ReasonCode{
		rag.NoWords, rag.NoMatch, rag.NothingNear, rag.OnlyNear, rag.NoClaim, rag.NotSupported, rag.PartAnswered, rag.Courtesy, rag.AboutBot, rag.NothingMore, rag.NoneListed,
		rag.QuoteNotFound, rag.NumberNotFound, rag.NameNotFound, rag.NoEvidence, rag.SaysOpposite, rag.NotConfirmed, rag.OnlyPartly,
		rag.Unverifiable, rag.IsQuestion, rag.Repeated, rag.NoPassage, rag.LeansOnRemoved,
	} {
		if got := Reason(rag.Reason{Code: code, Words: []string{"12"}}); got == string(code) || got == "" {
			t.Errorf("no words for %q", code)
		}
	}
	if got := Reason(rag.Reason{}); got != "" {
		t.Errorf("words for no reason: %q", got)
	}
	if got, want := Reason(rag.Reason{Code: rag.NumberNotFound, Words: []string{"12", "40"}}), "not in the cited sentences: 12, 40"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

type hinted struct{ error }

func (hinted) Hint() string { return "start it" }

func TestFailed(t *testing.T) {
	t.Parallel()
	gone := hinted{errors.New("ollama/x: no answer")}
	for _, tt := range []struct {
		a    rag.Answer
		want string
	}{
		{rag.Answer{Model: "ollama/x"}, ""},
		{rag.Answer{Model: rag.QuoteModel, Failed: []error{gone}}, "ollama/x: no answer (start it). The answer quotes the articles instead."},
		{rag.Answer{Model: "openai/y", Failed: []error{gone, errors.New("b: busy")}}, "ollama/x: no answer (start it); b: busy. openai/y wrote the answer instead."},
	} {
		if got := Failed(tt.a); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestChecked(t *testing.T) {
	t.Parallel()
	partly := []rag.Sentence{{Text: "He fled.", Support: rag.Partly}}
	for _, tt := range []struct {
		a    rag.Answer
		want string
	}{
		{rag.Answer{Sentences: []rag.Sentence{{Text: "He fled.", Support: rag.Supported}}}, ""},
		{rag.Answer{Removed: make([]rag.Removed, 1)}, "1 sentence removed: not supported by the articles."},
		{rag.Answer{Sentences: partly, Removed: make([]rag.Removed, 2)}, "(?) = supported only in part. 2 sentences removed: not supported by the articles."},
		{rag.Answer{Removed: []rag.Removed{{Reason: rag.Reason{Code: rag.Repeated}}}}, ""},
		{rag.Answer{Removed: []rag.Removed{{Reason: rag.Reason{Code: rag.OnlyPartly}}, {Reason: rag.Reason{Code: rag.Repeated}}}}, "1 sentence removed: supported only in part."},
		{rag.Answer{Removed: []rag.Removed{{Reason: rag.Reason{Code: rag.OnlyPartly}}, {Reason: rag.Reason{Code: rag.NoEvidence}}}}, "2 sentences removed: not fully supported by the articles."},
		{rag.Answer{StoodIn: true, Removed: make([]rag.Removed, 1)}, "1 sentence of the model's answer removed: not supported by the articles."},
		{rag.Answer{Unjudged: true, JudgeError: hinted{errors.New("ollama/x: no answer")}}, "Not independently checked: ollama/x: no answer (start it)."},
		{rag.Answer{Unjudged: true, Unreliable: true}, "Not independently checked: the checker did not decide on every sentence. This model rarely quotes its sources correctly; consider another."},
	} {
		if got := Checked(tt.a); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
