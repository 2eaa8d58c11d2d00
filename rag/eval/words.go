package eval

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The metrics of answers compare words after SQuAD's normalisation (Rajpurkar
// et al. 2016): lower case, no punctuation, none of a, an and the. Of several
// right answers the best counts.

// ExactMatch is 1 if the words of an answer are those of a right one, else 0.
func ExactMatch(answer string, right []string) float64 {
	have := normal(answer)
	for _, r := range right {
		if slices.Equal(have, normal(r)) {
			return 1
		}
	}
	return 0
}

// F1 is the harmonic mean of the share of the answer's words that are in a
// right one and the share of those that are in the answer, as SQuAD's script
// computes it. It is 0 of an answer without words.
func F1(answer string, right []string) float64 {
	have, best := normal(answer), 0.
	for _, r := range right {
		want := normal(r)
		left := map[string]int{}
		for _, w := range want {
			left[w]++
		}
		common := 0
		for _, w := range have {
			if left[w] > 0 {
				left[w]--
				common++
			}
		}
		best = max(best, harmonic(common, len(have), len(want)))
	}
	return best
}

// ROUGEL is the harmonic mean of precision and recall by the longest common
// subsequence of words (Lin 2004), without stemming.
func ROUGEL(answer string, right []string) float64 {
	have, best := normal(answer), 0.
	for _, r := range right {
		want := normal(r)
		best = max(best, harmonic(commonSubsequence(have, want), len(have), len(want)))
	}
	return best
}

func harmonic(common, have, want int) float64 {
	if common == 0 {
		return 0
	}
	return 2 * float64(common) / float64(have+want)
}

func commonSubsequence(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// longAnswer is the number of words from which a gold answer is prose, which
// no sentence of an article repeats to the letter.
const longAnswer = 12

// Contained reports whether a text holds a right answer: the words of a short
// one in a row; of a long one, four fifths of the words of a sentence of it.
func Contained(text string, right []string) bool { return contained(normal(text), right) }

func contained(held []string, right []string) bool {
	set := map[string]bool{}
	for _, w := range held {
		set[w] = true
	}
	whole := " " + strings.Join(held, " ") + " "
	for _, a := range right {
		words := normal(a)
		if len(words) == 0 {
			continue
		}
		if strings.Contains(whole, " "+strings.Join(words, " ")+" ") {
			return true
		}
		if len(words) < longAnswer {
			continue
		}
		for _, sentence := range sentenceEnd.Split(a, -1) {
			words, n := normal(sentence), 0
			for _, w := range words {
				if set[w] {
					n++
				}
			}
			if len(words) >= 4 && float64(n) >= .8*float64(len(words)) {
				return true
			}
		}
	}
	return false
}

var sentenceEnd = regexp.MustCompile(`[.!?]\s+|[\r\n]+`)

// normal gives the words that answers are compared by. SQuAD's script takes
// out ASCII's punctuation; this takes out all.
func normal(text string) []string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return slices.DeleteFunc(strings.Fields(text), func(w string) bool { return w == "a" || w == "an" || w == "the" })
}
