// Package text cuts text into words, tokens and sentences, and compares them.
//
// [Words] and [Stem] match what the lexical search indexes. A [Token] also knows
// whether it is a name or a number, and what it counts, so that claims can be
// compared with sources. [Sentences] returns byte ranges, so that a quote is
// always part of its article.
//
// Stems and stop words of languages other than English come from rag/language.
package text
