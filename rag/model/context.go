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

// ollamaContext is the context in tokens that Ollama uses when the model's file
// sets none.
const ollamaContext = 4096

var numCtx = regexp.MustCompile(`(?m)^num_ctx\s+(\d+)$`)

// Context returns how many tokens the model reads and writes together, or 0 if
// the server does not say. Ollama does, and it truncates a longer text without
// reporting that.
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
	if err != nil { // the next call of the model reports it
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
