// Package check decides which sentences of a draft the passages support.
//
// [Check] compares each claim with the passages that it cites, then with the
// others. A supported claim becomes a sentence with the exact quote that supports
// it. Other claims are removed, each with a [rag.Reason]. The comparison uses
// words: how many of a claim's words, names and numbers a passage has, where they
// stand, and whether one of the two negates the other.
package check
