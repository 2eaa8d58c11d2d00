// Package write drafts answers from passages.
//
// [Quote] needs no model: it takes the best sentences of the articles, with the
// list, table or code that they are part of. [LLM] asks a language model and
// parses its reply; nothing in the reply is trusted until it is checked.
// [Fallback] tries writers in turn, so that there is always an answer.
package write
