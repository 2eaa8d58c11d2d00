package eval

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"footnote/rag"
)

// loadBEIR reads corpus.jsonl, queries.jsonl and qrels/test.tsv of a folder
// (Thakur et al. 2021).
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
			return fmt.Errorf("article id %q is missing or there twice", in.ID)
		}
		published, _ := date(in.Date) // sets have dates of many forms; of another, it is not known
		ids[in.ID] = true
		s.Articles = append(s.Articles, rag.Document{ID: in.ID, Source: in.ID, Title: in.Title, Text: in.Text, URL: in.URL, Published: published})
		return nil
	})
	if err == nil && len(s.Articles) == 0 {
		err = fmt.Errorf("%s: no articles", path)
	}
	return ids, err
}

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

func (s *Set) readQrels(path string, articles map[string]bool) error {
	at := map[string]int{}
	for i, q := range s.Questions {
		at[q.ID] = i
	}
	first := true
	return readLines(path, func(line []byte, _ string) error {
		head := first
		first = false
		f := strings.Split(string(line), "\t")
		if len(f) != 3 {
			return fmt.Errorf("%d columns, not query-id, corpus-id and score", len(f))
		}
		score, err := strconv.Atoi(f[2])
		if err != nil && head {
			return nil // the names of the columns
		}
		i, known := at[f[0]]
		switch {
		case err != nil:
			return fmt.Errorf("score %q is no whole number", f[2])
		case !known:
			return fmt.Errorf("no question %q", f[0])
		case !articles[f[1]]:
			return fmt.Errorf("no article %q", f[1])
		}
		q := &s.Questions[i]
		if _, twice := q.Relevant[f[1]]; twice {
			return fmt.Errorf("question %q and article %q are there twice", f[0], f[1])
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

// texts reads a text or a list of them.
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

// evidence reads a text, a list of texts, or a list of {doc, fact}.
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
