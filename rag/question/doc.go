// Package question reads what a person asks.
//
// [Read] turns a [rag.Question] into a [Reading] once: its words, kind, period,
// parts, and what it refers to in the conversation. Later stages take the
// Reading and never cut the text again.
//
// Read uses rules, not a language model. If a model rephrases or splits the
// question, [Faithful] and [Reading.FaithfulParts] check what it returns.
package question
