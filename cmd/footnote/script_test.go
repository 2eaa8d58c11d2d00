package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"footnote": main})
}

// TestScript runs the command line as a person does. Each script has a home of
// its own; the sample's library is made once and shared, as it is between the
// runs of a person.
func TestScript(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("XDG_CACHE_HOME", cache)
			for _, key := range []string{"FOOTNOTE_LIBRARY", "FOOTNOTE_MODEL", "FOOTNOTE_OFFLINE", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST"} {
				e.Setenv(key, "")
			}
			return os.MkdirAll(home, 0o700)
		},
	})
}
