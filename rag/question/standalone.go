package question

import (
	"strings"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// Standalone rewrites a question so that it makes sense without the
// conversation before it. It uses rules only. It removes phrases that ask
// nothing ("By the way, …"). If the question has a pronoun ("it", "those") or
// is elliptic ("and in Minsk?"), it appends the topic of the conversation in
// brackets. A correction ("I meant Saturn") changes the question before, "what was it
// before?" asks it of older articles, and "summarise it" names the article that was
// cited last. It returns a question unchanged if it already stands alone or begins a
// conversation.
//
// `footnote eval` measures it on a question set with turns.jsonl.
func Standalone(q rag.Question) string {
	var said []rag.Turn // earlier questions, rewritten so that their topics carry on
	for _, t := range q.History {
		if smallTalkOf(t.Question) != NoSmallTalk {
			continue
		}
		t.Question = standaloneAfter(t.Question, said)
		said = append(said, t)
	}
	return standaloneAfter(q.Text, said)
}

// standaloneAfter rewrites the question s so that it makes sense without the
// turns in said, whose questions already stand alone.
func standaloneAfter(s string, said []rag.Turn) string {
	if len(said) == 0 || smallTalkOf(s) != NoSmallTalk {
		return s
	}
	before := said[len(said)-1]
	if q := corrected(before.Question, s); q != "" {
		return q
	}
	if asksEarlier.MatchString(s) && !before.Published.IsZero() {
		return strings.TrimRight(before.Question, "?!. ") + " before " + rag.FormatDate(before.Published) + "?"
	}
	if m := asksForSummary.FindStringSubmatch(s); m != nil && before.Title != "" {
		return m[1] + " the article “" + before.Title + "”"
	}
	correction := corrects.MatchString(s)
	s = withoutPreamble(askingSentences(s))
	how := dependenceOf(s)
	last := before.Question
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

var (
	// asksEarlier matches a question for what was true before what was said last.
	asksEarlier = lazyregexp.New(`(?i)^(?:(?:and|but|so) )?(?:(?:what|how (?:much|many|high|long|big|old)|who|where|which one) (?:was|were|did) (?:it|they|that|this|he|she)(?: \w+)? (?:before|previously|earlier|originally|until then|beforehand)(?: that| then)?|(?:what about )?(?:before|previously|earlier)(?: that| then)?)\W*$`)
	// asksForSummary matches a request to summarise an article that it does not name,
	// and captures the request without the article.
	asksForSummary = lazyregexp.New(`(?i)^((?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up|give me a (?:short |brief )?summary of)) (?:it|this|that|(?:the|this|that) (?:article|document|story|text|page|post))(?: for me)?(?: please)?\W*$`)
)
