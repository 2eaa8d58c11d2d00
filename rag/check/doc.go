// Package check decides which sentences of a draft the person gets to see.
//
//	Draft → evidence → hard checks → Judge → repair, once → Answer
//
// Each claim points at its evidence: a passage and a short quote. The check looks
// the quote up, and the footnote is the whole sentence that contains it
// (evidence.go, quotes.go). The hard checks are few and certain: a quote, a
// number or a name that is nowhere in the sources fails (examine.go, sources.go).
// A [Judge] then reads each sentence with its evidence and says whether it
// follows. Where no judge decides, numbers, names and some of the words must also
// be near the evidence. Sentences that fail may be rewritten once. Those that fail
// again are removed, and those that follow only in part are marked. A sentence that
// refers to a removed one gets its name back or is removed too (pronouns.go).
package check
