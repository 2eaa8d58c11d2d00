package eval

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"footnote/rag"
)

// Answers is how well the questions of a set are answered. Shares are of the
// answerable questions, or of the others, as the names say; 0 where there are
// none.
type Answers struct {
	Answerable, Unanswerable int

	Contained      float64 // of the answerable with gold answers, the share whose quotes hold one; a refusal quotes nothing
	ContainedFirst float64 // the same of the first quote
	Coverage       float64 // of the answerable, the share with verdict answered
	FalseRefusals  float64 // of the answerable, the share with verdict refused
	FalseAnswers   float64 // of the unanswerable, the share with verdict answered
	AUROC          float64 // of the confidence: that an answerable question has more of it than an unanswerable one
}

// Ask measures a's answers. each, if not nil, sees every one of them.
func Ask(ctx context.Context, a rag.Answerer, s Set, each func(Question, rag.Answer)) (Answers, error) {
	var m Answers
	var gold, contained, first, answered, refused, wrong int
	var yes, no []float64
	for _, q := range s.Questions {
		got, err := a.Ask(ctx, rag.Question{Text: q.Text, Today: q.Date}, nil)
		if err != nil {
			return Answers{}, err
		}
		if each != nil {
			each(q, got)
		}
		if !q.Answerable {
			m.Unanswerable++
			no = append(no, got.Confidence)
			if got.Verdict == rag.Answered {
				wrong++
			}
			continue
		}
		m.Answerable++
		yes = append(yes, got.Confidence)
		switch got.Verdict {
		case rag.Answered:
			answered++
		case rag.Refused:
			refused++
		}
		if len(q.Answers) > 0 {
			gold++
			var quotes []string
			for _, c := range got.Citations {
				quotes = append(quotes, c.Quote)
			}
			if Contained(strings.Join(quotes, " "), q.Answers) {
				contained++
			}
			if len(quotes) > 0 && Contained(quotes[0], q.Answers) {
				first++
			}
		}
	}
	m.Contained, m.ContainedFirst = share(contained, gold), share(first, gold)
	m.Coverage, m.FalseRefusals, m.FalseAnswers = share(answered, m.Answerable), share(refused, m.Answerable), share(wrong, m.Unanswerable)
	m.AUROC = AUROC(yes, no)
	return m, nil
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// AUROC is the probability that one of yes is greater than one of no, ties
// counting half (Hanley and McNeil 1982). 0 if either is empty.
func AUROC(yes, no []float64) float64 {
	if len(yes) == 0 || len(no) == 0 {
		return 0
	}
	no = slices.Sorted(slices.Values(no))
	wins := 0.
	for _, y := range yes {
		below, _ := slices.BinarySearch(no, y)
		to := below
		for to < len(no) && no[to] == y {
			to++
		}
		wins += float64(below) + float64(to-below)/2
	}
	return wins / float64(len(yes)) / float64(len(no))
}

// longAnswer is the number of words from which a gold answer is prose, which
// no sentence of an article repeats to the letter.
const longAnswer = 12

// Contained reports whether a text holds a gold answer: the words of a short
// one in a row, after SQuAD's normalisation (Rajpurkar et al. 2016: lower case,
// no punctuation, no articles); of a long one, four fifths of the words of a
// sentence of it.
func Contained(text string, answers []string) bool {
	held := normal(text)
	set := map[string]bool{}
	for _, w := range held {
		set[w] = true
	}
	whole := " " + strings.Join(held, " ") + " "
	for _, a := range answers {
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

func normal(text string) []string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	return slices.DeleteFunc(strings.Fields(text), func(w string) bool { return w == "a" || w == "an" || w == "the" })
}
