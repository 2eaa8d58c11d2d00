package rag

// Reason says why a question was not answered, or why a sentence was removed,
// as a code with its data. Programs that talk to people turn it into words. The
// zero value is no reason.
type Reason struct {
	Code     ReasonCode
	Words    []string // what the code is about; see the codes
	Missing  []string // of [PartAnswered]: the parts that the articles do not answer
	Articles int      // of [NoneListed]: the number of articles
}

// Given reports whether there is a reason.
func (r Reason) Given() bool { return r.Code != "" }

// ReasonCode names a reason.
type ReasonCode string

// Reasons why a question was not answered, or not directly.
const (
	NoWords      ReasonCode = "no_words"      // the question has no word to search for
	NoMatch      ReasonCode = "no_match"      // no passage matches the question
	NothingNear  ReasonCode = "nothing_near"  // the passages are not close enough to be shown
	OnlyNear     ReasonCode = "only_near"     // the passages may not answer the question
	NoClaim      ReasonCode = "no_claim"      // the writer found no answer in the passages
	NotSupported ReasonCode = "not_supported" // the passages support nothing that the writer wrote
	PartAnswered ReasonCode = "part_answered" // only some parts are answered; Words: parts for which passages are only near
	Courtesy     ReasonCode = "courtesy"      // a greeting or thanks, not a question
	NoneListed   ReasonCode = "none_listed"   // no article matches a question about the articles themselves
)

// Reasons why a sentence was removed. Words that are quoted from the sentence
// are in Words.
const (
	Unverifiable     ReasonCode = "unverifiable"       // it has no words that could be checked
	IsQuestion       ReasonCode = "is_question"        // it asks and states nothing
	Repeated         ReasonCode = "repeated"           // the answer said it before
	NoPassage        ReasonCode = "no_passage"         // there is no passage to check it against
	WordsNotFound    ReasonCode = "words_not_found"    // the passage lacks Words
	FactsNotFound    ReasonCode = "facts_not_found"    // the passage lacks the names or numbers in Words
	ClauseNotFound   ReasonCode = "clause_not_found"   // the passage lacks the clause in Words
	ClauseNotNegated ReasonCode = "clause_not_negated" // the sentence negates the clause in Words, the passage does not
	NegationDiffers  ReasonCode = "negation_differs"   // one of sentence and passage is negated, the other is not
	RolesReversed    ReasonCode = "roles_reversed"     // the passage has who did it to whom the other way round
	OtherSubject     ReasonCode = "other_subject"      // the passage says it of somebody else
	Scattered        ReasonCode = "scattered"          // no one place of the passage says it
	OffQuestion      ReasonCode = "off_question"       // the passage does not say it about what was asked
	Misquoted        ReasonCode = "misquoted"          // nobody says the quotation in Words in the passage
)
