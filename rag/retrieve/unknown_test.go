package retrieve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
	"footnote/rag/text"
)

func TestUnknown(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{ragtest.Passage("a", "Quill", "Łukasz Żółtowski and Jürgen Müller install the quill on macOS for 1,500 euros. The winch costs 12k. The port asked for 2.5 million. Error E1043 came with 3.1.0. It has 2 captains. Директор порта — Юлия Тимошенко.")}
	words := text.StemSet(passages[0].Text)
	for asked, want := range map[string]struct {
		respelled string
		unknown   []string
	}{
		"How do I install Quill on Fedora?":                     {"How do I install Quill on Fedora?", []string{"Fedora"}},
		"How do I install Quill on macOS?":                      {"How do I install Quill on macOS?", nil},
		"What did Lukasz Zoltowski do?":                         {"What did Łukasz Żółtowski do?", nil},
		"What did Jurgen Mueller do?":                           {"What did Jurgen Müller do?", nil},
		"Do The Verge, Quill on macOS and Łukasz Müller agree?": {"Do The Verge, Quill on macOS and Łukasz Müller agree?", nil},
		"Who is Yulia Tymoshenko?":                              {"Who is Юлия Тимошенко?", nil},
		"Who are the two captains?":                             {"Who are the two captains?", nil},
		"Fedora install":                                        {"Fedora install", []string{"Fedora"}},
		"Summarise Quill":                                       {"Summarise Quill", nil},
		"What did Winsh do?":                                    {"What did Winsh do?", []string{"Winsh"}},
		"what does the winsh cost":                              {"what does the winch cost", nil},
		"Who paid 1500 or 1.5k euros?":                          {"Who paid 1500 or 1,500 euros?", nil},
		"Who paid 12,000 euros?":                                {"Who paid 12k euros?", nil},
		"Who asked for 2,500,000 euros?":                        {"Who asked for 2.5 million euros?", nil},
		"What does E1044 mean?":                                 {"What does E1044 mean?", []string{"E1044"}},
		"What does E1043 mean?":                                 {"What does E1043 mean?", nil},
		"What changed in 3.1.9?":                                {"What changed in 3.1.9?", []string{"3.1.9"}},
		"Who paid 1,501 euros?":                                 {"Who paid 1,501 euros?", nil},
		"HOW DO I INSTALL QUILL ON FEDORA?":                     {"HOW DO I INSTALL QUILL ON FEDORA?", nil},
		"Wie installiert man Quill auf Fedora?":                 {"Wie installiert man Quill auf Fedora?", nil},
		"":                                                      {},
	} {
		ask := func(asked string) Query {
			q := Query{Reading: question.Read(rag.Question{Text: asked})}
			for _, x := range q.Reading.Terms {
				term := Term{Term: x, Rarity: 1}
				if words[x.Stem] {
					term.Rarity = .5
				}
				q.Terms = append(q.Terms, term)
			}
			return q
		}
		respelled := ask(asked).Respelled(passages)
		unknown := ask(respelled).UnknownNames()
		if respelled != want.respelled || cmp.Diff(want.unknown, unknown) != "" {
			t.Errorf("%q: respelled %q, unknown %q; want %q, %q", asked, respelled, unknown, want.respelled, want.unknown)
		}
	}
}
