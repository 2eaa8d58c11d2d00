package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"footnote/rag/model"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// embeddings returns a server whose vectors encode the length of the text and the
// number of its line ends. It appends the size of each batch to sizes.
func embeddings(t *testing.T, sizes *[]int) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		if r.URL.Path != "/v1/embeddings" || body.Model != "e" {
			t.Errorf("path %s, model %s", r.URL.Path, body.Model)
		}
		*sizes = append(*sizes, len(body.Input))
		var data []string
		for _, s := range body.Input {
			data = append(data, fmt.Sprintf(`{"embedding":[%d,%d]}`, 3*len(s), 4*len(s)+strings.Count(s, "\n")))
		}
		fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(data, ","))
	}))
}

func TestEmbedDocuments(t *testing.T) {
	t.Parallel()
	var sizes []int
	server := embeddings(t, &sizes)
	defer server.Close()
	e, err := model.OpenEmbedder("ollama/e", model.Config{BaseURL: server.URL, Getenv: env()})
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, 130)
	for i := range texts {
		texts[i] = strings.Repeat("x", i+1)
	}
	texts[129] = "a\nb\nc"
	before := slices.Clone(texts)
	got, err := e.EmbedDocuments(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	want := make([][]float32, 130)
	for i := range want {
		want[i] = []float32{.6, .8}
	}
	want[129] = []float32{.5633, .8262} // 15, 22
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-4)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, texts); diff != "" {
		t.Errorf("the caller's texts (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff([]int{64, 64, 2}, sizes); diff != "" {
		t.Errorf("batches (-want +got):\n%s", diff)
	}
	if got, err := e.EmbedDocuments(context.Background(), nil); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
	if e.Name() != "ollama/e" {
		t.Errorf("name %q", e.Name())
	}
}

func TestEmbedderPrefixes(t *testing.T) {
	t.Parallel()
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		got = append(got, body.Input...)
		fmt.Fprint(w, `{"data":[{"embedding":[3,4]}]}`)
	}))
	defer server.Close()
	e, err := model.OpenEmbedder("ollama/nomic-embed-text:v1.5", model.Config{BaseURL: server.URL, Getenv: env()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.EmbedQuery(context.Background(), "How late?"); err != nil {
		t.Error(err)
	}
	if _, err := e.EmbedDocuments(context.Background(), []string{"It left late."}); err != nil {
		t.Error(err)
	}
	want := []string{"search_query: How late?", "search_document: It left late."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want, got := `ollama/nomic-embed-text:v1.5 ("search_query: ", "search_document: ")`, e.Name(); want != got {
		t.Errorf("name %s, want %s", got, want)
	}
}

func TestEmbedderFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		replies  []string // a number is a status
		want     string
		requests int
	}{
		{"overloaded, then works", []string{"503", `{"data":[{"embedding":[3,4]}]}`}, "[0.6 0.8]", 2},
		{"unknown model", []string{"404"}, "ollama/e: SERVER does not have this model (download it with `ollama pull e`)", 1},
		{"too few", []string{`{"data":[]}`}, "ollama/e: the reply of SERVER does not follow OpenAI's protocol (check the address; it usually ends in /v1)", 1},
		{"zero", []string{`{"data":[{"embedding":[0,0]}]}`}, "ollama/e: the vectors are not usable: one is zero or not finite (choose another embedder)", 1},
		{"empty vector", []string{`{"data":[{"embedding":[]}]}`}, "ollama/e: the vectors are not usable: one is zero or not finite (choose another embedder)", 1},
		{"null", []string{`{"data":[null]}`}, "ollama/e: the vectors are not usable: one is zero or not finite (choose another embedder)", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				reply := tt.replies[min(requests, len(tt.replies)-1)]
				requests++
				var status int
				if n, _ := fmt.Sscanf(reply, "%d", &status); n == 1 {
					w.WriteHeader(status)
					reply = `{"error":"model"}`
				}
				fmt.Fprint(w, reply)
			}))
			defer server.Close()
			e, err := model.OpenEmbedder("ollama/e", model.Config{BaseURL: server.URL, Getenv: env()})
			if err != nil {
				t.Fatal(err)
			}
			v, err := e.EmbedQuery(context.Background(), "x")
			got := fmt.Sprint(v)
			if err, ok := errors.AsType[*model.Error](err); ok {
				got = strings.ReplaceAll(err.Error()+" ("+err.Hint()+")", server.URL+"/v1", "SERVER")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if requests != tt.requests {
				t.Errorf("%d requests, want %d", requests, tt.requests)
			}
		})
	}
}

func TestDimensionsStay(t *testing.T) {
	t.Parallel()
	replies := []string{`{"data":[{"embedding":[3,4]}]}`, `{"data":[{"embedding":[1,2,2]}]}`}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, replies[0])
		replies = replies[1:]
	}))
	defer server.Close()
	e, err := model.OpenEmbedder("openai/e", model.Config{BaseURL: server.URL, Getenv: env()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.EmbedQuery(context.Background(), "x"); err != nil {
		t.Fatal(err)
	}
	_, err = e.EmbedQuery(context.Background(), "x")
	want := "openai/e: the vectors are not usable: one has 3 dimensions, the others 2"
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOpenEmbedderRefuses(t *testing.T) {
	t.Parallel()
	_, err := model.OpenEmbedder("anthropic/x", model.Config{Getenv: env("ANTHROPIC_API_KEY", "k")})
	if diff := cmp.Diff("anthropic/x: Anthropic has no embedders", fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
