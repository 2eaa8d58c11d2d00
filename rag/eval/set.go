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
	Articles  []rag.Document // none: the questions are about a library of the person's own
	Questions []Question
}

// Question is one question of a set and what is known of its answer: it has
// relevant articles, or answers, or is not answerable.
type Question struct {
	ID         string
	Text       string
	Answers    []string       // any of these is right; nil if not known
	Answerable bool           // whether the articles hold the answer
	Kind       string         // as the set calls it; empty if it does not
	Date       time.Time      // when it is asked; zero if not known
	Relevant   map[string]int // article id → how relevant, above 0; nil if not known
	Evidence   []string       // the articles' words that bear the answer; nil if not known

	docs  []string // articles as the set names them, for Resolve
	where string   // file and line, for errors
}

// ErrNotSet is returned, wrapped, for a path that is no set of questions.
var ErrNotSet = errors.New("not a set of questions")

// Load reads a set: a folder in BEIR's form, questions about a library of the
// person's own in a file that ends in .jsonl, or SQuAD's JSON in one that ends
// in .json. Its errors name the file and the line.
func Load(path string) (Set, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Set{}, missing(path)
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
	return Set{}, fmt.Errorf("%s: %w: neither a folder nor .jsonl nor .json", path, ErrNotSet)
}

// Resolve turns the articles that questions name into ids of a library, by
// find. Its error names the file and the line of a question whose article find
// does not know. The set of [Load] is left as it is.
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

// Sample gives the set with n of its questions, always the same ones, in their
// order; the set itself if it has no more. All articles stay.
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

// Hash identifies the questions and what is known of their answers, so that
// two runs can be told to have asked the same. It does not cover the articles;
// Resolve changes it.
func (s Set) Hash() string {
	h := sha256.New()
	for _, q := range s.Questions {
		b, err := json.Marshal([]any{q, q.docs})
		if err != nil {
			panic(err) // strings, numbers and a time
		}
		h.Write(append(b, '\n'))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// ArticlesHash identifies the articles of a set.
func (s Set) ArticlesHash() string {
	h := sha256.New()
	for _, d := range s.Articles {
		h.Write([]byte(d.ID + "\x00" + d.Hash() + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// add appends a question that is sound.
func (s *Set) add(q Question, seen map[string]bool) error {
	if _, twice := seen[q.ID]; q.ID == "" || twice {
		return fmt.Errorf("question id %q is missing or there twice", q.ID)
	}
	if strings.TrimSpace(q.Text) == "" {
		return fmt.Errorf("question %q has no text", q.ID)
	}
	seen[q.ID] = true
	s.Questions = append(s.Questions, q)
	return nil
}

// checkGold refuses a question of which nothing is known.
func (q Question) checkGold() error {
	if !q.Answerable || len(q.Relevant)+len(q.docs)+len(q.Answers) > 0 {
		return nil
	}
	return fmt.Errorf("%s: question %q has no gold: neither an article that is relevant nor an answer, and it is not marked as unanswerable", q.where, q.ID)
}

func missing(path string) error { return fmt.Errorf("%s: there is no such file", path) }

// readLines calls f with each line of a file that is not empty, and its place.
func readLines(path string, f func(line []byte, where string) error) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return missing(path)
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

// date reads the forms of date that sets have.
func date(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("date %q is not of the form 2024-05-01", s)
}
