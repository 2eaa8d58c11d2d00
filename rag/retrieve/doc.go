// Package retrieve finds the passages for a question and scores their
// sentences.
//
// A [Retriever] searches the store by meaning and by words. It adds up both
// scores ([Retriever.Rank]), and joins neighbouring chunks into passages
// ([Retriever.Passages]), which have lists, tables and code whole. Acronyms are
// searched for together with the names that they stand for ([Retriever.Expanded]).
// Words that no article has may be spelled otherwise in the passages
// ([Query.Respelled]). [ScoreSentences] then scores each sentence as an answer, and
// returns the [Evidence] of the best one. A [rag.Reader] reads the
// passages together with the question. It knows only English; otherwise the
// vectors and words of the sentences decide. [Evidence.Confidence] is the
// probability that the articles answer the question at all.
//
// The weights and thresholds were fitted with cmd/footnote/internal/fit. What
// they achieve is in rag/eval/RESULTS.md.
package retrieve
