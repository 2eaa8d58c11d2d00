package library_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// childEnv makes this test binary run a task in a second process. Its value is
// the task and a path, such as "write /tmp/footnote.db".
const childEnv = "FOOTNOTE_LIBRARY_TEST_CHILD"

func TestMain(m *testing.M) {
	if task, path, ok := strings.Cut(os.Getenv(childEnv), " "); ok {
		if err := child(task, path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	removeBench()
	os.Exit(code)
}

func child(task, path string) error {
	switch task {
	case "write":
		return writeForEver(path)
	case "lock":
		return lock(path)
	case "read":
		return readOnce(path)
	case "add":
		return addOnce(path)
	case "open-read":
		return openOnce(path, library.Options{ReadOnly: true})
	case "open-write":
		return openOnce(path, library.Options{})
	}
	return fmt.Errorf("unknown task %q", task)
}

// versioned returns a version of an article. Each of its one to nine chunks
// names the version, so that a mixture of two versions is detected.
func versioned(id, version int) rag.Document {
	rnd := rand.New(rand.NewPCG(uint64(id), uint64(version)))
	var text strings.Builder
	for i := range 1 + rnd.IntN(9) {
		if i > 0 {
			text.WriteString("\n\n")
		}
		fmt.Fprintf(&text, "Paragraph %d of article %d in version %d says %d.", i, id, version, rnd.Uint64())
		text.WriteString(strings.Repeat(" More words to fill the page.", rnd.IntN(20)))
	}
	return rag.Document{ID: fmt.Sprintf("article%02d", id), Title: fmt.Sprintf("Version %d", version), Text: text.String()}
}

// crashIDs is the number of articles in the crash test.
const crashIDs = 20

// writeForEver stores new versions of several articles, deletes some, and
// prints what it does before and after each update.
func writeForEver(path string) error {
	l, err := library.Open(path, library.Options{})
	if err != nil {
		return err
	}
	fmt.Println("open")
	rnd := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for {
		var put []rag.Entry
		var drop, done []string
		for _, id := range rnd.Perm(crashIDs)[:1+rnd.IntN(4)] {
			version := rnd.IntN(1_000_000)
			put = append(put, ragtest.Entry(versioned(id, version)))
			done = append(done, fmt.Sprintf("article%02d=%d", id, version))
		}
		if gone := fmt.Sprintf("article%02d", rnd.IntN(crashIDs)); !strings.Contains(strings.Join(done, " "), gone) {
			drop = append(drop, gone)
			done = append(done, gone+"=none")
		}
		fmt.Println("begin", strings.Join(done, " "))
		if err := l.Update(ctx, put, drop); err != nil {
			return err
		}
		fmt.Println("done")
		if err := recordOne(l); err != nil {
			return err
		}
		if rnd.IntN(4) == 0 {
			if err := l.Optimize(ctx); err != nil {
				return err
			}
		}
	}
}

// recordOne writes a record of each kind with a unique number, and prints the
// number.
func recordOne(l *library.Library) error {
	n := strconv.FormatInt(time.Now().UnixNano(), 10)
	free, err := l.Claim(ctx, n, noon, after(time.Hour))
	if err != nil || !free {
		return fmt.Errorf("claim %s: %v, %w", n, free, err)
	}
	if err := errors.Join(
		l.AddMiss(ctx, rag.Miss{Question: n, Verdict: rag.Refused}),
		l.AddFeedback(ctx, rag.Feedback{Answer: n}),
		l.SetQuotas(ctx, noon, []rag.Quota{{Key: n, Until: after(time.Hour)}}),
		l.ChangeSettings(ctx, n, func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage(n), nil }),
	); err != nil {
		return err
	}
	fmt.Println("recorded", n)
	return nil
}

// checkRecorded checks that each number is recorded in every kind. It claims
// the numbers.
func checkRecorded(t *testing.T, l *library.Library, numbers []string) {
	t.Helper()
	gaps, err1 := l.Gaps(ctx, rag.Filter{})
	feedback, err2 := l.Feedback(ctx, rag.Filter{})
	quotas, err3 := l.Quotas(ctx, noon)
	scopes, err4 := l.SettingsScopes(ctx)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	stored := map[string]int{}
	for _, g := range gaps {
		stored[g.Question]++
	}
	for _, f := range feedback {
		stored[f.Answer]++
	}
	for _, q := range quotas {
		stored[q.Key]++
	}
	for _, s := range scopes {
		stored[s]++
	}
	for _, n := range numbers {
		free, err := l.Claim(ctx, n, noon, after(time.Hour))
		if err != nil || free || stored[n] != 4 {
			t.Errorf("%s is recorded in %d of 4 tables, claim is free: %v, %v", n, stored[n], free, err)
		}
	}
}

// TestKill kills a process that adds articles, 50 times.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	rnd := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[string]string{} // version by article ID; empty: deleted
	var recorded []string
	updates, cutOff := 0, 0
	for range 50 {
		word := "open"
		if rnd.IntN(6) == 0 { // perhaps while it creates the file
			path, word = filepath.Join(t.TempDir(), "footnote.db"), ""
			clear(acknowledged)
			recorded = nil
		}
		out := killed(t, path, word, time.Duration(rnd.IntN(80))*time.Millisecond)
		pending := map[string]string{}
		for line := range strings.Lines(out) {
			switch word, rest, _ := strings.Cut(strings.TrimSpace(line), " "); word {
			case "open":
			case "begin":
				clear(pending)
				for change := range strings.FieldsSeq(rest) {
					id, version, _ := strings.Cut(change, "=")
					pending[id] = strings.TrimSuffix(version, "none")
				}
			case "recorded":
				recorded = append(recorded, rest)
			case "done":
				updates++
				for id, version := range pending {
					acknowledged[id] = version
				}
				clear(pending)
			default:
				t.Fatalf("unexpected output of the writer: %q", line)
			}
		}
		if len(pending) > 0 {
			cutOff++
		}
		acknowledged = checkKilled(t, path, acknowledged, pending, recorded)
	}
	if updates == 0 {
		t.Error("no update finished before a kill")
	}
	t.Logf("50 kills: %d updates finished, %d were cut off, %d records in the last file", updates, cutOff, len(recorded))
}

// killed starts a writer and kills it. It waits for the given time after the
// first line that begins with word, or after the start if word is empty. It
// returns the output.
func killed(t *testing.T, path, word string, after time.Duration) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"=write "+path)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) }
	if word == "" {
		kill()
	}
	var said strings.Builder
	for lines := bufio.NewReader(stdout); ; {
		line, err := lines.ReadString('\n')
		if err != nil { // end of output; ignore an incomplete line
			break
		}
		said.WriteString(line)
		if strings.HasPrefix(line, word) && word != "" {
			kill()
			word = ""
		}
	}
	_ = cmd.Wait() // always an error after a kill
	return said.String()
}

// checkKilled opens the library after a kill and checks that it has what was
// acknowledged and recorded, and either all pending changes or none. It returns
// the stored version of each article.
func checkKilled(t *testing.T, path string, acknowledged, pending map[string]string, recorded []string) map[string]string {
	t.Helper()
	l, err := library.Open(path, library.Options{})
	if err != nil {
		t.Fatalf("Open after a kill: %v", err)
	}
	defer l.Close()
	checkRecorded(t, l, recorded)
	wrong, err := l.Verify(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
	infos, err := l.List(ctx, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]string{}
	for _, i := range infos {
		var id, version int
		_, idErr := fmt.Sscanf(i.ID, "article%d", &id)
		_, titleErr := fmt.Sscanf(i.Title, "Version %d", &version)
		if err := errors.Join(idErr, titleErr); err != nil {
			t.Errorf("%s, %q: %v", i.ID, i.Title, err)
		}
		stored[i.ID] = strconv.Itoa(version)
		want := ragtest.Entry(versioned(id, version))
		got, err := l.Document(ctx, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != want.Document.Text || i.Chunks != len(want.Chunks) {
			t.Errorf("%s is incomplete", i.ID)
		}
		last := len(want.Chunks) - 1
		hits, err := l.Nearest(ctx, want.Vectors[last], 1, rag.Filter{})
		if err != nil || len(hits) != 1 || hits[0].Chunk.Text != want.Chunks[last].Text {
			t.Errorf("Nearest for the last chunk of %s did not return it: %v", i.ID, err)
		}
	}
	var applied, missing []string
	for id, version := range pending {
		switch {
		case acknowledged[id] == version: // no change
		case stored[id] == version:
			applied = append(applied, id)
		case stored[id] == acknowledged[id]:
			missing = append(missing, id)
		default:
			t.Errorf("%s has version %q, neither the old nor the new one", id, stored[id])
		}
	}
	if len(applied) > 0 && len(missing) > 0 {
		t.Errorf("killed update was applied to %v but not to %v", applied, missing)
	}
	for id, version := range acknowledged {
		if _, open := pending[id]; !open && stored[id] != version {
			t.Errorf("%s has version %q, want the acknowledged %q", id, stored[id], version)
		}
	}
	return stored
}
