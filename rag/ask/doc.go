// Package ask answers questions: it is the second flow of package rag, from top
// to bottom.
//
// An [Answerer] reads the question, finds passages, has a writer draft an
// answer and checks it. Four kinds of questions take a path of their own:
// questions about the articles themselves, requests for a summary of an
// article, comparisons of two numbers, and questions of several parts. If two
// articles disagree, the newer one comes first in the answer. [More] returns the
// sentences that come next. [Answerer.Explain] records how an answer was found.
package ask
