package eval

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"

	"footnote/prompts"
)

// Judge asks a language model whether answers are right and supported. It keeps
// its verdicts in a file, by model and prompt, so that the same prompt is never
// paid for twice and always has the same verdict.
type Judge struct {
	name string
	ask  func(ctx context.Context, p prompts.Prompt) (reply string, err error)

	mu       sync.Mutex
	file     *os.File
	verdicts map[string]verdict
}

// verdict is the meaning of a judge's reply.
type verdict string

const (
	affirmed verdict = "yes"
	denied   verdict = "no"
	unclear  verdict = "unclear" // neither yes nor no; counts as no
)

// judgement is a line of the file of verdicts.
type judgement struct {
	Key     string  `json:"key"`
	Verdict verdict `json:"verdict"`
}

// OpenJudge returns a judge that keeps its verdicts in the file at path, which
// it makes if needed. ask sends a prompt to the model with that name.
func OpenJudge(name, path string, ask func(context.Context, prompts.Prompt) (string, error)) (*Judge, error) {
	j := &Judge{name: name, ask: ask, verdicts: map[string]verdict{}}
	if err := j.read(path); err != nil {
		return nil, err
	}
	var err error
	j.file, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return j, err
}

// Close closes the file of verdicts.
func (j *Judge) Close() error { return j.file.Close() }

// read loads the verdicts of a file. A missing file has none.
func (j *Judge) read(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	for in := bufio.NewScanner(f); ; {
		if !in.Scan() {
			return in.Err()
		}
		var x judgement
		if json.Unmarshal(in.Bytes(), &x) == nil && x.Verdict != "" { // a line that was cut off is skipped
			j.verdicts[x.Key] = x.Verdict
		}
	}
}

// verdictOn returns the verdict on a prompt: the one that is known, or the
// model's.
func (j *Judge) verdictOn(ctx context.Context, p prompts.Prompt) (verdict, error) {
	sum := sha256.Sum256([]byte(j.name + "\x00" + p.System + "\x00" + p.User))
	key := hex.EncodeToString(sum[:16])
	j.mu.Lock()
	known := j.verdicts[key]
	j.mu.Unlock()
	if known != "" {
		return known, nil
	}
	reply, err := j.ask(ctx, p)
	if err != nil {
		return "", err
	}
	v := readVerdict(reply)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.verdicts[key] = v
	b, err := json.Marshal(judgement{key, v})
	if err != nil {
		return "", err
	}
	_, err = j.file.Write(append(b, '\n'))
	return v, err
}

// readVerdict reads the first word of a reply, after the model's thoughts.
func readVerdict(reply string) verdict {
	if i := strings.LastIndex(reply, "</think>"); i >= 0 {
		reply = reply[i+len("</think>"):]
	}
	words := normalWords(reply)
	if len(words) > 0 && (words[0] == string(affirmed) || words[0] == string(denied)) {
		return verdict(words[0])
	}
	return unclear
}

// judge adds the judge's metrics to a result: whether the answer is right, and
// the share of its sentences that follow from their quotes. A refusal is not
// right and has no sentences to judge.
func (j *Judge) judge(ctx context.Context, r *Result, q Question, said []statement) error {
	asked, decided := 0., 0.
	says := func(p prompts.Prompt) (bool, error) {
		v, err := j.verdictOn(ctx, p)
		asked++
		decided += indicator(v != unclear)
		return v == affirmed, err
	}
	if q.Answerable && len(q.Answers) > 0 {
		right := false
		if !r.Refused {
			var err error
			if right, err = says(prompts.JudgeCorrect{Question: q.Text, Right: q.Answers, Answer: sentences(said)}.Render()); err != nil {
				return err
			}
		}
		r.Metrics["judge_correct"] = indicator(right)
	}
	if !r.Refused && len(said) > 0 {
		follow := 0.
		for _, s := range said {
			ok, err := says(prompts.JudgeFollows{Sentence: s.text, Quotes: s.quotes}.Render())
			if err != nil {
				return err
			}
			follow += indicator(ok)
		}
		r.Metrics["judge_supported"] = follow / float64(len(said))
	}
	if asked > 0 {
		r.Metrics["judge_clear"] = decided / asked
	}
	return nil
}

// Agreement is how often a metric of the judge agrees with one that needs no
// judge.
type Agreement struct {
	Judge  string  `json:"judge"`
	Metric string  `json:"metric"`
	Kappa  float64 `json:"kappa"` // Cohen's: 1 if they always agree, 0 if as often as by chance
	N      int     `json:"n"`     // questions
}

// agreements compares each metric of the judge with the most similar other
// metric. A share counts as yes if it is 1.
func agreements(results []Result) []Agreement {
	var all []Agreement
	for _, pair := range [][2]string{{"judge_correct", "answer_contained"}, {"judge_supported", "citation_recall"}} {
		var a, b []bool
		for _, r := range results {
			x, okX := r.Metrics[pair[0]]
			y, okY := r.Metrics[pair[1]]
			if okX && okY {
				a, b = append(a, x == 1), append(b, y == 1)
			}
		}
		if len(a) > 0 {
			all = append(all, Agreement{pair[0], pair[1], Kappa(a, b), len(a)})
		}
	}
	return all
}

// Kappa returns Cohen's kappa: how often two judges agree, corrected for chance
// (Cohen 1960). It returns 1 if both always give the same single verdict, and 0
// if a and b are empty. a and b must have the same length.
func Kappa(a, b []bool) float64 {
	if len(a) == 0 {
		return 0
	}
	n, same, yesA, yesB := float64(len(a)), 0., 0., 0.
	for i := range a {
		same += indicator(a[i] == b[i])
		yesA += indicator(a[i])
		yesB += indicator(b[i])
	}
	chance := (yesA*yesB + (n-yesA)*(n-yesB)) / (n * n)
	if chance == 1 {
		return 1
	}
	return (same/n - chance) / (1 - chance)
}
