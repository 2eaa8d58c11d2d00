package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"footnote/rag"
)

// loadSQuAD reads the JSON format of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016,
// 2018). Each paragraph becomes an article, whose id is the title and the
// paragraph's number under it.
func loadSQuAD(path string) (Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Set{}, err
	}
	var in struct {
		Data []struct {
			Title      string `json:"title"`
			Paragraphs []struct {
				Context string `json:"context"`
				QAs     []struct {
					ID         string                  `json:"id"`
					Question   string                  `json:"question"`
					Answers    []struct{ Text string } `json:"answers"`
					Impossible bool                    `json:"is_impossible"`
				} `json:"qas"`
			} `json:"paragraphs"`
		} `json:"data"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return Set{}, fmt.Errorf("%s:%d: %w", path, lineAt(b, offset(err, len(b))), err)
	}
	if in.Data == nil {
		return Set{}, fmt.Errorf("%s: %w: the field \"data\" of SQuAD's format is missing", path, ErrNotSet)
	}
	s := Set{Name: strings.TrimSuffix(filepath.Base(path), ".json")}
	seen, ids := map[string]bool{}, map[string]bool{}
	for _, title := range in.Data {
		for i, p := range title.Paragraphs {
			doc := fmt.Sprintf("%s_%03d", title.Title, i)
			for n := 2; ids[doc]; n++ { // a title can occur twice
				doc = fmt.Sprintf("%s_%03d.%d", title.Title, i, n)
			}
			ids[doc] = true
			s.Articles = append(s.Articles, rag.Document{ID: doc, Source: doc, Title: strings.ReplaceAll(title.Title, "_", " "), Text: p.Context})
			for _, in := range p.QAs {
				q := Question{ID: in.ID, Text: in.Question, Answerable: !in.Impossible, Kind: "answerable"}
				q.where = path
				for _, a := range in.Answers {
					q.Answers = append(q.Answers, a.Text)
				}
				if q.Answerable {
					q.Relevant = map[string]int{doc: 1}
				} else {
					q.Kind, q.Answers = "unanswerable", nil
				}
				err := s.add(q, seen)
				if err == nil && q.Answerable && len(q.Answers) == 0 {
					err = fmt.Errorf("question %q has no gold answer: add answers or set \"is_impossible\": true", q.ID)
				}
				if err != nil {
					return Set{}, fmt.Errorf("%s:%d: %w", path, lineOf(b, q.ID), err)
				}
			}
		}
	}
	switch {
	case len(s.Articles) == 0:
		return Set{}, fmt.Errorf("%s: no articles", path)
	case len(s.Questions) == 0:
		return Set{}, fmt.Errorf("%s: no questions", path)
	}
	return s, nil
}

// offset returns the byte offset of an error of encoding/json, or end if it has
// none.
func offset(err error, end int) int {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return int(syntax.Offset)
	case errors.As(err, &kind):
		return int(kind.Offset)
	}
	return end
}

// lineAt returns the line number, from 1, of a byte offset.
func lineAt(b []byte, offset int) int { return 1 + bytes.Count(b[:min(offset, len(b))], []byte("\n")) }

// lineOf returns the number of the last line with an id: for a duplicate, the
// line of the second.
func lineOf(b []byte, id string) int {
	return lineAt(b, max(0, bytes.LastIndex(b, []byte(strconv.Quote(id)))))
}
