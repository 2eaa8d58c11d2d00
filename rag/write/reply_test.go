package write

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
	"footnote/rag/text"
)

func TestParseReply(t *testing.T) {
	t.Parallel()
	type claim struct {
		Break, Text string
		Cites       []int // from 1, as a model writes them
	}
	tests := []struct {
		name, reply string // about three passages
		want        []claim
	}{
		{"one citation", "It left late. [1]", []claim{{"", "It left late.", []int{1}}}},
		{"before the full stop", "It left late [1]. It sank [2, 3].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}}},
		{"after the full stop", "It left late.[1] It sank.[2][3]", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}}},
		{"without a space after", "It left late.[1]It sank. [2]", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}},
		{"before the sentence", "[1] It left late. [2] It sank.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}},
		{"within the sentence", "It left [1] late, and sank [2].", []claim{{"", "It left late, and sank.", []int{1, 2}}}},
		{"repeated", "It left [1] late [1] [1].", []claim{{"", "It left late.", []int{1}}}},
		{"once for a paragraph", "It left late. Nobody knew. It sank. [1][2]\n\nIt was old.", []claim{
			{"", "It left late.", []int{1, 2}}, {" ", "Nobody knew.", []int{1, 2}}, {" ", "It sank.", []int{1, 2}}, {"\n\n", "It was old.", nil},
		}},
		{"on a line of its own", "It left late.\n[1]\n\n[2]", []claim{{"", "It left late.", []int{1, 2}}}},
		{"a range", "It left late [1-3]. It sank [1–2].", []claim{{"", "It left late.", []int{1, 2, 3}}, {" ", "It sank.", []int{1, 2}}}},
		{"other brackets", "It left late 【1】. It sank【4:0†source】【2†ferry.txt】. It rose ［3］.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}, {" ", "It rose.", []int{3}}}},
		{"double brackets", "It left late [[1]]. It sank [[2](http://x/y)].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}},
		{"a link", "It left late [1](https://x.example/1).", []claim{{"", "It left late.", []int{1}}}},
		{"in words", "It left late [Passage 1]. It sank [passages 2 and 3]. It rose [Source: 1; 2].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}, {" ", "It rose.", []int{1, 2}}}},
		{"Markdown's footnotes", "It left late.[^1] It sank.[^2]\n\n[^1]: Ferry late\n[^2]: Ferry sinks", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}},
		{"a list of sources", "It left late. [1]\n\n**Sources:**\n[1] Ferry late\n[2] Ferry sinks", []claim{{"", "It left late.", []int{1}}}},
		{"parentheses in prose", "It left (1) late, (2) empty. [1]", []claim{{"", "It left (1) late, (2) empty.", []int{1}}}},
		{"brackets in prose", "“It [the ferry] left late,” he said. [1]", []claim{{"", "“It [the ferry] left late,” he said.", []int{1}}}},
		{"a sentence of numbers", "It left late. [1] It sank. [2] (1, 2)\n\n(1)", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}},
		{"numbers only", "[1][2][3] [1, 2] (1)", nil},
		{"missing passages", "It left late [99]. It sank [0] [2, 7]. It rose [2-9].", []claim{{"", "It left late.", []int{2}}, {" ", "It sank.", []int{2}}, {" ", "It rose.", []int{2, 3}}}},
		{"number too large", "It left late [99999999999999999999999] [1-99999999999999999999999].", []claim{{"", "It left late.", []int{1, 2, 3}}}},
		{"nested", "It left late [[1]2].", []claim{{"", "It left late 2 .", []int{1}}}},
		{"abbreviations", "Mr. Smith of the U.S. [1] left on Aug. 9 [2].", []claim{{"", "Mr. Smith of the U.S. left on Aug. 9.", []int{1, 2}}}},
		{"only citations", "[1] [2]\n[3]", nil},
		{"empty", " \n\t", nil},
		{"a list", "It stopped at:\n- Hull [1]\n- Goole [2]\n\n1. It sank. [3]\n2) It rose.", []claim{
			{"", "It stopped at:", []int{1}}, {"\n- ", "Hull", []int{1}}, {"\n- ", "Goole", []int{2}}, {"\n- ", "It sank.", []int{3}}, {"\n- ", "It rose.", nil},
		}},
		{"wrapped lines", "It left\nlate. [1]\nIt sank.\n\nIt rose.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", nil}, {"\n\n", "It rose.", nil}}},
		{"Markdown", "## The ferry\n\n> **It** left `late`. [1]\n\n---\n\n**Answer:** It sank.", []claim{{"", "The ferry", nil}, {"\n\n", "It left late.", []int{1}}, {"\n\n", "Answer: It sank.", nil}}},
		{"a label", "**Answer:** It sank. [1]", []claim{{"", "It sank.", []int{1}}}},
		{"a code fence left open", "```text\nIt left late. [1]", []claim{{"", "It left late.", []int{1}}}},
		{"HTML", "<p>It left <b class=\"x\">late</b>.<sup>[1]</sup></p><script>alert(1)</script><!-- [2] -->It sank 3 < 4. [2]", []claim{
			{"", "It left late.", []int{1}}, {"\n\n", "It sank 3 < 4.", []int{2}},
		}},
		{"a copied passage", "<passage 0123abcd>\nTitle: Ferry\nDate: 2019-03-02\nIt left late.\n</passage 0123abcd> [1]", []claim{{"", "It left late.", []int{1}}}},
		{"a mention is text", "@everyone It left late. [1]", []claim{{"", "@everyone It left late.", []int{1}}}},
		{"control characters", "It \x1b[31mleft\x00 late.\u009b \xff\xfe[1]\r\n\r\nIt sank.", []claim{{"", "It [31mleft late.", []int{1}}, {"\n\n", "It sank.", nil}}},
		{"no answer", "The articles do not say.", nil},
		{"no answer, cited", "the articles do not say. [1]", nil},
		{"no answer, with a reason", "The articles do not say how late it was.", nil},
		{"no answer, in other words", "I'm sorry, but I don’t know. The provided passages do not mention it. There is no information about the ferry.", nil},
		{"half an answer", "It left late. [1] The passages do not say why.", []claim{{"", "It left late.", []int{1}}, {" ", "The passages do not say why.", nil}}},
		{"the first is no answer", "I do not know. But it left late. [1]", []claim{{"", "I do not know.", []int{1}}, {" ", "But it left late.", []int{1}}}},
		{"not a refusal", "“I don't know where it sank,” he said. [1]", []claim{{"", "“I don't know where it sank,” he said.", []int{1}}}},
		{"not a refusal, uncited", "Based on the passages, he was not hurt.", []claim{{"", "Based on the passages, he was not hurt.", nil}}},
		{"a refusal that names its source", "Based on the given passages, it is not mentioned how he was hurt.", nil},
		{"another script", "轮渡晚点两小时。[1]", []claim{{"", "轮渡晚点两小时。", []int{1}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []claim
			for _, c := range ParseReply(tt.reply, 3) {
				var cites []int
				for _, x := range c.Cites {
					cites = append(cites, x.Passage+1)
				}
				got = append(got, claim{c.Break, c.Text, cites})
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseCitations checks every way in which models cite one sentence.
func TestParseCitations(t *testing.T) {
	t.Parallel()
	const left = "It left late."
	one := []rag.Cite{{Passage: 0}}
	late := []rag.Cite{{Passage: 0, Quote: "two hours late"}}
	both := []rag.Cite{{Passage: 0, Quote: "two hours late"}, {Passage: 2, Quote: "off Hull"}}
	two := []rag.Cite{{Passage: 0}, {Passage: 2}}
	tests := []struct {
		reply string // about three passages
		want  []rag.Cite
	}{
		// without quotes
		{"It left late. [1]", one}, {"It left late [1].", one}, {"It left late. [1, 3]", two}, {"It left late. [1][3]", two}, {"It left late. [1], [3]", two}, {"It left late. [1] and [3]", two},
		{"It left late (1).", one}, {"It left late. (1)", one}, {"It left late (1, 3).", two}, {"It left late (passage 1).", one}, {"It left late (Passages 1 and 3).", two},
		{"It left (passage 1) late.", one}, {"It left late (see passage 1).", one}, {"It left late (source: 1).", one}, {"It left late ([1], [3]).", two}, {"It left late (Passage [1]).", one},
		{"It left late [passage 1].", one}, {"It left late [Source 1].", one}, {"It left late [doc1].", one}, {"It left late [citation:1].", one},
		{"It left late.¹", one}, {"It left late.¹³", two}, {"It left late.¹,³", two}, {"It left late¹.", one}, {"It left late. [¹]", one},
		{"It left late【1†source】.", one}, {"It left late.【1:0†a.txt】【3†b, c】", two}, {"It left late.[^1]", one}, {"It left late.[^1^]", one}, {"It left late $^{[1]}$.", one}, {"It left late $^{1,3}$.", two},
		{"It left late. <cite>1</cite>", one}, {"It left late.<sup>[1]</sup>", one}, {"<answer>It left late. <ref>1</ref><ref>3</ref></answer>", two}, {"<cite id=\"1\">It left late.</cite>", one}, {"It left late. <cite id='1'/>", one},
		{"It left late. Sources: [1]", one}, {"It left late.\n\nSources: [1], [3]", two}, {"It left late.\n\n**Sources:** 1, 3", two}, {"It left late. (Source: passage 1)", one}, {"It left late.\n\nSource: Passage 1.", one},
		{"It left late.\n\nSources:\n[1] Ferry late\n- [3] Ferry sinks", two}, {"It left late.\n\nReferences\n1. [1] Ferry late", one},
		{"**It left late.** [1]", one}, {"*It left late.* **[1]**", one}, {"_It left late._ [1]", one}, {"- It left late. [1]", one}, {"1. It left late. \\[1\\]", one}, {"> It left late. `[1]`", one},
		{"Here is the answer:\n\nIt left late. [1]", one}, {"Sure! Here is what the passages say:\n1. It left late. [1]", one}, {"Based on the provided passages, here's the answer: \n- It left late. [1]", one},
		{"It left late. [1]\n\nLet me know if you have other questions!", one}, {"It left late [1](#p1).", one}, {"It left late. [1: Ferry to Hull late]", one}, {"It left late. [1 it left two hours late]", one},
		{"It left late. [1", one},
		// with quotes
		{`It left late. [1 "two hours late"]`, late}, {`It left late [1 "two hours late"].`, late}, {`It left late. [1: "two hours late"]`, late}, {`It left late. [1, "two hours late"]`, late}, {`It left late. [1 - "two hours late"]`, late},
		{`It left late. [1 “two hours late”]`, late}, {`It left late. [1 'two hours late']`, late}, {`It left late. [1 ‘two hours late’]`, late}, {`It left late. [1 «two hours late»]`, late}, {`It left late. [1 „two hours late“]`, late}, {`It left late. [1 ""two hours late""]`, late}, {`It left late. [1 \"two hours late\"]`, late},
		{`It left late. [Passage 1: "two hours late"]`, late}, {`It left late. [passage 1, "two hours late"]`, late}, {`It left late. ["two hours late" 1]`, late}, {`It left late. ["two hours late", passage 1]`, late},
		{`It left late. (1 "two hours late")`, late}, {`It left late (passage 1: "two hours late").`, late}, {`It left late. ([1 "two hours late"])`, late}, {`It left late.【1 "two hours late"】`, late}, {`It left late. [[1 "two hours late"]]`, late}, {`It left late. [^1 "two hours late"]`, late},
		{`It left late. [1 "two hours late"][3 "off Hull"]`, both}, {`It left late. [1 "two hours late"; 3 "off Hull"]`, both}, {`It left late. [1 "two hours late", 3 "off Hull"]`, both}, {`It left late. [1 "two hours late"] [3 "off Hull"]`, both}, {`It left late. [1: "two hours late" and 3: "off Hull"]`, both},
		{`It left late. [1 "two hours late" "off Hull"]`, []rag.Cite{{Passage: 0, Quote: "two hours late"}, {Passage: 0, Quote: "off Hull"}}},
		{`It left late. [1][1 "two hours late"]`, late}, {`It left late. [1 "two hours late"] [1]`, late},
		{`It left late [1 "two hours late".`, late}, {`It left late. [1 "two hours late"`, late}, {"It left late. [1 \"two hours late\"\n", late}, {`It left late. [1 "two hours late]`, late}, {`It left late. [1 "two hours late`, late},
		{"It left late. [1 \"two\n  hours\n\tlate\"]", late}, {`It left late. [1] "two hours late"`, late}, {"It left late. [1]\nQuote: \"two hours late\"", late},
		{`It left late. [1 "two [full] hours (late)"]`, []rag.Cite{{Passage: 0, Quote: "two [full] hours (late)"}}}, {`It left late. [1 "two hours[2] late"]`, []rag.Cite{{Passage: 0, Quote: "two hours[2] late"}}},
		{`It left late. [1 "he said "two hours" or so"]`, []rag.Cite{{Passage: 0, Quote: `he said "two hours" or so`}}}, {`It left late. [1 "he said "two hours""]`, []rag.Cite{{Passage: 0, Quote: `he said "two hours"`}}}, {`It left late. [1 'it's late, isn't it']`, []rag.Cite{{Passage: 0, Quote: "it's late, isn't it"}}},
		{`It left late. [1 "It was late. Mr. Smith waited! Nobody left."]`, []rag.Cite{{Passage: 0, Quote: "It was late. Mr. Smith waited! Nobody left."}}},
		{`{"answer": "It left late.", "citations": [1]}`, one}, {"```json\n{\"answer\": \"It left late. [1]\"}\n```", one}, {`{"answer": "It left late.", "citations": [{"passage": 1, "quote": "two hours late"}]}`, late}, {`{"answer": "It left late.", "sources": ["1", "[3]"]}`, two},
		{`{"sentences": [{"text": "It left late.", "passage": 1, "quote": "two hours late"}]}`, late}, {`[{"sentence": "It left late.", "passage": 1}]`, one}, {"Here is the JSON:\n{\"response\": \"It left late.\", \"citation\": \"Passage 1\"}", one},
		{`{"answer": "It left late. [1 "two hours late"]", "citations": [1]}`, late}, {`{"answer": "It left late. [1 \"two hours late\"]`, late}, {`{"Answer": {"text": "It left late.", "Citations": [1, 3]}}`, two},
	}
	for _, tt := range tests {
		if diff := cmp.Diff([]rag.Claim{{Text: left, Cites: tt.want}}, ParseReply(tt.reply, 3)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reply, diff)
		}
	}
}

// TestParseProse checks that numbers and quotations in sentences stay.
func TestParseProse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"He was born in Hull (1990).", "It is in Section (2).", "There were three (3).", "It left (1) late, (2) empty.", "It has 5 km².", "It is under Article 5 (2).",
		"“It [the ferry] left late,” he said.", "He left [in 1990].", "He lost [two of them].", "The ferry (“Hull”) sank.", "The value is x².", "It was $5 (or 3).", "(2) It sank.", "It sank (see below).",
	} {
		claims := ParseReply(s+" [1]", 3)
		if diff := cmp.Diff([]rag.Claim{{Text: s, Cites: []rag.Cite{{Passage: 0}}}}, claims); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
}

// TestParseAdmissions checks what becomes of sentences about what the passages do
// not say.
func TestParseAdmissions(t *testing.T) {
	t.Parallel()
	const left = "It left late. [1] "
	tests := []struct {
		reply string
		want  []rag.Claim // nil: the model refused
	}{
		{"The passages do not say what Tesla studied in Graz.", nil},
		{"The articles do not say.", nil}, {"The articles do not say. [1]", nil}, {"Die Artikel sagen es nicht.", nil}, {"I'm sorry, but the provided passages do not contain that information.", nil}, {`{"answer": null}`, nil},
		{"The articles do not say why. The passages do not say who was hurt.", nil},
	}
	for _, tt := range tests {
		if r := readReply(tt.reply, 3); r.claims != nil || !r.refused {
			t.Errorf("%s: claims %v, refused %v, want none and true", tt.reply, r.claims, r.refused)
		}
	}
	for _, s := range []string{"", "[1] [2]", "Here is the answer:", "Sure!", "<b></b>", "{}", "...", "```"} {
		if r := readReply(s, 3); r.claims != nil || r.refused {
			t.Errorf("%q: claims %v, refused %v, want none and false", s, r.claims, r.refused)
		}
	}
	for _, s := range []string{
		"The passages do not say why.", "The articles don’t mention the captain.", "However, the articles do not say how many were hurt.", "None of the passages says who was hurt.", "No passage mentions the captain.",
		"Nothing in the articles explains the delay.", "The captain’s name is not given in the passages.", "There is no information in the passages about the captain.", "The passages do not say why. [2]", "The sources do not say why.",
		"Die Artikel sagen nicht, wer verletzt wurde.", "Les articles ne disent pas pourquoi.",
	} {
		r := readReply(left+s, 3)
		want := []rag.Claim{{Text: "It left late.", Cites: []rag.Cite{{Passage: 0}}}, {Text: strings.TrimSuffix(s, " [2]"), Break: " ", Kind: rag.Admission}}
		if diff := cmp.Diff(want, r.claims); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
		r = readReply(s+" "+left, 3)
		if len(r.claims) != 2 || r.claims[0].Kind != rag.Admission || r.claims[0].Cites != nil {
			t.Errorf("%s at the beginning: %+v", s, r.claims)
		}
	}
	for _, s := range []string{
		"The articles do not say how many were killed; they report that 774 people were detained.", "The passages do not say why, but it left late.", "774 people were detained, but the articles do not say how many were killed.",
		"There is no evidence that he lied.", "The documents do not mention the president.", "No information was given by the police.", "The report does not name him.",
	} {
		r := readReply(s+" [2]", 3)
		if diff := cmp.Diff([]rag.Claim{{Text: s, Cites: []rag.Cite{{Passage: 1}}}}, r.claims); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
	for _, s := range []string{"The articles do not say.", "The passages do not mention it.", "I do not know.", "There is no evidence that he lied."} { // nothing that a reader can use or check
		if r := readReply(left+s, 3); len(r.claims) != 1 {
			t.Errorf("%s: %d claims, want 1", s, len(r.claims))
		}
	}
}

// TestParseNamedPassages checks that a number in the sentence counts if no mark
// follows.
func TestParseNamedPassages(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"According to passage 2, it left late.", "According to passage [2], it left late."} {
		claims := ParseReply(s, 3)
		if diff := cmp.Diff([]rag.Claim{{Text: "According to passage 2, it left late.", Cites: []rag.Cite{{Passage: 1}}}}, claims); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
}

// FuzzParseReply checks that the claims are well-formed for any reply.
func FuzzParseReply(f *testing.F) {
	for _, s := range []string{
		"", "[1]", "[1][2]\n[3] It left. [99]", "```\n[1-2", "<think>\xff</think> A. [^1]\n[^1]: x", "- a [1]\n\n# b\n1. c【1†x】",
		`It left. [1 "two "hours" [late]"][2 'x'; 1 "y" (1 "z`, "{\"answer\": [{\"text\": \"A\", \"citations\": [1, {\"n\": 2, \"quote\": \"b\"}]}", "A (1). B.¹² <cite>1</cite> Sources: 1, 2\n\nSources:\n[2]",
		"The articles do not say. \U000F0000\U000FFFFD[1] @everyone <b>x</b>\x1b[31m", `[1 "` + strings.Repeat(`a" `, 500), "Here is: [[1]2] [99] $^{1}$ [1](x) passage 1",
		strings.Repeat("[1]", 1000), strings.Repeat("[", 1000) + strings.Repeat("1]", 1000), "The articles do not say.",
	} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, reply string, n int) {
		n &= 31
		claims := ParseReply(reply, n)
		for i, c := range claims {
			switch {
			case i == 0 && c.Break != "", i > 0 && c.Break != " " && c.Break != "\n\n" && c.Break != "\n- ":
				t.Errorf("claim %d: invalid break %q", i, c.Break)
			case !utf8.ValidString(c.Text), strings.ContainsFunc(c.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
				t.Errorf("claim %d: not plain text: %q", i, c.Text)
			case !text.HasWord(c.Text), strings.TrimSpace(c.Text) != c.Text:
				t.Errorf("claim %d: no words, or white space at an end: %q", i, c.Text)
			case c.Kind == rag.Admission && len(c.Cites) > 0:
				t.Errorf("claim %d: an admission that cites: %+v", i, c)
			case text.HasMark(c.Text):
				t.Errorf("claim %d: citation mark left in %q", i, c.Text)
			}
			seen := map[rag.Cite]bool{}
			for _, x := range c.Cites {
				if x.Passage < 0 || x.Passage >= n || x.Start != 0 || x.End != 0 || seen[x] || strings.ContainsFunc(x.Quote, unicode.IsControl) {
					t.Errorf("claim %d: invalid or repeated citation in %v, of %d passages", i, c.Cites, n)
				}
				seen[x] = true
			}
		}
	})
}

// TestParseReplyHuge checks that little of an endless reply is read. It logs the
// time.
func TestParseReplyHuge(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]string{
		"sentences": "It left late. [1] ", "citations": "[1]", "words": "late ", "one word": "x", "brackets": "[[1]", "lines": "- a\n", "thoughts": "<think>", "tags": "<b ", "dots": ". ",
		"quotes": `[1 "a" `, "open quotes": `[1 "`, "quotation marks": `"`, "parentheses": `(1 "`, "superscripts": "a¹", "objects": `{"answer":"`, "lists": `[{"text":"a"},`, "cite tags": "<cite id=1>", "sources": "Sources: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			claims := ParseReply(strings.Repeat(unit, 1<<20/len(unit)), 8)
			size := 0
			for _, c := range claims {
				size += len(c.Text)
			}
			if size > maxReply {
				t.Errorf("%d bytes of claims, want at most %d", size, maxReply)
			}
			t.Logf("%d claims in %v", len(claims), time.Since(start))
		})
	}
}
