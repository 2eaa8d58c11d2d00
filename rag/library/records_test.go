package library_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/library"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return noon.Add(d) }

func fresh(t *testing.T) *library.Library {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "footnote.db"), library.Options{})
}

func person(t *testing.T, l *library.Library, id string) rag.Person {
	t.Helper()
	who, err := l.Person(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func in(collections ...string) rag.Filter { return rag.Filter{Collections: collections} }

func TestPerson(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	a, b := open(t, path, library.Options{}), open(t, path, library.Options{})
	ann := person(t, a, "discord/1")
	if got := person(t, b, "discord/1"); got != ann {
		t.Errorf("hash is %s in another open library, want %s", got, ann)
	}
	if got := person(t, open(t, path, library.Options{ReadOnly: true}), "discord/1"); got != ann {
		t.Errorf("hash is %s in a read-only library, want %s", got, ann)
	}
	if got := person(t, fresh(t), "discord/1"); got == ann {
		t.Error("two libraries have the same hash for a person")
	}
	if got := person(t, a, "discord/2"); got == ann || len(got) != 32 {
		t.Errorf("hash of another person is %q, want 32 different digits", got)
	}
	if got := person(t, a, ""); got != "" {
		t.Errorf("hash of an empty ID is %q, want an empty one", got)
	}
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	ann, bob := person(t, l, "ann"), person(t, l, "bob")
	first := rag.Feedback{Answer: "m1", Who: ann, Question: "Why?", Text: "Because. [1]", Verdict: rag.Nearest,
		Docs: []string{"a", "b"}, Filter: in("coast"), Reason: "wrong source\nand old", At: noon}
	second := rag.Feedback{Answer: "m1", Who: bob, Good: true, At: after(time.Second)}
	third := rag.Feedback{Answer: "m2", Who: bob, Filter: in("", "inland"), At: after(time.Minute)}
	changed := first
	changed.Good, changed.Reason = true, ""
	for _, f := range []rag.Feedback{third, second, first, changed} {
		if err := l.AddFeedback(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		sees rag.Filter
		want []rag.Feedback
	}{
		{"all", in(), []rag.Feedback{changed, second, third}},
		{"one collection", in("coast"), []rag.Feedback{changed}},
		{"part of a scope", in("inland"), nil},
		{"whole scope and more", in("inland", "", "x"), []rag.Feedback{third}},
		{"other collection", in("harbour"), nil},
	} {
		got, err := l.Feedback(ctx, test.sees)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	put(t, l, rag.Document{ID: "ferry", Title: "Ferry", Collection: "coast", Text: "The ferry runs daily."},
		rag.Document{ID: "train", Title: "Train", Collection: "inland", Text: "The train runs daily."})
	ann, bob := person(t, l, "ann"), person(t, l, "bob")
	miss := func(m rag.Miss) {
		t.Helper()
		if err := l.AddMiss(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	miss(rag.Miss{Question: "What does the FERRY cost?", Filter: in("coast"), Verdict: rag.Refused, Who: ann, At: noon})
	miss(rag.Miss{Question: "what does the ferry cost", Filter: in("coast", "coast"), Verdict: rag.Nearest, Nearest: "ferry", Who: bob, At: after(time.Hour)})
	miss(rag.Miss{Question: "What does the ferry cost?", Filter: in("inland", "coast"), Verdict: rag.Nearest, Nearest: "train", Who: bob, At: after(2 * time.Hour)})
	miss(rag.Miss{Question: "Who is the mayor?", Private: true, Verdict: rag.Refused, Nearest: "gone", At: after(3 * time.Hour)})
	miss(rag.Miss{Question: "🤷?!", Verdict: rag.Refused})
	ferry := rag.Gap{ID: 1, Question: "What does the FERRY cost?", Times: 2, First: noon, Last: after(time.Hour), Verdict: rag.Nearest, Nearest: "ferry", Filter: in("coast")}
	both := rag.Gap{ID: 2, Question: "What does the ferry cost?", Times: 1, First: after(2 * time.Hour), Last: after(2 * time.Hour), Verdict: rag.Nearest, Nearest: "train", Filter: in("coast", "inland")}
	mayor := rag.Gap{ID: 3, Times: 1, First: after(3 * time.Hour), Last: after(3 * time.Hour), Verdict: rag.Refused}
	check := func(name string, f rag.Filter, want ...rag.Gap) {
		t.Helper()
		got, err := l.Gaps(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	check("all", in(), ferry, mayor, both)
	check("coast", in("coast"), ferry)
	check("inland", in("inland"))
	check("both", in("inland", "coast"), ferry, both)

	// An article closes the question for every filter that selects it, and for
	// no other.
	if err := l.CloseGap(ctx, 2, "train", after(4*time.Hour)); err != nil {
		t.Fatal(err)
	}
	both.Closed, both.ClosedBy = after(4*time.Hour), "train"
	check("closed by an article of one collection", in(), ferry, mayor, both)
	if err := l.CloseGap(ctx, 1, "ferry", after(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	ferry.Closed, ferry.ClosedBy = after(5*time.Hour), "ferry"
	both.Closed, both.ClosedBy = after(5*time.Hour), "ferry"
	check("closed by an article of both filters", in(), ferry, mayor, both)

	// A gap that is asked again opens, unless it was closed without an article.
	if err := l.CloseGap(ctx, 3, "", after(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	mayor.Closed = after(5 * time.Hour)
	miss(rag.Miss{Question: "Who is the mayor?", Verdict: rag.Refused, Who: ann, At: after(6 * time.Hour)})
	miss(rag.Miss{Question: "What does the ferry cost?", Filter: in("coast"), Verdict: rag.Refused, Who: ann, At: after(6 * time.Hour)})
	mayor.Times, mayor.Last, mayor.Question = 2, after(6*time.Hour), "Who is the mayor?"
	ferry.Times, ferry.Last, ferry.Closed, ferry.ClosedBy, ferry.Nearest, ferry.Verdict = 3, after(6*time.Hour), time.Time{}, "", "", rag.Refused
	check("asked again", in(), ferry, mayor, both)
	if err := l.OpenGap(ctx, 3); err != nil {
		t.Fatal(err)
	}
	mayor.Closed = time.Time{}
	check("opened again", in(), ferry, mayor, both)

	// A gap does not name an article that its reader can no longer see.
	if err := l.CloseGap(ctx, 1, "ferry", after(7*time.Hour)); err != nil {
		t.Fatal(err)
	}
	put(t, l, rag.Document{ID: "ferry", Title: "Ferry", Collection: "secret", Text: "The ferry runs daily."})
	closed := ferry
	closed.Closed, closed.ClosedBy = after(7*time.Hour), ""
	check("after the article changed its collection", in("coast"), closed)
	if err := l.OpenGap(ctx, 1); err != nil {
		t.Fatal(err)
	}
	both.Closed = after(7 * time.Hour)

	// A gap does not name a deleted article.
	if err := l.Update(ctx, nil, []string{"train", "ferry"}); err != nil {
		t.Fatal(err)
	}
	both.Nearest, both.ClosedBy = "", ""
	check("after the articles were deleted", in(), ferry, mayor, both)

	// Forget leaves only what others asked too.
	if n, err := l.Forget(ctx, bob); err != nil || n != 2 {
		t.Errorf("Forget = %d, %v, want 2", n, err)
	}
	ferry.Times = 2
	check("after one person was forgotten", in(), ferry, mayor)
	if err := l.DropGap(ctx, mayor.ID); err != nil {
		t.Fatal(err)
	}
	check("after a gap was deleted", in(), ferry)
	if wrong, err := l.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("Verify: %v, %v", wrong, err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	set := func(scope, document string) error {
		return l.ChangeSettings(ctx, scope, func(json.RawMessage) (json.RawMessage, error) {
			if document == "" {
				return nil, nil
			}
			return json.RawMessage(document), nil
		})
	}
	check := func(want map[string]string) {
		t.Helper()
		scopes, err := l.SettingsScopes(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, s := range scopes {
			document, err := l.Settings(ctx, s)
			if err != nil {
				t.Fatal(err)
			}
			got[s] = string(document)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("settings (-want +got):\n%s", d)
		}
	}
	check(map[string]string{})
	for _, s := range [][2]string{{"guild/1", `{"a": 1}`}, {"guild/2", `null`}, {"guild/1", `{"a": 2}`}} {
		if err := set(s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	check(map[string]string{"guild/1": `{"a": 2}`, "guild/2": `null`})
	wrong := errors.New("wrong")
	for name, err := range map[string]error{
		"not JSON": set("guild/1", `{`),
		"no scope": set("", `{}`),
		"too long": set("guild/1", `"`+strings.Repeat("x", 1<<20)+`"`),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := l.ChangeSettings(ctx, "guild/1", func(json.RawMessage) (json.RawMessage, error) { return nil, wrong }); !errors.Is(err, wrong) {
		t.Errorf("ChangeSettings with a failing change: %v, want its error", err)
	}
	if err := set("guild/2", ""); err != nil {
		t.Fatal(err)
	}
	check(map[string]string{"guild/1": `{"a": 2}`})
	if got, err := l.Settings(ctx, "guild/2"); got != nil || err != nil {
		t.Errorf("deleted settings are %s, %v, want nil", got, err)
	}
}

// TestSettingsAtOnce checks that no change is lost if several open libraries
// write settings.
func TestSettingsAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	var group sync.WaitGroup
	const libraries, each = 3, 20
	for range libraries {
		l := open(t, path, library.Options{})
		for range each {
			group.Go(func() {
				err := l.ChangeSettings(ctx, "n", func(old json.RawMessage) (json.RawMessage, error) {
					n := 0
					if old != nil {
						if err := json.Unmarshal(old, &n); err != nil {
							return nil, err
						}
					}
					return json.Marshal(n + 1)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	got, err := open(t, path, library.Options{}).Settings(ctx, "n")
	if want := strconv.Itoa(libraries * each); err != nil || string(got) != want {
		t.Errorf("counted %s changes, %v, want %s", got, err, want)
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	l := open(t, path, library.Options{})
	for _, step := range []struct {
		key        string
		now, until time.Duration
		want       bool
	}{
		{"message/1", 0, time.Hour, true},
		{"message/1", time.Minute, 2 * time.Hour, false},
		{"message/2", time.Minute, time.Hour, true},
		{"message/1", time.Hour - time.Millisecond, 3 * time.Hour, false},
		{"message/1", time.Hour, 3 * time.Hour, true},
		{"message/1", 2 * time.Hour, 3 * time.Hour, false},
	} {
		got, err := l.Claim(ctx, step.key, after(step.now), after(step.until))
		if err != nil || got != step.want {
			t.Errorf("Claim of %s after %v = %v, %v, want %v", step.key, step.now, got, err, step.want)
		}
	}
	// Only one of many concurrent claims succeeds, across two open libraries.
	other := open(t, path, library.Options{})
	var group sync.WaitGroup
	var mu sync.Mutex
	won := map[string]int{}
	for i := range 60 {
		group.Go(func() {
			key := fmt.Sprint("interaction/", i%3)
			free, err := []*library.Library{l, other}[i%2].Claim(ctx, key, noon, after(time.Hour))
			if err != nil {
				t.Error(err)
			}
			if free {
				mu.Lock()
				won[key]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if d := cmp.Diff(map[string]int{"interaction/0": 1, "interaction/1": 1, "interaction/2": 1}, won); d != "" {
		t.Errorf("claims (-want +got):\n%s", d)
	}
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	ann := person(t, l, "ann")
	hers := rag.Quota{Key: "person/" + string(ann), Who: ann, Tokens: 2.5, At: noon, Until: after(time.Hour)}
	channel := rag.Quota{Key: "channel/1", Tokens: -1, At: noon, Until: after(time.Minute)}
	set := func(now time.Duration, levels ...rag.Quota) {
		t.Helper()
		if err := l.SetQuotas(ctx, after(now), levels); err != nil {
			t.Fatal(err)
		}
	}
	check := func(now time.Duration, want ...rag.Quota) {
		t.Helper()
		got, err := l.Quotas(ctx, after(now))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("levels after %v (-want +got):\n%s", now, d)
		}
	}
	set(0, hers, channel)
	check(0, channel, hers)
	check(time.Minute, hers)
	hers.Tokens, hers.At = 1, after(time.Second)
	set(time.Minute, hers)
	check(0, hers) // SetQuotas deleted the expired level
	if n, err := l.Forget(ctx, ann); n != 0 || err != nil {
		t.Errorf("Forget = %d, %v, want 0", n, err)
	}
	check(0)
}

// TestRecordsRefused checks that invalid records cause an error and leave
// nothing behind.
func TestRecordsRefused(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	reader := open(t, l.Path(), library.Options{ReadOnly: true})
	long := strings.Repeat("x", 65<<10)
	miss := rag.Miss{Question: "Why?", Verdict: rag.Refused}
	keep := func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage("1"), nil }
	_, noKey := l.Claim(ctx, "", noon, after(1))
	_, ended := l.Claim(ctx, "k", noon, noon)
	_, nobody := l.Forget(ctx, "")
	_, claim := reader.Claim(ctx, "k", noon, after(time.Hour))
	_, forget := reader.Forget(ctx, "x")
	_, hash := reader.Person(ctx, "ann")
	for name, test := range map[string]struct {
		got, want error // want nil: any error
	}{
		"feedback without answer": {l.AddFeedback(ctx, rag.Feedback{Reason: "bad"}), nil},
		"feedback too long":       {l.AddFeedback(ctx, rag.Feedback{Answer: "m", Reason: long}), nil},
		"miss too long":           {l.AddMiss(ctx, rag.Miss{Question: long}), nil},
		"claim without key":       {noKey, nil},
		"claim without duration":  {ended, nil},
		"forget without person":   {nobody, nil},
		"quota level NaN":         {l.SetQuotas(ctx, noon, []rag.Quota{{Key: "k", Tokens: math.NaN()}}), nil},
		"quota level infinite":    {l.SetQuotas(ctx, noon, []rag.Quota{{Key: "k", Tokens: math.Inf(1)}}), nil},
		"quota without key":       {l.SetQuotas(ctx, noon, []rag.Quota{{Tokens: 1}}), nil},
		"close unknown gap":       {l.CloseGap(ctx, 7, "", noon), rag.ErrNoGap},
		"delete unknown gap":      {l.DropGap(ctx, 7), rag.ErrNoGap},
		"open unknown gap":        {l.OpenGap(ctx, 7), rag.ErrNoGap},
		"read-only: person":       {hash, fs.ErrPermission},
		"read-only: feedback":     {reader.AddFeedback(ctx, rag.Feedback{Answer: "m"}), fs.ErrPermission},
		"read-only: miss":         {reader.AddMiss(ctx, miss), fs.ErrPermission},
		"read-only: settings":     {reader.ChangeSettings(ctx, "s", keep), fs.ErrPermission},
		"read-only: claim":        {claim, fs.ErrPermission},
		"read-only: quotas":       {reader.SetQuotas(ctx, noon, nil), fs.ErrPermission},
		"read-only: forget":       {forget, fs.ErrPermission},
	} {
		if test.got == nil || test.want != nil && !errors.Is(test.got, test.want) {
			t.Errorf("%s: error %v, want %v (nil: any)", name, test.got, test.want)
		}
	}
	if err := l.AddMiss(ctx, miss); err != nil {
		t.Fatal(err)
	}
	if err := l.CloseGap(ctx, 1, "no article", noon); !errors.Is(err, rag.ErrNotFound) {
		t.Errorf("CloseGap with an unknown article: %v, want rag.ErrNotFound", err)
	}
	feedback, err := reader.Feedback(ctx, in())
	gaps, err2 := reader.Gaps(ctx, in())
	levels, err3 := reader.Quotas(ctx, noon)
	scopes, err4 := reader.SettingsScopes(ctx)
	if err := errors.Join(err, err2, err3, err4); err != nil || len(feedback)+len(levels)+len(scopes) > 0 || len(gaps) != 1 || !gaps[0].Closed.IsZero() {
		t.Errorf("records after refused writes: feedback %v, gaps %v, quotas %v, scopes %v, %v", feedback, gaps, levels, scopes, err)
	}
}

// old creates a library with version 1 of the schema.
func old(t *testing.T) string {
	t.Helper()
	path := made(t, "a space")
	script(t, path, `
		DROP TABLE salt; DROP TABLE feedback; DROP TABLE asks; DROP TABLE gaps; DROP TABLE settings; DROP TABLE marks; DROP TABLE quotas;
		DROP TABLE versions; DROP TABLE links; DROP TABLE traces; DROP TABLE stems;
		ALTER TABLE articles DROP COLUMN author; ALTER TABLE articles DROP COLUMN site;
		ALTER TABLE articles DROP COLUMN language; ALTER TABLE articles DROP COLUMN print;
		PRAGMA user_version = 1`)
	return path
}

// TestOldLibrary checks that a library with an old schema keeps its articles
// and accepts records.
func TestOldLibrary(t *testing.T) {
	t.Parallel()
	for _, opts := range []library.Options{{}, {ReadOnly: true}} {
		path := old(t)
		before := open(t, path, opts)
		whole(t, before, 12, 1)
		l := open(t, path, library.Options{})
		if err := l.AddMiss(ctx, rag.Miss{Question: "Why?", Verdict: rag.Refused}); err != nil {
			t.Fatal(err)
		}
		if gaps, err := before.Gaps(ctx, in()); err != nil || len(gaps) != 1 {
			t.Errorf("%+v: Gaps = %v, %v, want one", opts, gaps, err)
		}
		whole(t, l, 12, 1)
	}
}
