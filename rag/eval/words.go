package eval

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The metrics of answers compare words after SQuAD's normalisation (Rajpurkar
// et al. 2016): lower case, without punctuation and without "a", "an" and "the".
// If there are several right answers, the best match counts.

// ExactMatch returns 1 if an answer has exactly the words of a right answer, in
// their order, else 0.
func ExactMatch(answer string, right []string) float64 {
	have := normalWords(answer)
	for _, r := range right {
		if slices.Equal(have, normalWords(r)) {
			return 1
		}
	}
	return 0
}

// F1 returns the harmonic mean of precision and recall of an answer's words, as
// SQuAD's script computes it. Precision is the share of its words that are in the
// right answer; recall is the share of the right answer's words that are in it.
// F1 returns 0 for an answer without words.
func F1(answer string, right []string) float64 {
	have, best := normalWords(answer), 0.
	for _, r := range right {
		want := normalWords(r)
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

// ROUGEL returns ROUGE-L: the harmonic mean of precision and recall of the longest
// common subsequence of words (Lin 2004), without stemming.
func ROUGEL(answer string, right []string) float64 {
	have, best := normalWords(answer), 0.
	for _, r := range right {
		want := normalWords(r)
		best = max(best, harmonic(commonSubsequence(have, want), len(have), len(want)))
	}
	return best
}

// harmonic returns the harmonic mean of common/have and common/want.
func harmonic(common, have, want int) float64 {
	if common == 0 {
		return 0
	}
	return 2 * float64(common) / float64(have+want)
}

// commonSubsequence returns the length of the longest common subsequence.
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

// longAnswer is the number of words from which a gold answer counts as prose. No
// article repeats such an answer word for word.
const longAnswer = 12

// Contained reports whether a text contains a right answer. A short answer must
// be in it word for word, in a row. Of an answer with 12 words or more, the text
// must have at least 80 % of the words of one sentence, in any order.
func Contained(text string, right []string) bool { return contained(normalWords(text), right) }

// contained is Contained for the normalised words of a text.
func contained(text []string, right []string) bool {
	inText := map[string]bool{}
	for _, w := range text {
		inText[w] = true
	}
	whole := " " + strings.Join(text, " ") + " "
	for _, answer := range right {
		words := normalWords(answer)
		if len(words) == 0 {
			continue
		}
		if strings.Contains(whole, " "+strings.Join(words, " ")+" ") {
			return true
		}
		if len(words) < longAnswer {
			continue
		}
		for _, sentence := range sentenceEnd.Split(answer, -1) {
			words, n := normalWords(sentence), 0
			for _, w := range words {
				if inText[w] {
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

// normalWords returns the normalised words of a text. Unlike SQuAD's script, it
// removes punctuation and symbols of all of Unicode, not only of ASCII.
func normalWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return slices.DeleteFunc(strings.Fields(text), func(w string) bool { return w == "a" || w == "an" || w == "the" })
}
