package eval

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"footnote/rag"
)

// Set is a set of questions, and the articles that they are about.
type Set struct {
	Name      string
	Articles  []rag.Document // nil: the questions are about the user's own library
	Questions []Question
}

// Question is one question of a set. It has relevant articles or gold answers, or
// it is not answerable.
type Question struct {
	ID         string
	Text       string
	Answers    []string       // gold answers, each of them right; nil if not known
	Answerable bool           // whether the articles contain the answer
	Kind       string         // the set's name for this type of question; empty if it has none
	Date       time.Time      // when the question is asked; zero if not known
	Relevant   map[string]int // article id → how relevant, above 0; nil if not known
	Evidence   []string       // words of the articles that support the answer; nil if not known

	docs  []string // names of articles, for Resolve
	where string   // file and line, for errors
}

// ErrNotSet is returned, wrapped, for a path that is not a set of questions.
var ErrNotSet = errors.New("not a set of questions")

// Load reads a set of questions from a folder in BEIR's format, a .jsonl file of
// questions about the user's own library, or a .json file in SQuAD's format. Its
// errors name the file and the line.
func Load(path string) (Set, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Set{}, fileNotFound(path)
	case err != nil:
		return Set{}, err
	case info.IsDir():
		return loadBEIR(path)
	}
	switch filepath.Ext(path) {
	case ".jsonl":
		return loadLines(path)
	case ".json":
		return loadSQuAD(path)
	}
	return Set{}, fmt.Errorf("%s: %w: it is neither a folder nor a .jsonl or .json file", path, ErrNotSet)
}

// Resolve returns the set with the articles that its questions name looked up in
// a library. find returns the id of an article. An error of find is returned
// with the file and line of the question. The receiver does not change.
func (s Set) Resolve(find func(name string) (id string, err error)) (Set, error) {
	s.Questions = slices.Clone(s.Questions)
	for i := range s.Questions {
		q := &s.Questions[i]
		if len(q.docs) == 0 {
			continue
		}
		q.Relevant = map[string]int{}
		for _, name := range q.docs {
			id, err := find(name)
			if err != nil {
				return Set{}, fmt.Errorf("%s: %w", q.where, err)
			}
			q.Relevant[id] = 1
		}
	}
	return s, nil
}

// Sample returns the set with n of its questions, in their order, and all its
// articles. It always draws the same ones. A set with n questions or fewer is
// returned unchanged.
func (s Set) Sample(n int) Set {
	if n >= len(s.Questions) {
		return s
	}
	chosen := rand.New(rand.NewPCG(Seed, uint64(n))).Perm(len(s.Questions))[:n]
	slices.Sort(chosen)
	var questions []Question
	for _, i := range chosen {
		questions = append(questions, s.Questions[i])
	}
	s.Questions = questions
	return s
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

// Hash returns a hash of the questions and their gold answers. Two runs with the
// same hash asked the same questions. The hash does not cover the articles, and
// Resolve changes it.
func (s Set) Hash() string {
	h := sha256.New()
	for _, q := range s.Questions {
		b, err := json.Marshal([]any{q, q.docs})
		if err != nil {
			panic(err) // impossible: strings, numbers and a time can be encoded
		}
		h.Write(append(b, '\n'))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// ArticlesHash returns a hash of the articles of a set.
func (s Set) ArticlesHash() string {
	h := sha256.New()
	for _, d := range s.Articles {
		h.Write([]byte(d.ID + "\x00" + d.Hash() + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// add appends a question. seen holds the ids so far. A question without an id or
// text, or with the id of another, is an error.
func (s *Set) add(q Question, seen map[string]bool) error {
	if _, twice := seen[q.ID]; q.ID == "" || twice {
		return fmt.Errorf("question id %q is missing or duplicate", q.ID)
	}
	if strings.TrimSpace(q.Text) == "" {
		return fmt.Errorf("question %q has no text", q.ID)
	}
	seen[q.ID] = true
	s.Questions = append(s.Questions, q)
	return nil
}

// checkGold returns an error for an answerable question without gold answers and
// relevant articles.
func (q Question) checkGold() error {
	if !q.Answerable || len(q.Relevant)+len(q.docs)+len(q.Answers) > 0 {
		return nil
	}
	return fmt.Errorf("%s: question %q has no gold answer: add a relevant article or an answer, or mark it as unanswerable", q.where, q.ID)
}

func fileNotFound(path string) error { return fmt.Errorf("%s: file not found", path) }

// readLines calls f with each line of a file that is not blank, and with the
// file and number of the line. It strips a byte order mark. An error of f ends
// the reading and is returned with file and line.
func readLines(path string, f func(line []byte, where string) error) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fileNotFound(path)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		where := fmt.Sprintf("%s:%d", path, n)
		if text := strings.TrimRight(line, "\r\n"); strings.TrimSpace(text) != "" {
			if n == 1 {
				text = strings.TrimPrefix(text, "\ufeff")
			}
			if err := f([]byte(text), where); err != nil {
				return fmt.Errorf("%s: %w", where, err)
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

// date parses the date formats of question sets. An empty text is the zero time.
func date(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("date %q is not in the format 2024-05-01", s)
}
