package model

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ollamaContext is what Ollama gives a model whose file does not say, in tokens.
const ollamaContext = 4096

var numCtx = regexp.MustCompile(`(?m)^num_ctx\s+(\d+)$`)

// Context is how many tokens the model reads and writes together, as far as
// its server says: an Ollama does, and cuts a longer text without a word. 0 if
// it is not known.
func (m *Model) Context(ctx context.Context) int {
	at := m.guard.at
	if at.provider != "ollama" || m.inner == nil {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]string{"model": at.model})
	if err != nil {
		return 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(at.base, "/v1")+"/api/show", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client(at).Do(req)
	if err != nil { // whoever asks the model next is told
		return 0
	}
	defer resp.Body.Close()
	var shown struct {
		Parameters string
		ModelInfo  map[string]any `json:"model_info"`
	}
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, maxReply)).Decode(&shown) != nil {
		return 0
	}
	if s := numCtx.FindStringSubmatch(shown.Parameters); s != nil {
		n, err := strconv.Atoi(s[1])
		if err == nil && n > 0 {
			return n
		}
	}
	for key, v := range shown.ModelInfo {
		if n, ok := v.(float64); ok && strings.HasSuffix(key, ".context_length") && n > 0 && n < ollamaContext {
			return int(n)
		}
	}
	return ollamaContext
}
