package check

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
	"footnote/rag/text"
	"footnote/rag/write"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{
		ragtest.Passage("ferry", "The ferry Humber Queen", "The ferry left Hull at noon on August 9, late. It carried 181 passengers. Captain Mary Lowe did not leave the bridge. Tickets cost $1.5 million in all."),
		ragtest.Passage("bridge", "The Humber Bridge", "The Humber Bridge was opened by the Queen in 1981, in July. It is 2,220 metres long. Engineers had worked on it for eight years. Nobody was hurt in the storm of 1990."),
		ragtest.Passage("harbour", "The port of Goole", "The old tug left Goole at dawn on May 4, before anybody saw it. Captain Lowe said nothing. The harbour master was angry."),
		ragtest.Passage("final", "The final", "Hull beat Grimsby in the final by two goals. The coach said after the final: “We were lucky, and we knew it.” President Lowe met nobody, but Mr. Lowe praised Mr. Wragg."),
		ragtest.Passage("storm", "The storm", "The storm of 1990 closed the U.N. office."),
		ragtest.Passage("crew", "The crew", "Captain Mary Lowe came at noon. The sea was calm that day. A gull stood on the rail. She met the crew and sang to them for two hours. They slept."),
		ragtest.Passage("line", "The Lowe line", "The ferry of the Lowe line carried more than 300 passengers. Nobody paid."),
	}
	type got struct {
		Quotes  []string
		Dropped string
	}
	for name, c := range map[string]struct {
		claim string
		cites []int
		want  got
	}{
		"supported":                            {"The ferry left Hull at noon.", []int{0}, got{Quotes: []string{"The ferry left Hull at noon on August 9, late."}}},
		"supported by two sentences":           {"The ferry left Hull at noon on August 9 and carried 181 passengers.", []int{0}, got{Quotes: []string{"The ferry left Hull at noon on August 9, late. It carried 181 passengers."}}},
		"subject in the title":                 {"The Humber Bridge is 2220 metres long.", []int{1}, got{Quotes: []string{"It is 2,220 metres long."}}},
		"wrong passage cited":                  {"The ferry carried 181 passengers.", []int{1}, got{Quotes: []string{"It carried 181 passengers."}}},
		"nothing cited":                        {"The ferry carried 181 passengers.", nil, got{Quotes: []string{"It carried 181 passengers."}}},
		"wrong number":                         {"The ferry carried 211 passengers.", []int{0}, got{Dropped: "facts_not_found 211"}},
		"wrong month":                          {"The ferry left Hull at noon on March 9.", []int{0}, got{Dropped: "facts_not_found March"}},
		"wrong unit":                           {"The Humber Bridge is 2,220 miles long.", []int{1}, got{Dropped: "facts_not_found 2,220"}},
		"wrong currency":                       {"Tickets cost €1.5 million in all.", []int{0}, got{Dropped: "facts_not_found 1.5"}},
		"inexact number":                       {"Tickets cost $1.5 million in all, and it carried 180 passengers.", []int{0}, got{Dropped: "facts_not_found 180"}},
		"rounded number":                       {"The ferry carried about 180 passengers.", []int{0}, got{Quotes: []string{"It carried 181 passengers."}}},
		"wrong scale":                          {"Tickets cost $1.5 billion in all.", []int{0}, got{Dropped: "facts_not_found 1.5"}},
		"number in words":                      {"Engineers had worked on the Humber Bridge for 8 years.", []int{1}, got{Quotes: []string{"Engineers had worked on it for eight years."}}},
		"source negates":                       {"Captain Mary Lowe did leave the bridge.", []int{0}, got{Dropped: "negation_differs"}},
		"claim negates":                        {"The ferry did not carry 181 passengers.", []int{0}, got{Dropped: "negation_differs"}},
		"wrong name":                           {"Captain Josephine Wragg left Hull.", []int{0}, got{Dropped: "facts_not_found Josephine Wragg"}},
		"one wrong name":                       {"The ferry left Hull at noon on August 9, late, for Wragg.", []int{0}, got{Dropped: "facts_not_found Wragg"}},
		"initials":                             {"The ferry (FHQ) left Hull at noon on August 9.", []int{0}, got{Quotes: []string{"The ferry left Hull at noon on August 9, late."}}},
		"abbreviation spelled out":             {"The storm of 1990 closed the United Nations office.", []int{4}, got{Quotes: []string{"The storm of 1990 closed the U.N. office."}}},
		"unrelated":                            {"Otters eat fish from rivers and streams.", []int{0}, got{Dropped: "facts_not_found Otters"}},
		"another language":                     {"轮渡晚点两小时。", []int{0}, got{Dropped: "words_not_found 轮渡晚点两小时"}},
		"roles reversed":                       {"Grimsby beat Hull in the final.", []int{3}, got{Dropped: "roles_reversed"}},
		"roles kept, passive":                  {"Grimsby was beaten by Hull in the final.", []int{3}, got{Quotes: []string{"Hull beat Grimsby in the final by two goals."}}},
		"roles reversed, passive":              {"Hull was beaten by Grimsby in the final.", []int{3}, got{Dropped: "roles_reversed"}},
		"roles reversed, titles":               {"President Lowe met nobody, but Mr. Wragg praised Mr. Lowe.", []int{3}, got{Dropped: "roles_reversed"}},
		"wrong subject":                        {"The harbour master left Goole at dawn on May 4, before anybody saw it.", []int{2}, got{Dropped: "other_subject"}},
		"quotation":                            {"The coach said “we were lucky” of the final.", []int{3}, got{Quotes: []string{"The coach said after the final: “We were lucky, and we knew it.”"}}},
		"quotation with an ellipsis":           {`The coach said: "We were lucky … we knew it."`, []int{3}, got{Quotes: []string{"The coach said after the final: “We were lucky, and we knew it.”"}}},
		"invented quotation":                   {"The coach said “we knew we were lucky” after the final.", []int{3}, got{Dropped: "misquoted we knew we were lucky"}},
		"short invented quotation":             {"The coach was “lucky after the final”.", []int{3}, got{Dropped: "misquoted lucky after the final"}},
		"nothing to check":                     {"It is so.", []int{0}, got{Dropped: "unverifiable"}},
		"fewer, not more":                      {"The ferry of the Lowe line carried fewer than 300 passengers.", []int{6}, got{Dropped: "facts_not_found 300"}},
		"far more":                             {"The ferry of the Lowe line carried far more than 300 passengers.", []int{6}, got{Dropped: "facts_not_found 300"}},
		"more in other words":                  {"The ferry of the Lowe line carried over 300 passengers.", []int{6}, got{Quotes: []string{"The ferry of the Lowe line carried more than 300 passengers."}}},
		"a question":                           {"How many passengers did the ferry carry?", []int{0}, got{Dropped: "is_question"}},
		"mixed from two sentences":             {"Captain Mary Lowe left Hull at noon with tickets of $1.5 million.", []int{0}, got{Dropped: "scattered"}},
		"clauses from two passages":            {"The ferry carried 181 passengers, while the Humber Bridge is 2,220 metres long.", []int{0, 1}, got{Quotes: []string{"It carried 181 passengers.", "It is 2,220 metres long."}}},
		"clauses from two passages, one wrong": {"The ferry carried 181 passengers, while the Humber Bridge is 1,410 metres long.", []int{0, 1}, got{Dropped: "facts_not_found 1,410"}},
		"number from another sentence":         {"The Humber Bridge was opened by the Queen in 1990, in July.", []int{1}, got{Dropped: "scattered"}},
		"name long before a pronoun":           {"Captain Mary Lowe met the crew and sang to them for two hours.", []int{5}, got{Quotes: []string{"She met the crew and sang to them for two hours."}}},
		"missing passage cited":                {"The ferry carried 181 passengers.", []int{99, -1}, got{Quotes: []string{"It carried 181 passengers."}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claim := rag.Claim{Text: c.claim}
			for _, i := range c.cites {
				claim.Cites = append(claim.Cites, rag.Cite{Passage: i})
			}
			a := Check(question.Reading{}, rag.Draft{Claims: []rag.Claim{claim}}, passages)
			var g got
			for _, x := range a.Citations {
				g.Quotes = append(g.Quotes, x.Quote)
			}
			for _, d := range a.Dropped {
				g.Dropped += strings.Join(append([]string{string(d.Reason.Code)}, d.Reason.Words...), " ")
			}
			if diff := cmp.Diff(c.want, g); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if refused := a.Verdict == rag.Refused; refused != (len(g.Quotes) == 0) {
				t.Errorf("verdict %s with %d quotes", a.Verdict, len(g.Quotes))
			}
		})
	}
}

// TestCheckBare checks that a bare answer is supported only by a sentence about
// what was asked.
func TestCheckBare(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{ragtest.Passage("bridge", "The Humber Bridge", "The bridge was opened by the Queen in 1981. Engineers had worked on it since 1972. A storm closed the road to Hull in 1990.")}
	for _, tt := range []struct {
		question, answer string
		want             rag.Verdict
	}{
		{"When was the Humber Bridge opened?", "In 1981.", rag.Answered},
		{"When was the Humber Bridge opened?", "1990.", rag.Refused},
		{"When did engineers begin to work on the bridge?", "1972", rag.Answered},
		{"When did engineers begin to work on the bridge?", "1981", rag.Refused},
		{"Where did a storm close the road?", "Hull", rag.Answered},
		{"Where was the Queen born?", "Hull", rag.Refused},
	} {
		if a := Check(question.Read(rag.Question{Text: tt.question}), rag.Draft{Claims: []rag.Claim{{Text: tt.answer}}}, passages); a.Verdict != tt.want {
			t.Errorf("%s %s: verdict %s, want %s: %v", tt.question, tt.answer, a.Verdict, tt.want, a.Dropped)
		}
	}
	for answer, want := range map[string]bool{
		"Paris.": true, "In 1981.": true, "Captain Lowe": true, "two hours.": true, "18 February 1546": true,
		"It sank.": false, "The ferry sank in 1981.": false, "Captain Lowe left the bridge.": false,
	} {
		if got := text.NeedsQuestion(answer); got != want {
			t.Errorf("bare(%q) = %v, want %v", answer, got, want)
		}
	}
}

// TestCheckMarks checks that a few words in quotation marks keep the marks only
// if the article has the words.
func TestCheckMarks(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{ragtest.Passage("final", "The final", "Hull beat Grimsby in the final by two goals. The coach called it a lucky day.")}
	for text, want := range map[string]string{
		"Hull \"beat\" Grimsby in the «big final».":      "Hull \"beat\" Grimsby in the big final. [1]",
		"Hull beat Grimsby in the “final by two goals”.": "Hull beat Grimsby in the “final by two goals”. [1]",
		"Hull beat Grimsby in “The Final”.":              "Hull beat Grimsby in “The Final”. [1]",
		"Hull beat Grimsby in the “…” final.":            "Hull beat Grimsby in the “…” final. [1]",
	} {
		if got := Check(question.Reading{}, rag.Draft{Claims: []rag.Claim{{Text: text, Cites: []rag.Cite{{Passage: 0}}}}}, passages).Text(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestCheckElsewhere checks that a passage without the claim's subject does not
// support the claim if another passage has the subject.
func TestCheckElsewhere(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{
		ragtest.Passage("a", "The port of Goole", "Captain Lowe said nothing. The harbour master was angry."),
		ragtest.Passage("b", "The port of Goole", "The old tug left Goole at dawn on May 4, before anybody saw it."),
	}
	a := Check(question.Reading{}, rag.Draft{Claims: []rag.Claim{{Text: "The harbour master left Goole at dawn on May 4, before anybody saw it.", Cites: []rag.Cite{{Passage: 1}}}}}, passages)
	if diff := cmp.Diff([]rag.Dropped{{Text: "The harbour master left Goole at dawn on May 4, before anybody saw it.", Reason: rag.Reason{Code: rag.OtherSubject}}}, a.Dropped); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzCheck checks, for any reply about any passages, that each quote is at its
// offsets and that an answer has footnotes.
func FuzzCheck(f *testing.F) {
	f.Add("The ferry carried 181 passengers. [1] It sank. [2][99]", "The ferry left. It carried 181 passengers.", "It sank in 1990.")
	f.Add("```\n[1, 2] @everyone \xff 【1】", "\xff\xfe 1.5.5, 9", "")
	f.Add("1e9 million 0.0 3rd % $", "1,,5 million. $.5 ½ bn", "x")
	f.Fuzz(func(t *testing.T, reply, a, b string) {
		passages := []rag.Passage{ragtest.Passage("a", reply, a), ragtest.Passage("b", "B", b)}
		claims, _ := write.ParseReply(reply, len(passages))
		got := Check(question.Reading{}, rag.Draft{Claims: claims}, passages)
		if len(got.Citations) == 0 && got.Verdict != rag.Refused {
			t.Errorf("verdict %s without a footnote: %q", got.Verdict, got.Text())
		}
		if strings.Count(got.Text(), "[") < len(got.Citations) {
			t.Errorf("%d citations, but fewer footnote marks in %q", len(got.Citations), got.Text())
		}
		texts := map[string]string{"a": a, "b": b}
		for i, c := range got.Citations {
			if text := texts[c.Doc]; c.N != i+1 || c.Start < 0 || c.Start >= c.End || c.End > len(text) || text[c.Start:c.End] != c.Quote {
				t.Errorf("citation %d has a wrong number, offset or quote: %+v", i, c)
			}
		}
		for _, d := range got.Dropped {
			if !d.Reason.Given() || !slices.ContainsFunc(claims, func(c rag.Claim) bool { return c.Text == d.Text }) {
				t.Errorf("dropped sentence has no reason or is not in the draft: %+v", d)
			}
		}
		if utf8.ValidString(reply) && utf8.ValidString(a) && utf8.ValidString(b) && !utf8.ValidString(got.Text()) {
			t.Errorf("answer is not valid UTF-8: %q", got.Text())
		}
	})
}

// TestCheckLong checks a draft of the maximum length against the largest
// passages.
func TestCheckLong(t *testing.T) {
	t.Parallel()
	var passages []rag.Passage
	for range 8 {
		passages = append(passages, ragtest.Passage("a", "A", strings.Repeat("The ferry left Hull late, and nobody knew why it sank. ", 50)))
	}
	claims, _ := write.ParseReply(strings.Repeat("The ferry left Goole early, and everybody saw that it rose 3 times. [1][2] ", 1000), 8)
	start := time.Now()
	a := Check(question.Reading{}, rag.Draft{Claims: claims}, passages)
	t.Logf("%d claims in %v", len(claims), time.Since(start))
	if len(a.Dropped) != len(claims) {
		t.Errorf("%d of %d claims dropped, want all", len(a.Dropped), len(claims))
	}
}

// TestMonthOf checks that a month in digits equals the month's name.
func TestMonthOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		claim, text string
		want        bool
	}{
		{"The ferry sank on February 22, 2018.", "Ferry sank: 2018-02-22.", true},
		{"The ferry sank on 2018-02-22.", "The ferry sank on 22 February 2018.", true},
		{"The ferry sank on March 22, 2018.", "Ferry sank: 2018-02-22.", false},
		{"The ferry sank on 2018-03-22.", "The ferry sank on 22 February 2018.", false},
		{"The ferry sank in December 2018.", "Ferry sank: 12018-12-22.", false},
		{"The ferry sank in December 2018.", "Ferry sank: 2018-12-225.", false},
	} {
		if g := Supports(tt.claim, tt.text); (len(g.lostNumbers) == 0) != tt.want {
			t.Errorf("claim %q, text %q: missing numbers %q", tt.claim, tt.text, g.lostNumbers)
		}
	}
}
