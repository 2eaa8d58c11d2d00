package model_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"footnote/rag/model"
)

func TestContext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, spec, reply string
		status, want      int
	}{
		{"set in the model file", "ollama/x", `{"parameters":"stop \"<|im_end|>\"\nnum_ctx    2048\nnum_thread 1","model_info":{"llama.context_length":8192}}`, 200, 2048},
		{"the server's default", "ollama/x", `{"parameters":"","model_info":{"llama.context_length":131072}}`, 200, 4096},
		{"a small model", "ollama/x", `{"model_info":{"bert.context_length":512,"bert.block_count":6}}`, 200, 512},
		{"not given", "ollama/x", `{}`, 200, 4096},
		{"not numbers", "ollama/x", `{"model_info":{"x.context_length":"many"},"parameters":"num_ctx -3"}`, 200, 4096},
		{"not JSON", "ollama/x", `<html>`, 200, 0},
		{"another server", "ollama/x", `404 page not found`, 404, 0},
		{"another provider", "openai/x", `{"parameters":"num_ctx 2048"}`, 200, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/api/show" {
					t.Errorf("path %s", r.URL.Path)
				}
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.reply)
			}))
			defer server.Close()
			m, err := model.Open(tt.spec, model.Config{BaseURL: server.URL, Getenv: env()})
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Context(t.Context()); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
			server.Close()
			if got := m.Context(t.Context()); got != 0 {
				t.Errorf("server closed: got %d, want 0", got)
			}
		})
	}
}
