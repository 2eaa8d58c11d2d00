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
		dangling    int
	}{
		{"one citation", "It left late. [1]", []claim{{"", "It left late.", []int{1}}}, 0},
		{"before the full stop", "It left late [1]. It sank [2, 3].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}}, 0},
		{"after the full stop", "It left late.[1] It sank.[2][3]", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}}, 0},
		{"without a space after", "It left late.[1]It sank. [2]", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}, 0},
		{"before the sentence", "[1] It left late. [2] It sank.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}, 0},
		{"within the sentence", "It left [1] late, and sank [2].", []claim{{"", "It left late, and sank.", []int{1, 2}}}, 0},
		{"repeated", "It left [1] late [1] [1].", []claim{{"", "It left late.", []int{1}}}, 0},
		{"once for a paragraph", "It left late. Nobody knew. It sank. [1][2]\n\nIt was old.", []claim{
			{"", "It left late.", []int{1, 2}}, {" ", "Nobody knew.", []int{1, 2}}, {" ", "It sank.", []int{1, 2}}, {"\n\n", "It was old.", nil},
		}, 0},
		{"on a line of its own", "It left late.\n[1]\n\n[2]", []claim{{"", "It left late.", []int{1, 2}}}, 0},
		{"a range", "It left late [1-3]. It sank [1–2].", []claim{{"", "It left late.", []int{1, 2, 3}}, {" ", "It sank.", []int{1, 2}}}, 0},
		{"other brackets", "It left late 【1】. It sank【4:0†source】【2†ferry.txt】. It rose ［3］.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}, {" ", "It rose.", []int{3}}}, 1},
		{"double brackets", "It left late [[1]]. It sank [[2](http://x/y)].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}, 0},
		{"a link", "It left late [1](https://x.example/1).", []claim{{"", "It left late.", []int{1}}}, 0},
		{"in words", "It left late [Passage 1]. It sank [passages 2 and 3]. It rose [Source: 1; 2].", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2, 3}}, {" ", "It rose.", []int{1, 2}}}, 0},
		{"Markdown's footnotes", "It left late.[^1] It sank.[^2]\n\n[^1]: Ferry late\n[^2]: Ferry sinks", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", []int{2}}}, 0},
		{"a list of sources", "It left late. [1]\n\n**Sources:**\n[1] Ferry late\n[2] Ferry sinks", []claim{{"", "It left late.", []int{1}}}, 0},
		{"parentheses in prose", "It left (1) late, (2) empty. [1]", []claim{{"", "It left (1) late, (2) empty.", []int{1}}}, 0},
		{"brackets in prose", "“It [the ferry] left late,” he said. [1]", []claim{{"", "“It [the ferry] left late,” he said.", []int{1}}}, 0},
		{"missing passages", "It left late [99]. It sank [0] [2, 7]. It rose [2-9].", []claim{{"", "It left late.", []int{2}}, {" ", "It sank.", []int{2}}, {" ", "It rose.", []int{2, 3}}}, 4},
		{"number too large", "It left late [99999999999999999999999] [1-99999999999999999999999].", []claim{{"", "It left late.", []int{1, 2, 3}}}, 2},
		{"nested", "It left late [[1]2].", []claim{{"", "It left late 2 .", []int{1}}}, 0},
		{"abbreviations", "Mr. Smith of the U.S. [1] left on Aug. 9 [2].", []claim{{"", "Mr. Smith of the U.S. left on Aug. 9.", []int{1, 2}}}, 0},
		{"only citations", "[1] [2]\n[3]", nil, 0},
		{"empty", " \n\t", nil, 0},
		{"a list", "It stopped at:\n- Hull [1]\n- Goole [2]\n\n1. It sank. [3]\n2) It rose.", []claim{
			{"", "It stopped at:", []int{1}}, {"\n- ", "Hull", []int{1}}, {"\n- ", "Goole", []int{2}}, {"\n- ", "It sank.", []int{3}}, {"\n- ", "It rose.", nil},
		}, 0},
		{"wrapped lines", "It left\nlate. [1]\nIt sank.\n\nIt rose.", []claim{{"", "It left late.", []int{1}}, {" ", "It sank.", nil}, {"\n\n", "It rose.", nil}}, 0},
		{"Markdown", "## The ferry\n\n> **It** left `late`. [1]\n\n---\n\n**Answer:** It sank.", []claim{{"", "The ferry", nil}, {"\n\n", "It left late.", []int{1}}, {"\n\n", "Answer: It sank.", nil}}, 0},
		{"a label", "**Answer:** It sank. [1]", []claim{{"", "It sank.", []int{1}}}, 0},
		{"a code fence left open", "```text\nIt left late. [1]", []claim{{"", "It left late.", []int{1}}}, 0},
		{"HTML", "<p>It left <b class=\"x\">late</b>.<sup>[1]</sup></p><script>alert(1)</script><!-- [2] -->It sank 3 < 4. [2]", []claim{
			{"", "It left late.", []int{1}}, {"\n\n", "alert(1)", nil}, {"\n\n", "It sank 3 < 4.", []int{2}},
		}, 0},
		{"a copied passage", "<passage 0123abcd>\nTitle: Ferry\nDate: 2019-03-02\nIt left late.\n</passage 0123abcd> [1]", []claim{{"", "It left late.", []int{1}}}, 0},
		{"a mention is text", "@everyone It left late. [1]", []claim{{"", "@everyone It left late.", []int{1}}}, 0},
		{"control characters", "It \x1b[31mleft\x00 late.\u009b \xff\xfe[1]\r\n\r\nIt sank.", []claim{{"", "It [31mleft late.", []int{1}}, {"\n\n", "It sank.", nil}}, 0},
		{"thoughts", "<think>It sank. [2]</think>\n\nIt left late. [1]", []claim{{"", "It left late.", []int{1}}}, 0},
		{"thoughts without an end", "<think>It left late. [1]", nil, 0},
		{"thoughts without a beginning", "It sank. [2]\n</think>It left late. [1]", []claim{{"", "It left late.", []int{1}}}, 0},
		{"no answer", "The articles do not say.", nil, 0},
		{"no answer, cited", "the articles do not say. [1]", nil, 0},
		{"no answer, with a reason", "The articles do not say how late it was.", nil, 0},
		{"no answer, in other words", "I'm sorry, but I don’t know. The provided passages do not mention it. There is no information about the ferry.", nil, 0},
		{"half an answer", "It left late. [1] The passages do not say why.", []claim{{"", "It left late.", []int{1}}}, 0},
		{"the first is no answer", "I do not know. But it left late. [1]", []claim{{"", "I do not know.", []int{1}}, {" ", "But it left late.", []int{1}}}, 0},
		{"not a refusal", "“I don't know where it sank,” he said. [1]", []claim{{"", "“I don't know where it sank,” he said.", []int{1}}}, 0},
		{"not a refusal, uncited", "Based on the passages, he was not hurt.", []claim{{"", "Based on the passages, he was not hurt.", nil}}, 0},
		{"a refusal that names its source", "Based on the given passages, it is not mentioned how he was hurt.", nil, 0},
		{"another script", "轮渡晚点两小时。[1]", []claim{{"", "轮渡晚点两小时。", []int{1}}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claims, dangling := ParseReply(tt.reply, 3)
			var got []claim
			for _, c := range claims {
				var cites []int
				for _, x := range c.Cites {
					cites = append(cites, x.Passage+1)
				}
				got = append(got, claim{c.Break, c.Text, cites})
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if dangling != tt.dangling {
				t.Errorf("dangling = %d, want %d", dangling, tt.dangling)
			}
		})
	}
}

// FuzzParseReply checks that the claims are well-formed for any reply.
func FuzzParseReply(f *testing.F) {
	for _, s := range []string{
		"", "[1]", "[1][2]\n[3] It left. [99]", "```\n[1-2", "<think>\xff</think> A. [^1]\n[^1]: x", "- a [1]\n\n# b\n1. c【1†x】",
		strings.Repeat("[1]", 1000), strings.Repeat("[", 1000) + strings.Repeat("1]", 1000), "The articles do not say.",
	} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, reply string, n int) {
		n &= 31
		claims, dangling := ParseReply(reply, n)
		if dangling < 0 {
			t.Errorf("dangling = %d, want 0 or more", dangling)
		}
		for i, c := range claims {
			switch {
			case i == 0 && c.Break != "", i > 0 && c.Break != " " && c.Break != "\n\n" && c.Break != "\n- ":
				t.Errorf("claim %d: invalid break %q", i, c.Break)
			case !utf8.ValidString(c.Text), strings.ContainsFunc(c.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
				t.Errorf("claim %d: not plain text: %q", i, c.Text)
			case !text.HasWord(c.Text), strings.TrimSpace(c.Text) != c.Text:
				t.Errorf("claim %d: no words, or white space at an end: %q", i, c.Text)
			case text.HasCitation(c.Text):
				t.Errorf("claim %d: citation mark left in %q", i, c.Text)
			}
			seen := map[rag.Cite]bool{}
			for _, x := range c.Cites {
				if x.Passage < 0 || x.Passage >= n || x.Start != 0 || x.End != 0 || seen[x] {
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			claims, _ := ParseReply(strings.Repeat(unit, 1<<20/len(unit)), 8)
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
