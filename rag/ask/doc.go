// Package ask answers questions: it is the second flow of package rag, from top
// to bottom.
//
// An [Answerer] reads the question, finds passages, has a writer draft an
// answer and checks it. answerer.go is the main path. Questions about the
// articles themselves are answered in catalogue.go, questions of several parts
// in parts.go. conflict.go puts the newer of two articles that disagree first.
// [Answerer.Explain] records how an answer was found.
package ask
