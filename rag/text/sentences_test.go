package text

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"abbreviations":    {"Mr. Putin met Aleksandr G. Lukashenko on Aug. 9 at 5 p.m. in Sochi. They talked.", []string{"Mr. Putin met Aleksandr G. Lukashenko on Aug. 9 at 5 p.m. in Sochi.", "They talked."}},
		"closing quote":    {"He asked: ‘Why us, if they can do higher?’ ” All the same, it is early.", []string{"He asked: ‘Why us, if they can do higher?’ ”", "All the same, it is early."}},
		"years":            {"It opened in 1981. Engineers said “in 1980.” “We knew,” he said. It is 1,500. Hull is 2.5. Why?", []string{"It opened in 1981.", "Engineers said “in 1980.”", "“We knew,” he said.", "It is 1,500.", "Hull is 2.5.", "Why?"}},
		"numbers":          {"It sold 12. The crew left on Oct. 5. Nobody saw. 3. The end", []string{"It sold 12.", "The crew left on Oct. 5.", "Nobody saw.", "3. The end"}},
		"ordinals":         {"Der 1. FC Köln gewann am 3. Oktober 1990. Die Mauer stand zum 100. Geburtstag.", []string{"Der 1. FC Köln gewann am 3. Oktober 1990.", "Die Mauer stand zum 100. Geburtstag."}},
		"list item":        {"1. The first thing", []string{"1. The first thing"}},
		"wrapped lines":    {"This line was wrapped at a column that is narrow, and\nthe sentence goes on. Here is\nanother.", []string{"This line was wrapped at a column that is narrow, and\nthe sentence goes on.", "Here is\nanother."}},
		"title over text":  {"The News\nIt rained.", []string{"The News", "It rained."}},
		"list":             {"- flour\n- two eggs\n- milk", []string{"- flour", "- two eggs", "- milk"}},
		"table":            {"Name | Age\nAnn | 31\nBob | 27", []string{"Name | Age", "Ann | 31", "Bob | 27"}},
		"paragraphs":       {"no full stop\n\nno full stop either", []string{"no full stop", "no full stop either"}},
		"Chinese":          {"日本語です。これはペンです。", []string{"日本語です。", "これはペンです。"}},
		"white space only": {" \n\n\t ", nil},
		"punctuation only": {"...!!!", []string{"...!!!"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range Sentences(c.text, Span{0, len(c.text)}) {
				got = append(got, s.Of(c.text))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
