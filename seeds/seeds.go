// Package seeds contains the sample article, which footnote uses until articles
// are added, and questions to measure answers with.
package seeds

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

//go:embed *.txt
var articles embed.FS

//go:embed questions.jsonl
var questions []byte

// Articles returns a folder with the sample articles as plain UTF-8 text. Keep
// their odd wording, such as "mortgage" for a loan and "assembly" for a
// meeting: people ask in ordinary words, and footnote must still find the
// answers.
func Articles() fs.FS { return articles }

// Kind tells whether the articles answer a question.
type Kind string

// The values of Kind.
const (
	Answerable Kind = "answerable" // the articles contain the answer
	NearMiss   Kind = "near_miss"  // the articles cover the topic but do not contain the answer
	Foreign    Kind = "foreign"    // the articles do not cover the topic
)

// Question is a question about the sample articles, in BEIR's format with the
// expected answers.
type Question struct {
	ID         string   `json:"_id"`
	Text       string   `json:"text"`
	Answers    []string `json:"answers"`    // in the article's words, each sufficient by itself; none if not answerable
	Evidence   []string `json:"evidence"`   // passages of the article that support the answers, verbatim; none if not answerable
	Answerable bool     `json:"answerable"` // whether Kind is Answerable
	Kind       Kind     `json:"kind"`
}

// Questions returns all questions: answerable ones in roughly the order of the
// article, then near misses, then foreign ones.
func Questions() ([]Question, error) {
	var all []Question
	d := json.NewDecoder(bytes.NewReader(questions))
	d.DisallowUnknownFields()
	for {
		var q Question
		err := d.Decode(&q)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("questions.jsonl: question %d: %w", len(all)+1, err)
		}
		all = append(all, q)
	}
}
