package retrieve

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
)

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{ragtest.Passage("a", "Quill", "Łukasz Żółtowski and Jürgen Müller install Quill on macOS.")}
	for asked, want := range map[string][]string{
		"How do I install Quill on Fedora?":     {"Fedora"},
		"How do I install Quill on macOS?":      nil,
		"What did Lukasz Zoltowski do?":         nil,
		"What did Jurgen Mueller do?":           nil,
		"What did Jurgen Moser and Moser do?":   {"Moser"},
		"HOW DO I INSTALL QUILL ON FEDORA?":     nil,
		"Wie installiert man Quill auf Fedora?": nil,
		"":                                      nil,
	} {
		q := Query{Reading: question.Read(rag.Question{Text: asked})}
		known := map[string]bool{"quill": true, "install": true, "macos": true}
		for _, x := range q.Reading.Terms {
			term := Term{Term: x, Rarity: 1}
			if known[x.Word] {
				term.Rarity = .5
			}
			q.Terms = append(q.Terms, term)
		}
		if diff := cmp.Diff(want, q.UnknownNames(passages), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", asked, diff)
		}
	}
}
