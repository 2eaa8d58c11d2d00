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

// A test that needs a second process runs this test binary again with childEnv
// set to what it is to do and where, as in "write /tmp/footnote.db".
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

// versioned is a version of an article: from one to nine chunks that name it,
// so that a mixture of two versions is seen.
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

// crashIDs is how many articles there are in the crash test.
const crashIDs = 20

// writeForEver puts new versions of articles, several at once, drops some,
// and says what it has done after each update.
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

// recordOne records something of each kind under a number of its own, and says
// so.
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

// checkRecorded says which of the numbers is not recorded in every kind. It
// claims them.
func checkRecorded(t *testing.T, l *library.Library, numbers []string) {
	t.Helper()
	gaps, err1 := l.Gaps(ctx, rag.Filter{})
	feedback, err2 := l.Feedback(ctx, rag.Filter{})
	quotas, err3 := l.Quotas(ctx, noon)
	scopes, err4 := l.SettingsScopes(ctx)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	held := map[string]int{}
	for _, g := range gaps {
		held[g.Question]++
	}
	for _, f := range feedback {
		held[f.Answer]++
	}
	for _, q := range quotas {
		held[q.Key]++
	}
	for _, s := range scopes {
		held[s]++
	}
	for _, n := range numbers {
		free, err := l.Claim(ctx, n, noon, after(time.Hour))
		if err != nil || free || held[n] != 4 {
			t.Errorf("%s was recorded, and is %d times; free: %v, %v", n, held[n], free, err)
		}
	}
}

// TestKill kills a process that is adding articles, fifty times.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	rnd := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[string]string{} // the version of each article; empty: none
	var recorded []string
	updates, cutOff := 0, 0
	for range 50 {
		word := "open"
		if rnd.IntN(6) == 0 { // perhaps while it makes the file
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
				t.Fatalf("the writer says %q", line)
			}
		}
		if len(pending) > 0 {
			cutOff++
		}
		acknowledged = checkKilled(t, path, acknowledged, pending, recorded)
	}
	if updates == 0 {
		t.Error("no update was done before any of the kills")
	}
	t.Logf("%d updates were done and %d cut off in 50 kills, and %d times something was recorded in the last file", updates, cutOff, len(recorded))
}

// killed starts a writer, kills it some time after it has said a word of the
// given kind, or after its start if that is empty, and returns what it said.
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
	kill := func() { time.AfterFunc(after, func() { cmd.Process.Kill() }) }
	if word == "" {
		kill()
	}
	var said strings.Builder
	for lines := bufio.NewReader(stdout); ; {
		line, err := lines.ReadString('\n')
		if err != nil { // the end; a line that was cut off counts for nothing
			break
		}
		said.WriteString(line)
		if strings.HasPrefix(line, word) && word != "" {
			kill()
			word = ""
		}
	}
	cmd.Wait() // it was killed, so this is an error
	return said.String()
}

// checkKilled opens what a killed writer left. It must hold what was
// acknowledged and recorded, with all of the pending changes or none. It returns
// what it holds.
func checkKilled(t *testing.T, path string, acknowledged, pending map[string]string, recorded []string) map[string]string {
	t.Helper()
	l, err := library.Open(path, library.Options{})
	if err != nil {
		t.Fatalf("after a kill: %v", err)
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
	held := map[string]string{}
	for _, i := range infos {
		var id, version int
		fmt.Sscanf(i.ID, "article%d", &id)
		fmt.Sscanf(i.Title, "Version %d", &version)
		held[i.ID] = fmt.Sprint(version)
		want := ragtest.Entry(versioned(id, version))
		got, err := l.Document(ctx, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != want.Document.Text || i.Chunks != len(want.Chunks) {
			t.Errorf("%s is not whole", i.ID)
		}
		last := len(want.Chunks) - 1
		hits, err := l.Nearest(ctx, want.Vectors[last], 1, rag.Filter{})
		if err != nil || len(hits) != 1 || hits[0].Chunk.Text != want.Chunks[last].Text {
			t.Errorf("the last chunk of %s is not the nearest to its own vector: %v", i.ID, err)
		}
	}
	var applied, missing []string
	for id, version := range pending {
		switch {
		case acknowledged[id] == version: // no change
		case held[id] == version:
			applied = append(applied, id)
		case held[id] == acknowledged[id]:
			missing = append(missing, id)
		default:
			t.Errorf("%s is in version %q, neither the old nor the new", id, held[id])
		}
	}
	if len(applied) > 0 && len(missing) > 0 {
		t.Errorf("of an update that was killed %v is there and %v is not", applied, missing)
	}
	for id, version := range acknowledged {
		if _, open := pending[id]; !open && held[id] != version {
			t.Errorf("%s is in version %q, and %q was acknowledged", id, held[id], version)
		}
	}
	return held
}
