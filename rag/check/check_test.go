package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
	"footnote/rag/write"
)

// passages are what the tests check claims against.
func passages() []rag.Passage {
	all := []rag.Passage{
		ragtest.Passage("ferry", "Ferry to Hull late", "The night ferry left Hull at 2 p.m. on August 9. It carried 181 passengers and a crew of twelve. “We knew that we were lucky,” Captain Mary Lowe said — twice."),
		ragtest.Passage("bridge", "The Humber Bridge", "The bridge is 2,220 metres long. It lies 390 feet lower than the hill. The Queen opened it in 1981.  About 1.5 million people cross it each year … in both directions."),
		ragtest.Passage("mayor", "Did the mayor take bribes?", "The mayor of Marsa denied everything. NATO and Belarusian officials saw the report."),
	}
	all[0].Chunk.Published = time.Date(2019, 3, 2, 0, 0, 0, 0, time.UTC)
	return all
}

// draftOf makes a draft of one claim that cites passages, with quotes if any.
func draftOf(text string, cites ...rag.Cite) rag.Draft {
	return rag.Draft{Model: "openai/x", Claims: []rag.Claim{{Text: text, Cites: cites}}}
}

func quote(passage int, words string) rag.Cite { return rag.Cite{Passage: passage, Quote: words} }

// TestHardChecks checks which claims fail without a judge, why, and which
// sentence becomes the footnote of the others.
func TestHardChecks(t *testing.T) {
	t.Parallel()
	type got struct{ Quotes, Support, Reason string }
	const first, crew, lucky = "The night ferry left Hull at 2 p.m. on August 9.", "It carried 181 passengers and a crew of twelve.", "“We knew that we were lucky,” Captain Mary Lowe said — twice."
	const long = "The bridge is 2,220 metres long."
	for name, tt := range map[string]struct {
		draft rag.Draft
		want  got
	}{
		"quote":                         {draftOf("The ferry had 181 people aboard.", quote(0, "carried 181 passengers")), got{crew, "yes", ""}},
		"quote, other marks and case":   {draftOf("The captain felt lucky.", quote(0, `"we knew  THAT we were lucky," Captain Mary Lowe said - twice`)), got{lucky, "yes", ""}},
		"quote with an ellipsis":        {draftOf("The ferry had 181 passengers.", quote(0, "carried 181 … crew of twelve")), got{crew, "yes", ""}},
		"quote over two sentences":      {draftOf("The ferry left with 181 passengers.", quote(0, "on August 9. It carried 181")), got{first + " " + crew, "yes", ""}},
		"quote from another passage":    {draftOf("The bridge is 2,220 metres long.", quote(0, "2,220 metres long")), got{long, "yes", ""}},
		"two quotes":                    {draftOf("The ferry left with 181 passengers.", quote(0, "left Hull"), quote(0, "181 passengers")), got{first + " | " + crew, "yes", ""}},
		"invented quote":                {draftOf("The ferry sank.", quote(0, "sank off Hull")), got{"", "no", "quote_not_found sank off Hull"}},
		"one quote of two is invented":  {draftOf("The ferry had 181 passengers.", quote(0, "sank"), quote(0, "181 passengers")), got{crew, "yes", ""}},
		"no quote":                      {draftOf("The Queen opened it in 1981.", rag.Cite{Passage: 1}), got{"The Queen opened it in 1981.", "yes", ""}},
		"no citation":                   {draftOf("It was opened by the Queen in 1981."), got{"The Queen opened it in 1981.", "yes", ""}},
		"citation of no passage":        {draftOf("The Queen opened it.", rag.Cite{Passage: 98}), got{"The Queen opened it in 1981.", "yes", ""}},
		"number in words":               {draftOf("It had a crew of 12.", quote(0, "crew of twelve")), got{crew, "yes", ""}},
		"time of day":                   {draftOf("It left at 14:00.", quote(0, "left Hull at 2 p.m.")), got{first, "yes", ""}},
		"wrong time of day":             {draftOf("It left at 2 a.m.", quote(0, "left Hull at 2 p.m.")), got{"", "no", "number_not_found 2 a.m."}},
		"wrong number":                  {draftOf("It had 211 passengers.", quote(0, "181 passengers")), got{"", "no", "number_not_found 211"}},
		"wrong unit":                    {draftOf("It lies 390 metres lower.", quote(1, "390 feet lower")), got{"", "no", "number_not_found 390 metres"}},
		"thousands separator":           {draftOf("It is 2220 metres long.", quote(1, "2,220 metres")), got{long, "yes", ""}},
		"number of the date":            {draftOf("In 2019, the ferry left Hull.", quote(0, "left Hull")), got{first, "yes", ""}},
		"wrong name":                    {draftOf("Captain Josephine Wragg was lucky.", quote(0, "we were lucky")), got{"", "no", "name_not_found Josephine Wragg"}},
		"name of another form":          {draftOf("Officials of Belarus saw it.", quote(2, "Belarusian officials")), got{"NATO and Belarusian officials saw the report.", "yes", ""}},
		"name far from the evidence":    {draftOf("Mary Lowe crossed the Humber Bridge.", quote(1, "people cross it")), got{"About 1.5 million people cross it each year … in both directions.", "partly", "name_not_found Lowe"}},
		"number far from the evidence":  {draftOf("181 people left Hull.", quote(0, "left Hull at 2 p.m.")), got{first, "yes", ""}},
		"hardly a word of it":           {draftOf("People often dream of home and hope for better weather in Hull.", quote(0, "left Hull at 2 p.m.")), got{first, "partly", "no_evidence"}},
		"a negation more":               {draftOf("The ferry never left Hull at 2 p.m.", quote(0, "left Hull at 2 p.m.")), got{first, "partly", "says_opposite"}},
		"rare word, no name":            {draftOf("Passersby knew that they were lucky.", quote(0, "we were lucky")), got{lucky, "partly", "name_not_found Passersby"}},
		"a title proves nothing":        {draftOf("The mayor took bribes.", quote(2, "Did the mayor take bribes?")), got{"", "no", "quote_not_found Did the mayor take bribes?"}},
		"quotation that nobody said":    {draftOf("The captain said: “we will never sail again”.", quote(0, "we were lucky")), got{"", "no", "quote_not_found we will never sail again"}},
		"quotation of a few words":      {draftOf("The captain felt “really lucky”.", quote(0, "we were lucky")), got{lucky, "yes", ""}},
		"quotation":                     {draftOf("The captain said, “we knew that we were lucky”.", quote(0, "we were lucky")), got{lucky, "yes", ""}},
		"framed":                        {draftOf("According to passage 1, the ferry had 181 passengers.", quote(0, "181 passengers")), got{crew, "yes", ""}},
		"nothing to check":              {draftOf("It is so.", quote(0, "left Hull")), got{"", "no", "unverifiable"}},
		"a question":                    {draftOf("How many passengers did it carry?", quote(0, "181 passengers")), got{"", "no", "is_question"}},
		"unrelated":                     {draftOf("轮渡晚点两小时。", rag.Cite{Passage: 0}), got{"", "no", "no_evidence"}},
		"another language, quoted":      {draftOf("Le ferry transportait 181 passagers.", quote(0, "181 passengers")), got{crew, "yes", ""}},
		"altered sentence with offsets": {draftOf("The bridge is 7 metres long.", rag.Cite{Passage: 1, Start: 0, End: 32}), got{"", "no", "number_not_found 7 metres"}},
		"initials":                      {draftOf("The UN saw it, as did NATO.", quote(2, "saw the report")), got{"", "no", "name_not_found UN"}},
		"demonym":                       {draftOf("A Marsan mayor denied it.", quote(2, "denied everything")), got{"The mayor of Marsa denied everything.", "yes", ""}},
		"admission with a wrong name":   {rag.Draft{Model: "x", Claims: []rag.Claim{{Text: "The passages do not say why Josephine Wragg left.", Kind: rag.Admission}}}, got{"", "no", "name_not_found Josephine Wragg"}},
		"admission":                     {rag.Draft{Model: "x", Claims: []rag.Claim{{Text: "The bridge is 2,220 metres long.", Cites: []rag.Cite{quote(1, "2,220 metres")}}, {Text: "The passages do not say who built the bridge.", Kind: rag.Admission}}}, got{long, "yes", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := Checker{}.Check(t.Context(), question.Read(rag.Question{Text: "What happened?"}), tt.draft, passages())
			if err != nil {
				t.Fatal(err)
			}
			var g got
			var quotes []string
			for _, c := range a.Citations {
				quotes = append(quotes, c.Quote)
			}
			g.Quotes = strings.Join(quotes, " | ")
			reason := rag.Reason{}
			if len(a.Removed) > 0 {
				g.Support, reason = "no", a.Removed[0].Reason
			} else if len(a.Sentences) > 0 {
				g.Support, reason = string(a.Sentences[0].Support), a.Sentences[0].Reason
			}
			g.Reason = strings.Join(append([]string{string(reason.Code)}, reason.Words...), " ")
			if diff := cmp.Diff(tt.want, g); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// judge is a Judge that gives fixed verdicts and records what it was asked.
type judge struct {
	verdicts []rag.Support
	err      error
	asked    [][]Statement
}

func (j *judge) Judge(_ context.Context, s []Statement) ([]rag.Support, rag.Usage, error) {
	j.asked = append(j.asked, s)
	return j.verdicts, rag.Usage{PromptTokens: 10, CompletionTokens: 1}, j.err
}

// three is a draft whose third sentence leans on the second.
func three() rag.Draft {
	return rag.Draft{Model: "openai/x", Claims: []rag.Claim{
		{Text: "The ferry had 181 passengers.", Cites: []rag.Cite{quote(0, "181 passengers")}},
		{Text: "Mary Lowe was its captain.", Break: " ", Cites: []rag.Cite{quote(0, "Captain Mary Lowe")}},
		{Text: "She said that they were lucky.", Break: " ", Cites: []rag.Cite{quote(0, "we were lucky")}},
	}}
}

// TestJudge checks what becomes of sentences by the judge's verdict, in each mode.
func TestJudge(t *testing.T) {
	t.Parallel()
	const whole = "The ferry had 181 passengers. [1] Mary Lowe was its captain. [2] She said that they were lucky. [2]"
	for name, tt := range map[string]struct {
		mode                  Mode
		judge                 *judge
		want                  string
		removed               int
		unjudged, partlyShown bool
	}{
		"all supported":             {Mark, &judge{verdicts: []rag.Support{"yes", "yes", "yes"}}, whole, 0, false, false},
		"one in part":               {Mark, &judge{verdicts: []rag.Support{"yes", "partly", "yes"}}, whole, 0, false, true},
		"one in part, strict":       {Strict, &judge{verdicts: []rag.Support{"partly", "yes", "yes"}}, "Mary Lowe was its captain. [1] She said that they were lucky. [1]", 1, false, false},
		"pronoun gets its name":     {Mark, &judge{verdicts: []rag.Support{"yes", "no", "yes"}}, "The ferry had 181 passengers. [1] Mary Lowe said that they were lucky. [2]", 1, false, false},
		"all are shown":             {Off, &judge{verdicts: []rag.Support{"yes", "no", "yes"}}, whole, 0, false, true},
		"nothing left":              {Mark, &judge{verdicts: []rag.Support{"no", "no", "no"}}, "", 3, false, false},
		"the judge fails":           {Mark, &judge{err: errors.New("gone")}, whole, 0, true, false},
		"the judge decides on some": {Mark, &judge{verdicts: []rag.Support{"yes"}}, whole, 0, true, false},
		"too many verdicts":         {Mark, &judge{verdicts: []rag.Support{"yes", "yes", "yes", "no", "no"}}, whole, 0, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := Checker{Judge: tt.judge, Mode: tt.mode}.Check(t.Context(), question.Reading{}, three(), passages())
			if err != nil {
				t.Fatal(err)
			}
			partly := false
			for _, s := range a.Sentences {
				partly = partly || s.Support != rag.Supported
			}
			if got := a.Text(); got != tt.want || len(a.Removed) != tt.removed || a.Unjudged != tt.unjudged || partly != tt.partlyShown {
				t.Errorf("got %q, %d removed, unjudged %v, marked %v; want %q, %d, %v, %v", got, len(a.Removed), a.Unjudged, partly, tt.want, tt.removed, tt.unjudged, tt.partlyShown)
			}
			if len(tt.judge.asked) != 1 || a.Spent.Judge.Calls != 1 || a.Spent.Judge.Usage.PromptTokens != 10 {
				t.Errorf("the judge was asked %d times, cost %+v", len(tt.judge.asked), a.Spent.Judge)
			}
		})
	}
}

// TestJudgeReads checks what the judge gets to read.
func TestJudgeReads(t *testing.T) {
	t.Parallel()
	j := &judge{verdicts: []rag.Support{"yes"}}
	if _, err := (Checker{Judge: j}).Check(t.Context(), question.Reading{}, draftOf("The article says that the ferry had 181 passengers.", quote(0, "181 passengers")), passages()); err != nil {
		t.Fatal(err)
	}
	want := [][]Statement{{{"The ferry had 181 passengers.", []Evidence{{"Ferry to Hull late", "2019-03-02", "It carried 181 passengers and a crew of twelve."}}}}}
	if diff := cmp.Diff(want, j.asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRepair checks that failed sentences are rewritten once and checked again.
func TestRepair(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		reply    []rag.Claim
		err      error
		verdicts []rag.Support
		want     string
		repaired int
	}{
		"supported":           {[]rag.Claim{{Text: "The ferry carried 181 passengers.", Cites: []rag.Cite{quote(0, "carried 181 passengers")}}}, nil, []rag.Support{"yes"}, "The ferry carried 181 passengers. [1]", 1},
		"not supported again": {[]rag.Claim{{Text: "The ferry carried 181 dogs.", Cites: []rag.Cite{quote(0, "carried 181 passengers")}}}, nil, []rag.Support{"no"}, "", 0},
		"the same again":      {[]rag.Claim{{Text: "The ferry carried 211 passengers!", Cites: []rag.Cite{quote(0, "carried 181 passengers")}}}, nil, nil, "", 0},
		"wrong again":         {[]rag.Claim{{Text: "The ferry carried 212 passengers.", Cites: []rag.Cite{quote(0, "carried 181 passengers")}}}, nil, nil, "", 0},
		"given up":            {[]rag.Claim{{}}, nil, nil, "", 0},
		"too many":            {[]rag.Claim{{}, {Text: "The ferry left."}}, nil, nil, "", 0},
		"nothing":             {nil, nil, nil, "", 0},
		"fails":               {nil, errors.New("gone"), nil, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked []rag.Failed
			c := Checker{Judge: &judge{verdicts: tt.verdicts}, Repair: func(_ context.Context, f []rag.Failed) (rag.Draft, error) {
				asked = append(asked, f...)
				return rag.Draft{Claims: tt.reply}, tt.err
			}}
			a, err := c.Check(t.Context(), question.Reading{}, draftOf("The ferry carried 211 passengers.", quote(0, "carried 181 passengers")), passages())
			if err != nil {
				t.Fatal(err)
			}
			if got := a.Text(); got != tt.want || a.Repaired != tt.repaired {
				t.Errorf("got %q, %d repaired; want %q, %d", got, a.Repaired, tt.want, tt.repaired)
			}
			if diff := cmp.Diff([]rag.Failed{{Text: "The ferry carried 211 passengers.", Why: "the passages do not contain: 211"}}, asked); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRepairQuote checks that a rewritten sentence may differ only in its quote,
// but may not say what another sentence says.
func TestRepairQuote(t *testing.T) {
	t.Parallel()
	const crew = "It had a crew of twelve."
	misquoted := rag.Claim{Text: crew, Break: "\n- ", Kind: rag.OlderStatement, Cites: []rag.Cite{quote(0, "sank off Hull")}}
	good := rag.Claim{Text: "The ferry had 181 passengers.", Cites: []rag.Cite{quote(0, "181 passengers")}}
	for name, tt := range map[string]struct {
		reply    rag.Claim
		want     string
		repaired int
	}{
		"another quote":    {rag.Claim{Text: crew, Cites: []rag.Cite{quote(0, "crew of twelve")}}, good.Text + " [1]\n- " + crew + " [1]", 1},
		"another sentence": {good, good.Text + " [1]", 0},
		"framed":           {rag.Claim{Text: "The article says that the ferry had 181 passengers.", Cites: good.Cites}, good.Text + " [1]", 0},
	} {
		c := Checker{Repair: func(context.Context, []rag.Failed) (rag.Draft, error) {
			return rag.Draft{Claims: []rag.Claim{tt.reply}}, nil
		}}
		a, err := c.Check(t.Context(), question.Reading{}, rag.Draft{Claims: []rag.Claim{good, misquoted}}, passages())
		if err != nil || a.Text() != tt.want || a.Repaired != tt.repaired {
			t.Errorf("%s: %q, %d repaired, want %q, %d; error %v", name, a.Text(), a.Repaired, tt.want, tt.repaired, err)
		}
		if k := len(a.Sentences) - 1; tt.repaired > 0 && a.Sentences[k].Kind != rag.OlderStatement {
			t.Errorf("%s: kind %v, want that of the failed sentence", name, a.Sentences[k].Kind)
		}
	}
}

// TestRepairStops checks when there is no repair, and that no more sentences are
// repaired than fit into a request.
func TestRepairStops(t *testing.T) {
	t.Parallel()
	var many rag.Draft
	for i := range 30 {
		many.Claims = append(many.Claims, rag.Claim{Text: fmt.Sprintf("The ferry carried %d passengers.", 300+i), Cites: []rag.Cite{quote(0, "181 passengers")}})
	}
	late, cancel := context.WithTimeout(t.Context(), repairTime-time.Second)
	defer cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		mode Mode
		want int
	}{
		"many":        {t.Context(), Mark, maxRepairs},
		"little time": {late, Mark, 0},
		"off":         {t.Context(), Off, 0},
	} {
		asked := 0
		c := Checker{Mode: tt.mode, Repair: func(_ context.Context, f []rag.Failed) (rag.Draft, error) {
			asked += len(f)
			return rag.Draft{}, nil
		}}
		if _, err := c.Check(tt.ctx, question.Reading{}, many, passages()); err != nil || asked != tt.want {
			t.Errorf("%s: %d sentences to repair, want %d; error %v", name, asked, tt.want, err)
		}
	}
}

// TestCancelled checks that the error is the context's if that is cancelled while
// a judge or a repair is at work.
func TestCancelled(t *testing.T) {
	t.Parallel()
	for _, stage := range []string{"judge", "repair"} {
		ctx, cancel := context.WithCancel(t.Context())
		c := Checker{Judge: judgeFunc(func() { cancel() })}
		if stage == "repair" {
			c = Checker{Repair: func(context.Context, []rag.Failed) (rag.Draft, error) {
				cancel()
				return rag.Draft{}, errors.New("gone")
			}}
		}
		d := three()
		d.Claims = append(d.Claims, rag.Claim{Text: "The ferry sank.", Cites: []rag.Cite{quote(0, "sank off Hull")}})
		if _, err := c.Check(ctx, question.Reading{}, d, passages()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want %v", stage, err, context.Canceled)
		}
	}
}

// judgeFunc is a Judge that calls a function and fails.
type judgeFunc func()

func (f judgeFunc) Judge(context.Context, []Statement) ([]rag.Support, rag.Usage, error) {
	f()
	return nil, rag.Usage{}, errors.New("gone")
}

// TestRepeated checks which of two equal sentences stays, and why the other is
// removed.
func TestRepeated(t *testing.T) {
	t.Parallel()
	good := rag.Claim{Text: "The ferry had 181 passengers.", Cites: []rag.Cite{quote(0, "181 passengers")}}
	bad := rag.Claim{Text: good.Text, Break: " ", Cites: []rag.Cite{quote(0, "sank off Hull")}}
	for name, tt := range map[string]struct {
		claims  []rag.Claim
		text    string
		removed []rag.ReasonCode
	}{
		"twice":          {[]rag.Claim{good, good}, good.Text + " [1]", []rag.ReasonCode{rag.Repeated}},
		"worse evidence": {[]rag.Claim{good, bad}, good.Text + " [1]", []rag.ReasonCode{rag.Repeated}},
		"better":         {[]rag.Claim{bad, good}, good.Text + " [1]", []rag.ReasonCode{rag.QuoteNotFound}},
		"failed twice":   {[]rag.Claim{bad, bad}, "", []rag.ReasonCode{rag.QuoteNotFound, rag.Repeated}},
	} {
		a, err := Checker{}.Check(t.Context(), question.Reading{}, rag.Draft{Claims: tt.claims}, passages())
		if err != nil {
			t.Fatal(err)
		}
		var removed []rag.ReasonCode
		for _, r := range a.Removed {
			removed = append(removed, r.Reason.Code)
		}
		if diff := cmp.Diff(tt.removed, removed); diff != "" || a.Text() != tt.text {
			t.Errorf("%s: text %q, want %q; removed (-want +got):\n%s", name, a.Text(), tt.text, diff)
		}
	}
}

// TestUnusualPassages checks passages without sentences or text, and passages of
// one article that overlap.
func TestUnusualPassages(t *testing.T) {
	t.Parallel()
	const body = "It was cold. The night ferry left Hull late. It carried 181 passengers."
	whole := ragtest.Passage("ferry", "Ferry", body)
	uncut := whole
	uncut.Sentences = nil
	part := rag.Passage{Chunk: whole.Chunk, Start: 13, End: 44, Text: body[13:44]}
	const late = "The night ferry left Hull late."
	for name, tt := range map[string]struct {
		passages []rag.Passage
		cites    []rag.Cite
		want     string // the quotes
	}{
		"no sentences":              {[]rag.Passage{uncut}, []rag.Cite{quote(0, "ferry left")}, late},
		"no sentences, no quote":    {[]rag.Passage{uncut}, []rag.Cite{{Passage: 0}}, late},
		"overlapping":               {[]rag.Passage{whole, part}, []rag.Cite{quote(0, "ferry left"), quote(1, "left Hull")}, late},
		"not the start of the text": {[]rag.Passage{part}, []rag.Cite{quote(0, "left Hull")}, late},
		"empty":                     {[]rag.Passage{{}, part}, []rag.Cite{quote(0, "left Hull")}, late},
		"only empty":                {[]rag.Passage{{}}, []rag.Cite{quote(0, "left Hull")}, ""},
		"none":                      {nil, []rag.Cite{quote(0, "left Hull")}, ""},
		"offsets before the text":   {[]rag.Passage{part}, []rag.Cite{{Passage: 0, Start: 0, End: 20}}, late},
		"offsets after the text":    {[]rag.Passage{part}, []rag.Cite{{Passage: 0, Start: 13, End: 99}}, late},
		"passage below 0":           {[]rag.Passage{part}, []rag.Cite{{Passage: -1, Start: 1, End: 2}, quote(-1, "x")}, late},
	} {
		a, err := Checker{}.Check(t.Context(), question.Reading{}, draftOf("The night ferry left Hull late.", tt.cites...), tt.passages)
		if err != nil {
			t.Fatal(err)
		}
		var quotes []string
		for _, c := range a.Citations {
			if body[c.Start:c.End] != c.Quote {
				t.Errorf("%s: %q is not at its offsets", name, c.Quote)
			}
			quotes = append(quotes, c.Quote)
		}
		if got := strings.Join(quotes, " | "); got != tt.want {
			t.Errorf("%s: quotes %q, want %q", name, got, tt.want)
		}
		for _, s := range a.Sentences {
			if len(s.Citations) != 1 {
				t.Errorf("%s: citations %v, want one", name, s.Citations)
			}
		}
	}
}

// TestDecide checks a sentence against texts, with and without a judge.
func TestDecide(t *testing.T) {
	t.Parallel()
	const crew = "It carried 181 passengers and a crew of twelve."
	for name, tt := range map[string]struct {
		judge    Judge
		sentence string
		want     rag.Support
	}{
		"no judge":        {nil, "It had 181 passengers. [1]", rag.Supported},
		"wrong number":    {nil, "It had 211 passengers.", rag.Unsupported},
		"judge":           {&judge{verdicts: []rag.Support{rag.Partly}}, "It had 181 passengers.", rag.Partly},
		"too few":         {&judge{}, "It had 181 passengers.", rag.Supported},
		"hard checks win": {&judge{verdicts: []rag.Support{rag.Supported}}, "It had 211 passengers.", rag.Unsupported},
	} {
		if got, err := Decide(t.Context(), tt.judge, tt.sentence, "The ferry left.", crew); got != tt.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", name, got, err, tt.want)
		}
	}
	if _, err := Decide(t.Context(), &judge{err: errors.New("gone")}, "It had 181 passengers.", crew); err == nil {
		t.Error("the judge fails: error is nil")
	}
}

// TestUnreliable checks that a model is named whose sentences mostly fail.
// Sentences that it repeats count once.
func TestUnreliable(t *testing.T) {
	t.Parallel()
	good := rag.Claim{Text: "The ferry had 181 passengers.", Cites: []rag.Cite{quote(0, "181 passengers")}}
	sank := rag.Claim{Text: "The ferry sank.", Cites: []rag.Cite{quote(0, "sank off Hull")}}
	fell := rag.Claim{Text: "The bridge fell.", Cites: []rag.Cite{quote(0, "the bridge fell")}}
	number := rag.Claim{Text: "The ferry had 211 passengers.", Cites: []rag.Cite{quote(0, "181 passengers")}}
	for name, tt := range map[string]struct {
		claims []rag.Claim
		want   bool
	}{
		"most":               {[]rag.Claim{good, sank, fell}, true},
		"half":               {[]rag.Claim{good, sank}, false},
		"the only one":       {[]rag.Claim{sank}, false},
		"another reason":     {[]rag.Claim{good, sank, number}, true},
		"good ones repeated": {[]rag.Claim{good, good, good, sank, fell}, true},
		"misquotes repeated": {[]rag.Claim{good, sank, sank, sank}, false},
		"nothing":            {nil, false},
	} {
		a, err := Checker{}.Check(t.Context(), question.Reading{}, rag.Draft{Model: "ollama/tiny", Claims: tt.claims}, passages())
		if err != nil || a.Unreliable != tt.want {
			t.Errorf("%s: unreliable %v, want %v; error %v", name, a.Unreliable, tt.want, err)
		}
	}
}

// TestQuotesStand checks that sentences of the articles need no judge.
func TestQuotesStand(t *testing.T) {
	t.Parallel()
	p := passages()
	d := rag.Draft{Model: rag.QuoteModel, Claims: []rag.Claim{{Text: "The bridge is 2,220 metres long.", Cites: []rag.Cite{{Passage: 1, Start: 0, End: 32}}}}}
	j := &judge{}
	a, err := Checker{Judge: j}.Check(t.Context(), question.Reading{}, d, p)
	if err != nil || a.Text() != "The bridge is 2,220 metres long. [1]" || len(j.asked) != 0 {
		t.Errorf("%q, asked %d times, error %v", a.Text(), len(j.asked), err)
	}
}

// FuzzCheck checks, for any reply about any passages, that each quote is at its
// offsets and that each sentence but an admission has a footnote.
func FuzzCheck(f *testing.F) {
	f.Add("The ferry carried 181 passengers. [1] It sank. [2][99]", "The ferry left. It carried 181 passengers.", "It sank in 1990.")
	f.Add("He left. [1 \"ferry left\"] It sank. [2 \"…\"]", "The ferry left… It carried “181” passengers.", "It sank in 1990.")
	f.Add("```\n[1, 2] @everyone \xff 【1】", "\xff\xfe 1.5.5, 9", "")
	f.Add("1e9 million 0.0 3rd % $", "1,,5 million. $.5 ½ bn", "x")
	f.Fuzz(func(t *testing.T, reply, a, b string) {
		sources := []rag.Passage{ragtest.Passage("a", reply, a), ragtest.Passage("b", "B", b)}
		claims := write.ParseReply(reply, len(sources))
		got, err := Checker{}.Check(t.Context(), question.Reading{}, rag.Draft{Claims: claims}, sources)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Sentences {
			if len(s.Citations) == 0 && s.Kind != rag.Admission {
				t.Errorf("without a footnote: %q", s.Text)
			}
		}
		texts := map[string]string{"a": a, "b": b}
		for i, c := range got.Citations {
			if text := texts[c.Doc]; c.N != i+1 || c.Start < 0 || c.Start >= c.End || c.End > len(text) || text[c.Start:c.End] != c.Quote {
				t.Errorf("citation %d is not at its offsets: %+v", i, c)
			}
		}
		for _, r := range got.Removed {
			if !r.Reason.Given() {
				t.Errorf("removed without a reason: %+v", r)
			}
		}
		if utf8.ValidString(reply) && utf8.ValidString(a) && utf8.ValidString(b) && !utf8.ValidString(got.Text()) {
			t.Errorf("answer is not valid UTF-8: %q", got.Text())
		}
	})
}

// BenchmarkHardChecks measures the hard checks of an answer of three sentences
// against eight long passages.
func BenchmarkHardChecks(b *testing.B) {
	var all []rag.Passage
	for range 8 {
		all = append(all, ragtest.Passage("a", "A", strings.Repeat("The ferry left Hull late, and 12 people knew why it sank. ", 40)))
	}
	d := rag.Draft{Model: "x"}
	for _, s := range []string{"The ferry left Hull late.", "Mary Lowe and 12 people knew why.", "It sank in 1990."} {
		d.Claims = append(d.Claims, rag.Claim{Text: s, Cites: []rag.Cite{quote(0, "knew why it sank")}})
	}
	for b.Loop() {
		if _, err := (Checker{}).Check(b.Context(), question.Reading{}, d, all); err != nil {
			b.Fatal(err)
		}
	}
}

// TestVerbatimParts checks a claim that quotes several parts of a passage, such as a
// row of a table with the row that names the columns.
func TestVerbatimParts(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("hosts", "Hosts", "Host | IP\nalder | 10.0.0.12\nbirch | 10.0.0.13")
	cites := []rag.Cite{{Start: 0, End: 9}, {Start: 28, End: 45}}
	for said, want := range map[string]int{
		"Host | IP\nbirch | 10.0.0.13":   2,
		"birch | 10.0.0.13":              1,
		"birch | 10.0.0.13\nHost | IP":   0,
		"Host | IP\nbirch | 10.0.0.12":   0,
		"Host | IP\nalder | 10.0.0.12\n": 0,
	} {
		got := newSources("", []rag.Passage{p}).verbatim(rag.Claim{Text: said, Cites: cites})
		if len(got) != want {
			t.Errorf("%q: cites %v, want %d", said, got, want)
		}
	}
}
