// Package eval measures footnote: sets of questions, metrics and runs.
package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"footnote/rag"
)

// Set is a set of questions, and the articles that they are about.
type Set struct {
	Name      string
	Articles  []rag.Document
	Questions []Question
}

// Question is one question of a set and what is known of its answer.
type Question struct {
	ID         string
	Text       string
	Answers    []string       // any of these is right; nil if not known
	Answerable bool           // whether the articles hold the answer
	Kind       string         // as the set calls it
	Date       time.Time      // when it is asked; zero if not known
	Relevant   map[string]int // article id → how relevant, above 0; nil if not known
}

// Load reads a set from a folder in BEIR's form: corpus.jsonl, queries.jsonl
// and qrels/test.tsv. Its errors name the file and the line.
func Load(dir string) (Set, error) {
	s := Set{Name: filepath.Base(filepath.Clean(dir))}
	articles := map[string]bool{}
	err := readLines(filepath.Join(dir, "corpus.jsonl"), func(line []byte) error {
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
		if in.ID == "" || articles[in.ID] {
			return fmt.Errorf("article id %q is missing or there twice", in.ID)
		}
		articles[in.ID] = true
		s.Articles = append(s.Articles, rag.Document{ID: in.ID, Source: in.ID, Title: in.Title, Text: in.Text, URL: in.URL, Published: date(in.Date)})
		return nil
	})
	if err != nil {
		return Set{}, err
	}
	if len(s.Articles) == 0 {
		return Set{}, fmt.Errorf("%s: no articles", filepath.Join(dir, "corpus.jsonl"))
	}
	at := map[string]int{}
	err = readLines(filepath.Join(dir, "queries.jsonl"), func(line []byte) error {
		var in struct {
			ID         string   `json:"_id"`
			Text       string   `json:"text"`
			Answers    []string `json:"answers"`
			Answerable *bool    `json:"answerable"`
			Type       string   `json:"type"`
			Date       string   `json:"date"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return err
		}
		if _, twice := at[in.ID]; in.ID == "" || twice {
			return fmt.Errorf("question id %q is missing or there twice", in.ID)
		}
		if strings.TrimSpace(in.Text) == "" {
			return fmt.Errorf("question %q has no text", in.ID)
		}
		at[in.ID] = len(s.Questions)
		s.Questions = append(s.Questions, Question{ID: in.ID, Text: in.Text, Answers: in.Answers, Kind: in.Type, Date: date(in.Date),
			Answerable: in.Answerable == nil || *in.Answerable})
		return nil
	})
	if err != nil {
		return Set{}, err
	}
	first := true
	return s, readLines(filepath.Join(dir, "qrels", "test.tsv"), func(line []byte) error {
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
			return err
		case !known:
			return fmt.Errorf("no question %q", f[0])
		case !articles[f[1]]:
			return fmt.Errorf("no article %q", f[1])
		}
		if q := &s.Questions[i]; score > 0 {
			if q.Relevant == nil {
				q.Relevant = map[string]int{}
			}
			q.Relevant[f[1]] = score
		}
		return nil
	})
}

// Source yields the articles of the set.
func (s Set) Source() rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, d := range s.Articles {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// readLines calls f with each line of a file that is not empty.
func readLines(path string, f func([]byte) error) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file", path)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		if text := strings.TrimRight(line, "\r\n"); strings.TrimSpace(text) != "" {
			if err := f([]byte(text)); err != nil {
				return fmt.Errorf("%s:%d: %w", path, n, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

// date reads the forms of date that sets have; zero for any other.
func date(s string) time.Time {
	for _, form := range []string{time.RFC3339, time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(form, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
