package question

import (
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// Standalone rewrites a question so that it makes sense without the
// conversation before it. It uses rules only. It removes phrases that ask
// nothing ("By the way, …"). If the question has a pronoun ("it", "those") or
// is elliptic ("and in Minsk?"), it appends the topic of the conversation in
// brackets. A correction ("I meant Saturn") changes the question before. It
// returns a question unchanged if it already stands alone or begins a
// conversation.
//
// `footnote eval` measures it on a question set with turns.jsonl.
func Standalone(q rag.Question) string {
	var said []rag.Turn // earlier questions, rewritten so that their topics carry on
	for _, t := range q.History {
		if isCourtesy(t.Question) {
			continue
		}
		said = append(said, rag.Turn{Question: standaloneAfter(t.Question, said), Answer: t.Answer})
	}
	return standaloneAfter(q.Text, said)
}

// standaloneAfter rewrites the question s so that it makes sense without the
// turns in said, whose questions already stand alone.
func standaloneAfter(s string, said []rag.Turn) string {
	if len(said) == 0 || isCourtesy(s) {
		return s
	}
	if q := corrected(said[len(said)-1].Question, s); q != "" {
		return q
	}
	correction := corrects.MatchString(s)
	s = withoutPreamble(askingSentences(s))
	how := dependenceOf(s)
	last := said[len(said)-1].Question
	topic := ""
	switch {
	case correction, how != independent && continuation.MatchString(s) && kindOf(last) != Anything && !whatAboutThing.MatchString(s):
		topic = phrasesBeyond(s, last)
	case how == byEllipsis && len(text.ContentWords(s)) == 0:
		topic = contentWordsOf(last) // "Why?" asks about the whole last question
	case how == byPronoun:
		if topic = topicOf(s, said[len(said)-1:], said); topic == "" {
			topic = topicOf(s, said, said)
		}
	case how == byEllipsis && !continuation.MatchString(s):
		topic = topicOf(s, said, said)
	case how == independent:
		topic = fullName(s, said)
	}
	if topic == "" {
		return s
	}
	bare := strings.TrimRight(s, "?!. ")
	return bare + " (" + topic + ")" + s[len(bare):]
}
