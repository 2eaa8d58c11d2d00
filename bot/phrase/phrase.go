// Package phrase turns answers into sentences for people. An [rag.Answer] holds
// facts and codes; the terminal, Discord and --json take their words from here,
// so that they say the same.
package phrase

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"footnote/rag"
)

// Text returns an answer as a person reads it: its sentences with citation marks,
// as in "He fled. [1]", and what has to be said about them. Code stands between lines
// of three backticks. It is never empty.
func Text(a rag.Answer) string {
	if a.Listing != nil {
		return listing(a)
	}
	switch {
	case a.Reason.Code == rag.Courtesy:
		return "Ask me what the articles say."
	case a.Reason.Code == rag.AboutBot:
		return "I answer questions from the articles, and show which article says so. If they don't say, I tell you."
	case a.Reason.Code == rag.NothingMore:
		return "The articles say no more about it."
	case len(a.Sentences) == 0:
		return "The articles do not say."
	}
	var b strings.Builder
	if a.Reason.Code == rag.OnlyNear {
		if len(a.Reason.Words) > 0 {
			b.WriteString("The articles do not mention " + strings.Join(a.Reason.Words, " or ") + ". Closest: ")
		} else {
			b.WriteString("The articles do not answer this directly. Closest: ")
		}
		if strings.Contains(a.Sentences[0].Text, "\n") || a.Sentences[0].Code > 0 {
			b.WriteString("\n")
		}
	}
	for _, s := range a.Sentences {
		b.WriteString(s.Break)
		if s.Kind == rag.OlderStatement {
			b.WriteString(older(a, s))
		}
		if s.Code == 0 {
			b.WriteString(s.Text + marks(s))
			continue
		}
		prose, code := s.Text[:len(s.Text)-s.Code], strings.ReplaceAll(s.Text[len(s.Text)-s.Code:], fence, "'''")
		b.WriteString(prose + fence + "\n" + code + "\n" + fence + "\n" + strings.TrimSpace(marks(s)))
	}
	if a.Reason.Code == rag.PartAnswered && len(a.Reason.Words) > 0 {
		b.WriteString("\nThe articles only come near: " + strings.Join(a.Reason.Words, " "))
	}
	if len(a.Reason.Missing) > 0 {
		b.WriteString("\nThe articles do not say: " + strings.Join(a.Reason.Missing, " "))
	}
	return b.String()
}

// fence stands before and after lines of code, as in Markdown. In code, Text replaces
// it, so that the code can't end early.
const fence = "```"

// marks returns the citation marks of a sentence, with the space before each.
func marks(s rag.Sentence) string {
	var b strings.Builder
	for _, n := range s.Citations {
		b.WriteString(" [" + strconv.Itoa(n) + "]")
	}
	if mark := Mark(s.Support); mark != "" {
		b.WriteString(" " + mark)
	}
	return b.String()
}

// Mark returns the sign behind a sentence that the evidence does not fully
// support, and "" for other sentences.
func Mark(s rag.Support) string {
	switch s {
	case rag.Partly:
		return PartlyMark
	case rag.Unsupported:
		return UnsupportedMark
	}
	return ""
}

// older introduces what an older article said.
func older(a rag.Answer, s rag.Sentence) string {
	for _, n := range s.Citations {
		if n > 0 && n <= len(a.Citations) && !a.Citations[n-1].Published.IsZero() {
			return "An older article, of " + a.Citations[n-1].Published.UTC().Format(time.DateOnly) + ", said: "
		}
	}
	return "An older article said: "
}

// listing returns a list of articles under a headline.
func listing(a rag.Answer) string {
	l := a.Listing
	var b strings.Builder
	b.WriteString(headline(*l))
	for _, s := range a.Sentences {
		b.WriteString(s.Break + s.Text)
		for _, n := range s.Citations {
			if n < 1 || n > len(a.Citations) {
				continue
			}
			c := a.Citations[n-1]
			if c.Author != "" {
				b.WriteString(", by " + c.Author)
			}
			b.WriteString(strings.TrimPrefix(rag.WithDate(s.Text, c.Published), s.Text))
		}
		b.WriteString(marks(s))
	}
	if l.One {
		return b.String()
	}
	if more := l.Found - len(a.Sentences); more > 0 && l.Most == 0 {
		fmt.Fprintf(&b, "\n- and %d more", more)
	}
	switch {
	case l.Undated == 1:
		b.WriteString("\n1 article has no date.")
	case l.Undated > 1:
		fmt.Fprintf(&b, "\n%d articles have no date.", l.Undated)
	}
	return b.String()
}

// headline says in a sentence what was found.
func headline(l rag.Listing) string {
	var is []string
	many := l.Found > 1
	switch {
	case l.Date == "":
	case l.Preposition == "":
		is = append(is, verb(many, "are", "is")+" from "+l.Date)
	default:
		is = append(is, verb(many, "were", "was")+" published "+l.Preposition+" "+l.Date)
	}
	if l.About != "" {
		is = append(is, verb(many, "mention", "mentions")+" "+l.About)
	}
	if l.By != "" {
		is = append(is, verb(many, "are", "is")+" by "+l.By)
	}
	what := strings.Join(is, " and ")
	order := map[int]string{1: "newest", -1: "oldest"}[l.Order]
	switch {
	case l.One && l.Found > 0 && what != "":
		return fmt.Sprintf("%d of the %d articles %s. The %s:", l.Found, l.All, what, order)
	case l.Most > 1 && l.Found > 1 && what == "":
		return fmt.Sprintf("The %s %d articles:", order, min(l.Most, l.Found))
	case l.One && l.Found > 0:
		return "The " + order + " article:"
	case l.Found == 0 && what != "":
		return "No article " + what + "."
	case l.Found == 0 && l.One:
		return "No article has a date."
	case l.Found == 0:
		return "The collection holds no article."
	case l.Found == 1 && l.All == 1 && what != "":
		return "The one article of the collection " + what + ":"
	case what == "" && l.Found == 1:
		return "The collection holds 1 article:"
	case what == "":
		return fmt.Sprintf("The collection holds %d articles:", l.Found)
	default:
		return fmt.Sprintf("%d of the %d articles %s:", l.Found, l.All, what)
	}
}

func verb(many bool, plural, singular string) string {
	if many {
		return plural
	}
	return singular
}

// Reason returns a sentence that says why a question was not answered, or a
// clause that says why a sentence was removed; empty for no reason.
func Reason(r rag.Reason) string {
	quoted := "“" + strings.Join(r.Words, "”, “") + "”"
	switch r.Code {
	case "":
		return ""
	case rag.NoWords:
		return "The question has no word to search for."
	case rag.NoMatch:
		return "Nothing in the articles matches the question."
	case rag.NothingNear:
		return "Nothing in the articles comes near the question."
	case rag.OnlyNear:
		if len(r.Words) > 0 {
			return "The articles do not mention " + strings.Join(r.Words, " or ") + "."
		}
		return "The articles come near but may not answer it."
	case rag.NoClaim:
		return "No passage answers the question."
	case rag.NotSupported:
		return "The articles don't support what the model wrote."
	case rag.PartAnswered:
		return "The articles answer only part of the question."
	case rag.Courtesy, rag.AboutBot:
		return "Ask \"What do you know about?\" for a list of the articles."
	case rag.NothingMore:
		return "Ask another question, or ask this one in other words."
	case rag.NoneListed:
		if r.Articles == 1 {
			return "The collection holds 1 article."
		}
		return fmt.Sprintf("The collection holds %d articles.", r.Articles)

	case rag.QuoteNotFound:
		return "no passage contains the quote " + quoted
	case rag.NumberNotFound, rag.NameNotFound:
		return "not in the cited sentences: " + strings.Join(r.Words, ", ")
	case rag.NoEvidence:
		return "nothing in the passages is like it"
	case rag.SaysOpposite:
		return "the cited sentence says the opposite"
	case rag.NotConfirmed:
		return "the cited passage does not support it"
	case rag.OnlyPartly:
		return "the cited passage supports only part of it"
	case rag.Unverifiable:
		return "it says nothing that can be checked"
	case rag.IsQuestion:
		return "it is a question"
	case rag.Repeated:
		return "the answer says it already"
	case rag.NoPassage:
		return "there is no passage to check it against"
	case rag.LeansOnRemoved:
		return "it refers to a removed sentence"
	}
	return string(r.Code)
}

// Failed returns a sentence that says which writers failed, why, and who wrote
// the answer instead. It is empty if none failed.
func Failed(a rag.Answer) string {
	if len(a.Failed) == 0 {
		return ""
	}
	var why []string
	for _, err := range a.Failed {
		why = append(why, withHint(err))
	}
	instead := a.Model + " wrote the answer instead."
	if a.Model == rag.QuoteModel {
		instead = "The answer quotes the articles instead."
	}
	return strings.Join(why, "; ") + ". " + instead
}

// withHint returns an error's text, with its hint in parentheses if it has one.
func withHint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		return err.Error() + " (" + h.Hint() + ")"
	}
	return err.Error()
}

// Checked returns sentences that say what the check did to an answer: what a
// sign means, how many sentences it removed, and why no judge decided on them. It
// is empty if there is nothing to say.
func Checked(a rag.Answer) string {
	var all []string
	if slices.ContainsFunc(a.Sentences, func(s rag.Sentence) bool { return s.Support == rag.Partly }) {
		all = append(all, PartlyMark+" = supported only in part.")
	}
	if slices.ContainsFunc(a.Sentences, func(s rag.Sentence) bool { return s.Support == rag.Unsupported }) {
		all = append(all, UnsupportedMark+" = not supported.")
	}
	if s := removed(a); s != "" {
		all = append(all, s)
	}
	switch {
	case a.Unjudged && a.JudgeError != nil:
		all = append(all, "Not independently checked: "+withHint(a.JudgeError)+".")
	case a.Unjudged:
		all = append(all, "Not independently checked: the checker did not decide on every sentence.")
	}
	if a.Unreliable {
		all = append(all, "This model rarely quotes its sources correctly; consider another.")
	}
	return strings.Join(all, " ")
}

// removed says how many sentences the check removed. It does not count
// repetitions, because nothing is lost with them.
func removed(a rag.Answer) string {
	n, partly := 0, 0
	for _, r := range a.Removed {
		switch r.Reason.Code {
		case rag.Repeated:
			continue
		case rag.OnlyPartly:
			partly++
		}
		n++
	}
	why := "not supported by the articles"
	switch {
	case n == 0:
		return ""
	case partly == n:
		why = "supported only in part"
	case partly > 0:
		why = "not fully supported by the articles"
	}
	count := fmt.Sprintf("%d sentences", n)
	if n == 1 {
		count = "1 sentence"
	}
	if a.StoodIn {
		return count + " of the model's answer removed: " + why + "."
	}
	return count + " removed: " + why + "."
}

// The signs behind sentences that are not fully supported.
const (
	PartlyMark      = "(?)"
	UnsupportedMark = "(!)"
)

// Confidence returns a sentence that says how likely the articles hold the
// answer, in words instead of a number. It is empty for an answer that is nearest
// or refused, because its text says so, and for one that a model wrote, because
// the check has decided on its sentences. It is also empty from sure on, and for a
// confidence of 0, which means unknown.
func Confidence(a rag.Answer) string {
	if a.Verdict != rag.Answered || a.Confidence <= 0 || a.Confidence >= sure || a.Model != rag.QuoteModel && a.Model != "" {
		return ""
	}
	return Likelihood(a.Confidence)
}

// sure is the confidence from which an answer says nothing about it: "very likely" in
// the words of Likelihood.
const sure = .90

// Likelihood returns a sentence for p, the probability that the articles hold
// an answer. Its bounds are those of the likelihood scale of the
// Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010). The
// scale's "about as likely as not" is split at .5.
func Likelihood(p float64) string {
	switch {
	case p >= .99:
		return "The articles almost certainly hold the answer."
	case p >= .90:
		return "The articles very likely hold the answer."
	case p >= .66:
		return "The articles likely hold the answer."
	case p >= .50:
		return "The articles may well hold the answer."
	case p >= .33:
		return "The articles may hold the answer, and may well not."
	case p >= .10:
		return "It is unlikely that the articles hold the answer."
	default:
		return "It is very unlikely that the articles hold the answer."
	}
}
