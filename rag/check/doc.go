// Package check decides which sentences of a draft the person gets to see.
//
//	Draft → evidence → hard checks → Judge → repair, once → Answer
//
// Each claim points at its evidence: a passage and a short quote. evidence.go
// looks the quote up, and the footnote is the whole sentence that contains it.
// facts.go holds the hard checks, few and certain: a quote, a number or a name
// that is nowhere in the sources fails. A [Judge] then reads each sentence with
// its evidence and says whether it follows. Sentences that fail may be rewritten
// once. Those that fail again are removed, and those that follow only in part
// are marked.
package check
