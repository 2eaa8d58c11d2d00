package seeds_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/seeds"
)

// TestArticles checks that the articles have not changed.
func TestArticles(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"lukashenko-sochi-2020.txt": "6ae3e34d642579bc292372e6a5a7a2a26bae282e7d8735bd1ad38685bb83f4de",
	}
	got := map[string]string{}
	for name, text := range read(t) {
		sum := sha256.Sum256([]byte(text))
		got[name] = hex.EncodeToString(sum[:])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SHA-256 of the articles (-want +got):\n%s", diff)
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	all, err := seeds.Questions()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(slices.Collect(maps.Values(read(t))), "\n")
	count := map[seeds.Kind]int{}
	ids, texts := map[string]bool{}, map[string]bool{}
	for _, q := range all {
		count[q.Kind]++
		if q.ID == "" || ids[q.ID] {
			t.Errorf("%q: ID %q is empty or a duplicate", q.Text, q.ID)
		}
		if strings.TrimSpace(q.Text) != q.Text || !strings.HasSuffix(q.Text, "?") || texts[q.Text] {
			t.Errorf("%s: %q is not a question or is a duplicate", q.ID, q.Text)
		}
		ids[q.ID], texts[q.Text] = true, true
		if want := q.Kind == seeds.Answerable; q.Answerable != want || (len(q.Answers) > 0) != want || (len(q.Evidence) > 0) != want {
			t.Errorf("%s: kind %s, answerable %v, %d answers, %d pieces of evidence", q.ID, q.Kind, q.Answerable, len(q.Answers), len(q.Evidence))
		}
		for _, e := range q.Evidence {
			if e == "" || !strings.Contains(text, e) {
				t.Errorf("%s: no article contains the evidence %q", q.ID, e)
			}
		}
		for _, a := range q.Answers {
			if a == "" || !slices.ContainsFunc(q.Evidence, func(e string) bool { return strings.Contains(e, a) }) {
				t.Errorf("%s: the evidence does not contain the answer %q", q.ID, a)
			}
		}
	}
	want := map[seeds.Kind]int{seeds.Answerable: 50, seeds.NearMiss: 20, seeds.Foreign: 20}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("questions of each kind (-want +got):\n%s", diff)
	}
}

// read returns the text of each article by file name.
func read(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(seeds.Articles(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(seeds.Articles(), name)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
