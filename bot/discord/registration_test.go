package discord_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discordtest"
)

// TestRegistration checks that commands are registered only if they have changed.
func TestRegistration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	var puts atomic.Int32
	w.Fault(func(r *http.Request) int {
		if r.Method == http.MethodPut {
			puts.Add(1)
		}
		return 0
	})
	restart := func() {
		t.Helper()
		if err := w.halt(); err != nil {
			t.Fatal(err)
		}
		w.start()
	}
	w.start()
	want := []string{"ask", "gaps", "forget-me", "footnote", "Answer this", "Add as a source"}
	if d := cmp.Diff(want, w.Commands()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	contexts := []string{"ask [0] [0 1]", "gaps [0] [0]", "forget-me [0] [0 1]", "footnote [0] [0]", "Answer this [0] [0 1]", "Add as a source [0] [0]"}
	if d := cmp.Diff(contexts, w.Contexts()); d != "" {
		t.Errorf("contexts (-want +got):\n%s", d)
	}
	restart()
	if n := puts.Load(); n != 1 {
		t.Errorf("registered %d times, want once", n)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.API+"/v10/applications/"+w.BotID()+"/commands", strings.NewReader(`[{"name":"old","description":"of another version"}]`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+w.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	restart()
	if d := cmp.Diff(want, w.Commands()); d != "" {
		t.Errorf("after other commands were registered (-want +got):\n%s", d)
	}
}
