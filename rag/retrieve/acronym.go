package retrieve

import (
	"context"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/question"
	"footnote/rag/text"
)

// Expanded returns the question with what its acronyms stand for, and with the acronyms
// of the names in it, as the articles introduce them: "World Health Organization
// (WHO)". It returns the question unchanged if the articles introduce none.
func (r Retriever) Expanded(ctx context.Context, q question.Reading) (string, error) {
	if q.Language != "" || !strings.ContainsFunc(q.Text, unicode.IsLower) {
		return q.Text, nil
	}
	for _, at := range acronyms.FindAllStringIndex(q.Text, -1) {
		acronym := q.Text[at[0]:at[1]]
		name, err := r.introduced(ctx, q, acronym)
		if err != nil {
			return "", err
		}
		if name != "" && !strings.Contains(q.Text, name) {
			return q.Text[:at[0]] + name + " (" + acronym + ")" + q.Text[at[1]:], nil
		}
	}
	for _, at := range properNames.FindAllStringIndex(q.Text, -1) {
		name := q.Text[at[0]:at[1]]
		acronym := initials(name, false)
		if utf8.RuneCountInString(acronym) < 2 || strings.Contains(q.Text, acronym) {
			continue
		}
		if as, err := r.introduced(ctx, q, acronym); err != nil {
			return "", err
		} else if as == name {
			return q.Text[:at[1]] + " (" + acronym + ")" + q.Text[at[1]:], nil
		}
	}
	return q.Text, nil
}

// maxIntroductions is the number of chunks in which introduced looks.
const maxIntroductions = 20

// introduced returns the name that the articles introduce with an acronym in brackets
// behind it; "" if there is none.
func (r Retriever) introduced(ctx context.Context, q question.Reading, acronym string) (string, error) {
	hits, err := r.Store.Match(ctx, []string{strings.ToLower(acronym)}, maxIntroductions, q.Filter)
	if err != nil {
		return "", err
	}
	for _, h := range hits {
		before, _, found := strings.Cut(h.Chunk.Text, " ("+acronym+")")
		if !found {
			continue
		}
		words := strings.Fields(before[max(0, len(before)-200):])
		for n := 1; n <= min(len(words), 2*len(acronym)); n++ {
			name := strings.Join(words[len(words)-n:], " ")
			if initials(name, false) == acronym || initials(name, true) == acronym {
				return name, nil
			}
		}
	}
	return "", nil
}

// initials returns the first letters of the words of a name as capitals: of all words,
// or without small words such as "of".
func initials(name string, all bool) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(name) {
		if first, _ := utf8.DecodeRuneInString(w); unicode.IsLetter(first) && (all || unicode.IsUpper(first) || !text.IsStopWord(w)) {
			b.WriteRune(unicode.ToUpper(first))
		}
	}
	return b.String()
}

var (
	acronyms    = regexp.MustCompile(`\b\p{Lu}{2,6}\b`)
	properNames = regexp.MustCompile(`\p{Lu}\p{Ll}+(?: (?:(?:of|for|and|the|on) )*\p{Lu}\p{Ll}+){1,5}`)
)
