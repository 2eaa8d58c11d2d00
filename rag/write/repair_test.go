package write

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/text"
)

var failed = []rag.Failed{
	{Text: "The ferry left three hours late.", Why: "not in the cited passage: three"},
	{Text: "A passenger was hurt off Hull.", Why: "the passages say the opposite"},
}

func TestParseRepair(t *testing.T) {
	t.Parallel()
	const left, sank = "The ferry left two hours late.", "The ferry sank off Hull."
	late := rag.Claim{Text: left, Cites: []rag.Cite{{Passage: 0, Quote: "two hours late"}}}
	hull := rag.Claim{Text: sank, Cites: []rag.Cite{{Passage: 1}}}
	tests := []struct {
		name, reply string
		cut         bool
		want        []rag.Claim
	}{
		{"as asked", "1. " + left + " [1 \"two hours late\"]\n2. " + sank + " [2]", false, []rag.Claim{late, hull}},
		{"not said", "1. " + left + " [1 \"two hours late\"]\n2. -", false, []rag.Claim{late, {}}},
		{"none said", "1. -\n2. —", false, []rag.Claim{{}, {}}},
		{"not said, in words", "1. Not stated in the passages.\n2. The passages do not say it.", false, []rag.Claim{{}, {}}},
		{"other numbers", "1) " + left + " [1 \"two hours late\"]\n**2:** " + sank + " [2]", false, []rag.Claim{late, hull}},
		{"in a code fence, with a preface", "Here are the sentences:\n```\n1. " + left + " [1 \"two hours late\"]\n2. " + sank + " [2]\n```\nI hope this helps!", false, []rag.Claim{late, hull}},
		{"wrong order", "2. " + sank + " [2]\n1. " + left + " [1 \"two hours late\"]", false, []rag.Claim{late, hull}},
		{"too few lines", "2. " + sank + " [2]", false, []rag.Claim{{}, hull}},
		{"too many lines", "1. " + left + " [1 \"two hours late\"]\n2. " + sank + " [2]\n3. It rose. [1]\n99999999999999999999. It fell.", false, []rag.Claim{late, hull}},
		{"a number twice", "1. " + left + " [1 \"two hours late\"]\n1. It rose.\n2. " + sank + " [2]", false, []rag.Claim{late, hull}},
		{"wrapped", "1. The ferry left\ntwo hours late. [1 \"two hours\nlate\"]\n\n2. " + sank + "\n[2]", false, []rag.Claim{late, hull}},
		{"on one line", "1. " + left + " [1 \"two hours late\"] 2. " + sank + " [2]", false, []rag.Claim{late, hull}},
		{"two sentences", "1. The ferry left. It was late. [1]\n2. -", false, []rag.Claim{{Text: "The ferry left. It was late.", Cites: []rag.Cite{{Passage: 0}}}, {}}},
		{"without numbers", left + " [1 \"two hours late\"]\n" + sank + " [2]", false, []rag.Claim{late, {Text: sank, Cites: hull.Cites}}},
		{"prose about one", sank + " [2]", false, []rag.Claim{{}, hull}},
		{"prose about more", "It rose. [2] " + left + " [1 \"two hours late\"] Nobody knew. [2] It fell. [2]", false, []rag.Claim{late, {}}},
		{"JSON", `[{"id": 1, "sentence": "` + left + `", "passage": 1, "quote": "two hours late"}, {"id": 2, "sentence": "` + sank + `", "passage": 2}]`, false, []rag.Claim{late, hull}},
		{"a refusal", "I'm sorry, but I cannot rewrite these.", false, []rag.Claim{{}, {}}},
		{"empty", "", false, []rag.Claim{{}, {}}},
		{"missing passage", "1. " + left + " [9]", false, []rag.Claim{{Text: left}, {}}},
		{"cut off", "1. " + left + " [1 \"two hours late\"]\n2. The ferry sank o", true, []rag.Claim{late, {}}},
		{"not cut off", "1. " + left + " [1 \"two hours late\"]\n2. " + sank + " [2]", true, []rag.Claim{late, hull}},
		{"numbers in sentences", "1. The ferry left 2. It sank", false, []rag.Claim{{Text: "The ferry left 2. It sank"}, {}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := parseRepair(tt.reply, failed, 2, tt.cut)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRepair(t *testing.T) {
	t.Parallel()
	c := &chat{chunks: []string{"1. The ferry left two hours late. [1 \"two hours late\"]\n2. -"}, stop: "stop"}
	d, err := writer(t, c).Repair(t.Context(), rag.Question{Text: "How late was the ferry?"}, ferry, failed)
	want := rag.Draft{
		Claims: []rag.Claim{{Text: "The ferry left two hours late.", Cites: []rag.Cite{{Passage: 0, Quote: "two hours late"}}}, {}},
		Model:  "ollama/x", Usage: rag.Usage{PromptTokens: 70, CompletionTokens: 9},
	}
	if diff := cmp.Diff(want, d); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	for _, want := range []string{"[1]\n<passage", "\nQuestion: How late was the ferry?\n", "\n1. The ferry left three hours late.\n", "the passages say the opposite\n"} {
		if !strings.Contains(c.got.Messages[1].Content, want) {
			t.Errorf("the prompt lacks %q:\n%s", want, c.got.Messages[1].Content)
		}
	}
	if _, err := writer(t, http.HandlerFunc(dies)).Repair(t.Context(), rag.Question{}, ferry, failed); err == nil {
		t.Error("the server dies: error is nil")
	}
	if d, err := writer(t, c).Repair(t.Context(), rag.Question{}, nil, failed); err != nil || len(d.Claims) != 2 || d.Claims[0].Text != "" {
		t.Errorf("no passages: %+v, %v", d, err)
	}
}

// FuzzRepair checks that the claims are well-formed for any reply.
func FuzzRepair(f *testing.F) {
	for _, s := range []string{"", "1. A. [1 \"b\"]\n2. -", "3. x\n0. y\n1) z [99]", "A. [1] B. [2 'c", "```\n1. \xff\x1b[31m", `[{"id":1,"sentence":"A"}]`, "1. 2. 3.", "1. A [1] 2. B"} {
		f.Add(s, 2, true)
	}
	f.Fuzz(func(t *testing.T, reply string, n int, cut bool) {
		n &= 15
		claims := parseRepair(reply, failed, n, cut)
		if len(claims) != len(failed) {
			t.Fatalf("%d claims, want %d", len(claims), len(failed))
		}
		for i, c := range claims {
			switch {
			case c.Text == "" && len(c.Cites) > 0, c.Text != "" && !text.HasWord(c.Text), c.Break != "", c.Kind != rag.Statement:
				t.Errorf("claim %d: %+v", i, c)
			case !utf8.ValidString(c.Text), strings.ContainsFunc(c.Text, unicode.IsControl), text.HasMark(c.Text):
				t.Errorf("claim %d: not plain text: %q", i, c.Text)
			}
			for _, x := range c.Cites {
				if x.Passage < 0 || x.Passage >= n {
					t.Errorf("claim %d cites %+v of %d passages", i, x, n)
				}
			}
		}
	})
}

// TestScreen checks what is shown of a reply while it arrives, whatever its
// parts are.
func TestScreen(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reply, want string }{
		{"a quote", `It left late. [1 "two hours late"] It sank. [2]`, "It left late. [1] It sank. [2]"},
		{"several", `It left late. [1 "two hours late"][2 "a"; 1 "b"] It sank (1 "x").`, "It left late. [1][2][1] It sank [1]."},
		{"brackets and quotation marks", `It left late. [1 "two "hours" [late] (x)"] It sank.`, "It left late. [1] It sank."},
		{"without the bracket", `It left late. [1 "two hours late"`, "It left late. [1]"},
		{"cut off", `It left late. [1 "two hou`, "It left late. [1]"},
		{"brackets in prose", "It [the ferry] left (in 1990) late [sic] (1990).", "It [the ferry] left (in 1990) late [sic] (1990)."},
		{"other marks", "It left.【1†a】 It sank [Passage 2] (1).", "It left.【1†a】 It sank [Passage 2] (1)."},
		{"an open bracket", "It left [", "It left ["},
		{"no answer", "The articles do not say.", ""},
		{"no answer to the question", "The articles do not say how late it was.", ""},
		{"an admission and an answer", "The articles do not say how many; they say that it sank. [1]", "The articles do not say how many; they say that it sank. [1]"},
		{"JSON", `{"answer": "It left late. [1]"}`, ""},
		{"JSON in a fence", "```json\n{\"answer\": \"It left late.\"}\n```", ""},
		{"two paragraphs", "It left [1 \"a\n\nIt sank.", "It left [1 \"a\n\nIt sank."},
	}
	for _, tt := range tests {
		for _, size := range []int{1, 3, 7, 1000} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, size), func(t *testing.T) {
				t.Parallel()
				var b strings.Builder
				s := screen{out: func(s string) { b.WriteString(s) }, passages: 2}
				rs := []rune(tt.reply)
				for len(rs) > 0 {
					n := min(size, len(rs))
					s.write(string(rs[:n]))
					rs = rs[n:]
				}
				s.end()
				if diff := cmp.Diff(tt.want, b.String()); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}
