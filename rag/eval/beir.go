package eval

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"footnote/rag"
)

// loadBEIR reads a folder in BEIR's format (Thakur et al. 2021): corpus.jsonl,
// queries.jsonl and qrels/test.tsv.
func loadBEIR(dir string) (Set, error) {
	s := Set{Name: filepath.Base(filepath.Clean(dir))}
	articles, err := s.readCorpus(filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return Set{}, err
	}
	if err := s.readQueries(filepath.Join(dir, "queries.jsonl")); err != nil {
		return Set{}, err
	}
	if err := s.readQrels(filepath.Join(dir, "qrels", "test.tsv"), articles); err != nil {
		return Set{}, err
	}
	for _, q := range s.Questions {
		if err := q.checkGold(); err != nil {
			return Set{}, err
		}
	}
	return s, nil
}

// readCorpus adds the articles of a file to the set, and returns their ids.
func (s *Set) readCorpus(path string) (ids map[string]bool, err error) {
	ids = map[string]bool{}
	err = readLines(path, func(line []byte, _ string) error {
		var in struct {
			ID    string `json:"_id"`
			Title string `json:"title"`
			Text  string `json:"text"`
			URL   string `json:"url"`
			Date  string `json:"date"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return err
		}
		if in.ID == "" || ids[in.ID] {
			return fmt.Errorf("article id %q is missing or duplicate", in.ID)
		}
		published, _ := date(in.Date) // public sets have dates in many formats: one that can't be read counts as unknown
		ids[in.ID] = true
		s.Articles = append(s.Articles, rag.Document{ID: in.ID, Source: in.ID, Title: in.Title, Text: in.Text, URL: in.URL, Published: published})
		return nil
	})
	if err == nil && len(s.Articles) == 0 {
		err = fmt.Errorf("%s: no articles", path)
	}
	return ids, err
}

// readQueries adds the questions of a file to the set. A question is answerable
// unless the file says that it is not.
func (s *Set) readQueries(path string) error {
	seen := map[string]bool{}
	err := readLines(path, func(line []byte, where string) error {
		var in struct {
			ID         string   `json:"_id"`
			Text       string   `json:"text"`
			Answers    texts    `json:"answers"`
			Answerable *bool    `json:"answerable"`
			Type       string   `json:"type"`
			Date       string   `json:"date"`
			Evidence   evidence `json:"evidence"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return err
		}
		day, err := date(in.Date)
		if err != nil {
			return err
		}
		return s.add(Question{ID: in.ID, Text: in.Text, Answers: in.Answers, Answerable: in.Answerable == nil || *in.Answerable,
			Kind: in.Type, Date: day, Evidence: in.Evidence, where: where}, seen)
	})
	if err == nil && len(s.Questions) == 0 {
		err = fmt.Errorf("%s: no questions", path)
	}
	return err
}

// readQrels reads which articles are relevant to which questions. A first line
// without a number is a header. A score of 0 or less means not relevant.
func (s *Set) readQrels(path string, articles map[string]bool) error {
	at := map[string]int{}
	for i, q := range s.Questions {
		at[q.ID] = i
	}
	first := true
	return readLines(path, func(line []byte, _ string) error {
		header := first
		first = false
		f := strings.Split(string(line), "\t")
		if len(f) != 3 {
			return fmt.Errorf("%d columns instead of 3: query-id, corpus-id and score", len(f))
		}
		score, err := strconv.Atoi(f[2])
		if err != nil && header {
			return nil
		}
		i, known := at[f[0]]
		switch {
		case err != nil:
			return fmt.Errorf("score %q is not a whole number", f[2])
		case !known:
			return fmt.Errorf("unknown question %q", f[0])
		case !articles[f[1]]:
			return fmt.Errorf("unknown article %q", f[1])
		}
		q := &s.Questions[i]
		if _, twice := q.Relevant[f[1]]; twice {
			return fmt.Errorf("question %q with article %q is a duplicate", f[0], f[1])
		}
		if score > 0 {
			if q.Relevant == nil {
				q.Relevant = map[string]int{}
			}
			q.Relevant[f[1]] = score
		}
		return nil
	})
}

// texts reads from JSON a string or a list of strings. An empty string gives an
// empty list.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = nil
		if one != "" {
			*t = texts{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// evidence reads from JSON a string, a list of strings, or a list of objects
// with the field "fact".
type evidence []string

func (e *evidence) UnmarshalJSON(b []byte) error {
	var facts []struct {
		Fact string `json:"fact"`
	}
	if json.Unmarshal(b, &facts) != nil {
		return (*texts)(e).UnmarshalJSON(b)
	}
	*e = nil
	for _, f := range facts {
		*e = append(*e, f.Fact)
	}
	return nil
}
