package check

import (
	"testing"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/ragtest"
)

// TestPronouns checks what becomes of sentences that refer to a removed one.
// Sentences that begin with "-" are removed.
func TestPronouns(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("a", "A", "On Monday Mary Lowe and Tom Wragg met in Hull. The Queen and the Observatory Group heard of it. It rained. Rita Holm stayed at home.")
	for name, tt := range map[string]struct {
		sentences []string
		want      string
	}{
		"a name":                  {[]string{"-Mary Lowe resigned.", "She met Tom."}, "Mary Lowe met Tom."},
		"possessive":              {[]string{"-Mary Lowe resigned.", "Her friend is Tom."}, "Mary Lowe's friend is Tom."},
		"name with an article":    {[]string{"-The Observatory Group sank.", "It heard of it."}, "The Observatory Group heard of it."},
		"possessive name":         {[]string{"-Mary Lowe's ship sank.", "She met Tom."}, "Mary Lowe met Tom."},
		"in quotation marks":      {[]string{"-Mary Lowe resigned.", "“She met Tom.”"}, "“Mary Lowe met Tom.”"},
		"no name":                 {[]string{"-The ferry sank.", "It met Tom."}, ""},
		"time before the name":    {[]string{"-Yesterday Mary Lowe resigned.", "She met Tom."}, ""},
		"preposition":             {[]string{"-In Hull Mary Lowe resigned.", "She met Tom."}, ""},
		"no pronoun":              {[]string{"-Mary Lowe resigned.", "This met Tom."}, ""},
		"says the name already":   {[]string{"-Mary Lowe resigned.", "She met Mary Lowe."}, ""},
		"name is not near":        {[]string{"-Rita Holm resigned.", "She met Tom."}, ""},
		"unknown name":            {[]string{"-Josephine Quux resigned.", "She met Tom."}, ""},
		"chain":                   {[]string{"-The ferry sank.", "It met Tom.", "It met Mary."}, ""},
		"chain with a name":       {[]string{"-Mary Lowe resigned.", "-She fell.", "She met Tom."}, "Mary Lowe met Tom."},
		"same pronoun before":     {[]string{"Mary Lowe met Tom.", "-She fell.", "She heard of it."}, "Mary Lowe met Tom. She heard of it."},
		"another pronoun before":  {[]string{"Mary Lowe met Tom.", "-It fell.", "She heard of it."}, "Mary Lowe met Tom."},
		"repeated":                {[]string{"Mary Lowe met Tom.", "Mary Lowe met Tom.", "She heard of it."}, "Mary Lowe met Tom. She heard of it."},
		"nothing before":          {[]string{"She met Tom."}, "She met Tom."},
		"sentence that is partly": {[]string{"~Mary Lowe resigned.", "She met Tom."}, "Mary Lowe met Tom."},
	} {
		var d rag.Draft
		j := &judge{}
		said := map[string]bool{}
		for _, s := range tt.sentences {
			verdict := rag.Supported
			switch s[0] {
			case '-':
				s, verdict = s[1:], rag.Unsupported
			case '~':
				s, verdict = s[1:], rag.Partly
			}
			c := rag.Claim{Text: s, Cites: []rag.Cite{quote(0, "met in Hull")}}
			if len(d.Claims) > 0 {
				c.Break = " "
			}
			d.Claims = append(d.Claims, c)
			if !said[s] && !(s == "Josephine Quux resigned.") { // what the hard checks leave to the judge
				j.verdicts = append(j.verdicts, verdict)
			}
			said[s] = true
		}
		a, err := Checker{Judge: j, Mode: Strict}.Check(t.Context(), question.Reading{}, d, []rag.Passage{p})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range a.Sentences {
			got += s.Break + s.Text
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
