package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag/eval"
	"footnote/rag/ragtest"
)

const intro, byHand = "# Results\n\nAn introduction.\n\n", "\n## What was tried and left out\n\nBy hand.\n"

// tiny writes a folder with one question set, conversations and claims.
func tiny(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rgb/corpus.jsonl": `{"_id": "otter", "title": "Otters", "text": "Otters eat fish from the river.", "date": "2024-05-01"}` + "\n" +
			`{"_id": "heron", "title": "Herons", "text": "Herons stand in shallow water."}`,
		"rgb/queries.jsonl": `{"_id": "q1", "text": "What do otters eat?", "answers": ["fish"]}` + "\n" +
			`{"_id": "q2", "text": "How old is the moon?", "answerable": false}`,
		"rgb/qrels/test.tsv":     "q1\totter\t1\n",
		"followups/turns.jsonl":  `{"_id": "t1", "history": ["What do otters eat?"], "question": "Where do they live?", "standalone": "Where do otters live?"}`,
		"grounding/otters.jsonl": `{"claim": "Otters eat fish.", "evidence": ["Otters eat fish."], "label": 1}` + "\n" + `{"claim": "Otters eat 14 herons.", "evidence": ["Otters eat fish."], "label": 0}`,
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// editor edits the file by hand while the command writes its log.
type editor struct{ path string }

func (e editor) Write(b []byte) (int, error) {
	return len(b), os.WriteFile(e.path, []byte(intro+begin+"old\n"+end+byHand+"- Edited.\n"), 0o600)
}

// TestEditedMeanwhile checks that the part written by hand may be edited while the
// command measures, which takes minutes.
func TestEditedMeanwhile(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "RESULTS.md")
	if err := os.WriteFile(out, []byte(intro+begin+"old\n"+end+byHand), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (config{data: tiny(t), out: out, cache: t.TempDir(), sample: 1, embedder: ragtest.Embedder{}, log: editor{out}}).run(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, after, err := cutMeasured(string(b)); err != nil || after != byHand+"- Edited.\n" {
		t.Errorf("%v: the part written by hand is %q", err, after)
	}
}

// TestRun runs the whole command on a tiny set, with an embedder that needs no
// weights. A second run must write the same file.
func TestRun(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "RESULTS.md")
	if err := os.WriteFile(out, []byte(intro+begin+"old\n"+end+byHand), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := config{data: tiny(t), out: out, cache: t.TempDir(), sample: 1, embedder: ragtest.Embedder{}, log: &log}
	var last string
	for range 2 {
		if err := c.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if last != "" {
			if diff := cmp.Diff(last, string(b)); diff != "" {
				t.Errorf("the second run wrote another file (-first +second):\n%s", diff)
			}
		}
		last = string(b)
	}
	before, text, after, err := cutMeasured(last)
	if err != nil {
		t.Fatal(err)
	}
	if before != intro || after != byHand {
		t.Errorf("the parts written by hand changed to %q and %q", before, after)
	}
	blocks := checkMeasured(t, text)
	if !strings.Contains(blocks["Retrieval"], "ndcg@10") || strings.Contains(blocks["Retrieval"], "coverage") {
		t.Errorf("the section Retrieval has the wrong metrics:\n%s", blocks["Retrieval"])
	}
	if strings.Contains(blocks["Answers"], "ndcg@10") || strings.Contains(text, " ms ") {
		t.Errorf("the section Answers has metrics of retrieval, or timings:\n%s", blocks["Answers"])
	}
	if !strings.Contains(log.String(), "squad: not found") {
		t.Errorf("the log does not name the sets that are missing:\n%s", &log)
	}
}

func TestMarkers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", begin, end + begin, "# Results\n"} {
		if _, err := replaceMeasured(text, "new"); err == nil {
			t.Errorf("replaceMeasured(%q) returned no error", text)
		}
	}
}

// TestResults checks the file in the repository.
func TestResults(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../../../rag/eval/RESULTS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, after, err := cutMeasured(string(b))
	if err != nil {
		t.Fatal(err)
	}
	blocks := checkMeasured(t, text)
	for _, s := range questionSets {
		if !strings.Contains(blocks["Retrieval"], "\n"+s.name+": ") {
			t.Errorf("the section Retrieval has no table for %s", s.name)
		}
		if got := strings.Contains(blocks["Answers"], "\n"+s.name+": "); got != s.answer {
			t.Errorf("the section Answers has a table for %s: %v, want %v", s.name, got, s.answer)
		}
	}
	var metrics strings.Builder
	if err := writeMetrics(&metrics); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, metrics.String()) {
		t.Error("the section What the metrics mean differs from eval.Metrics; run the command again")
	}
	if !strings.HasPrefix(after, "\n## What was tried and left out\n") {
		t.Error("the section What was tried and left out does not follow the measured part")
	}
}

var (
	cell   = regexp.MustCompile(` {2,}`)
	number = regexp.MustCompile(`^\d+(\.\d+)?$`)
	ranges = regexp.MustCompile(`^\d+\.\d{3} to \d+\.\d{3}$`)
)

// checkMeasured checks that every section is there and every table can be read.
// It returns the tables of each section, as text.
func checkMeasured(t *testing.T, text string) map[string]string {
	t.Helper()
	blocks := map[string]string{}
	var got []string
	for _, part := range strings.Split("\n"+text, "\n## ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		got = append(got, name)
		for i, block := range strings.Split(body, "\n```") {
			if i%2 == 1 {
				block = strings.TrimPrefix(block, "text\n")
				blocks[name] += "\n" + block
				checkTable(t, name, strings.Split(block, "\n"))
			}
		}
	}
	if diff := cmp.Diff(sections, got); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
	return blocks
}

// checkTable checks the rows of a table: a name, then numbers.
func checkTable(t *testing.T, section string, lines []string) {
	t.Helper()
	isMetrics := section == "Retrieval" || section == "Answers"
	if isMetrics && len(lines) > 0 {
		lines = lines[1:] // the title
	}
	if len(lines) < 2 {
		t.Errorf("a table of %s has no rows", section)
		return
	}
	head := cell.Split(lines[0], -1)
	for _, line := range lines[1:] {
		row := cell.Split(line, -1)
		if isMetrics {
			if _, known := eval.MetricNamed(strings.TrimSuffix(row[0], " ↓")); !known || len(row) < 4 {
				t.Errorf("%s: not a row of a metric: %s", section, line)
				continue
			}
			row = row[:4]
		} else if len(row) != len(head) {
			t.Errorf("%s: %d cells under %d headings: %s", section, len(row), len(head), line)
		}
		for _, c := range row[1:] {
			if !number.MatchString(c) && !ranges.MatchString(c) && c != "answerable" && c != "unanswerable" {
				t.Errorf("%s: not a number: %q in %s", section, c, line)
			}
		}
	}
}
