// Package question reads what a person asks.
//
// [Read] turns a [rag.Question] into a [Reading] once: its words, kind, period,
// parts, and what it refers to in the conversation. Later stages take the
// Reading and never cut the text again. All of it is rules. A language model
// may rephrase or split a question; [Faithful] and [Reading.FaithfulParts]
// decide whether to believe it.
package question
