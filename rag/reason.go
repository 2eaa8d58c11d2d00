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
	OnlyNear     ReasonCode = "only_near"     // the passages may not answer the question; Words: its names that no article has
	NoClaim      ReasonCode = "no_claim"      // the writer found no answer in the passages
	NotSupported ReasonCode = "not_supported" // the passages support nothing that the writer wrote
	PartAnswered ReasonCode = "part_answered" // only some parts are answered; Words: parts for which passages are only near
	Courtesy     ReasonCode = "courtesy"      // a greeting, thanks or the end of a conversation, not a question
	AboutBot     ReasonCode = "about_bot"     // the question is about who answers, not about the articles
	NothingMore  ReasonCode = "nothing_more"  // the passages have no further sentence that may answer
	NoneListed   ReasonCode = "none_listed"   // no article matches a question about the articles themselves
)

// Reasons why a sentence was removed or marked. Words that are quoted from the
// sentence are in Words.
const (
	QuoteNotFound  ReasonCode = "quote_not_found"  // no passage contains the quotes in Words
	NumberNotFound ReasonCode = "number_not_found" // the sources lack the numbers in Words
	NameNotFound   ReasonCode = "name_not_found"   // the sources lack the names in Words
	NoEvidence     ReasonCode = "no_evidence"      // no sentence of the passages has anything of it
	SaysOpposite   ReasonCode = "says_opposite"    // its evidence says the opposite
	NotConfirmed   ReasonCode = "not_confirmed"    // the judge says that it does not follow from its evidence
	OnlyPartly     ReasonCode = "only_partly"      // it follows from its evidence only in part
	Unverifiable   ReasonCode = "unverifiable"     // it has no words that could be checked
	IsQuestion     ReasonCode = "is_question"      // it asks and states nothing
	Repeated       ReasonCode = "repeated"         // the answer said it before
	NoPassage      ReasonCode = "no_passage"       // there is no passage to check it against
	LeansOnRemoved ReasonCode = "leans_on_removed" // it refers to a sentence that was removed
)
