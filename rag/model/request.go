package model

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// habits are what a server taught by refusing requests. A Model keeps them for
// later requests. A value is not changed once it is shared.
type habits struct {
	// params maps a parameter that the server refuses to the one to send
	// instead, or to "" to send none.
	params map[string]string
	// merge puts the system message into the user's, because the model has no
	// system role.
	merge bool
	// roomy gives replies more tokens, because the model thinks.
	roomy bool
	// unopened expects replies that begin in a thought without its tag.
	unopened bool
}

// systemRole stands for the system message among the names of parameters.
const systemRole = "system role"

// successors are other names of a parameter.
var successors = map[string]string{
	"max_tokens":            "max_completion_tokens",
	"max_completion_tokens": "max_tokens",
}

// without returns h for a server that refused a parameter.
func (h habits) without(param string) habits {
	if param == systemRole {
		h.merge = true
		return h
	}
	h.params = maps.Clone(h.params)
	if h.params == nil {
		h.params = map[string]string{}
	}
	for old, now := range h.params {
		if now == param { // the other name is refused too
			h.params[old] = ""
			return h
		}
	}
	h.params[param] = successors[param]
	if param == "stream" {
		h.params["stream_options"] = ""
	}
	return h
}

// required are the parameters that a request cannot do without.
func (at endpoint) required() []string {
	if at.provider == "anthropic" {
		return []string{"model", "messages", "system", "max_tokens"}
	}
	return []string{"model", "messages"}
}

// rewrite returns the body of a chat request with temperature set to the given
// value, or removed if it is nil, and with the parameters that h asks for.
// langchaingo sends a temperature even if the caller gave none. rewrite also
// returns the parameters that it sends and that are not required. A body that is
// not a JSON object is returned unchanged.
func (h habits) rewrite(body []byte, temperature *float64, required []string) (rewritten []byte, sent []string) {
	var params map[string]json.RawMessage
	if json.Unmarshal(body, &params) != nil || params == nil {
		return body, nil
	}
	delete(params, "temperature")
	if temperature != nil {
		if value, err := json.Marshal(*temperature); err == nil {
			params["temperature"] = value
		}
	}
	for old, now := range h.params {
		value, found := params[old]
		delete(params, old)
		if found && now != "" {
			params[now] = value
		}
	}
	merged, system := mergeSystem(params["messages"])
	if system && h.merge {
		params["messages"] = merged
	}
	rewritten, err := json.Marshal(params)
	if err != nil {
		return body, nil
	}
	for name := range params {
		if !slices.Contains(required, name) {
			sent = append(sent, name)
		}
	}
	slices.Sort(sent)
	if system && !h.merge {
		sent = append(sent, systemRole)
	}
	return rewritten, sent
}

// mergeSystem returns the messages with the system message in front of the text
// of the one that follows, and whether there was one.
func mergeSystem(messages json.RawMessage) (json.RawMessage, bool) {
	var list []map[string]any
	if json.Unmarshal(messages, &list) != nil || len(list) < 2 || list[0]["role"] != "system" {
		return messages, false
	}
	system, ok := list[0]["content"].(string)
	text, ok2 := list[1]["content"].(string)
	if !ok || !ok2 {
		return messages, false
	}
	list[1]["content"] = system + "\n\n" + text
	merged, err := json.Marshal(list[1:])
	return merged, err == nil
}

// noSystemRole matches what servers say of a model without a system role. The
// templates of such models complain of the order of the roles instead.
var noSystemRole = regexp.MustCompile(`(?i)\b(?:system|developer)\b.{0,40}\b(?:not|n't|unsupported|only)\b|\bnot\b.{0,20}\bsupport.{0,20}\b(?:system|developer)\b|\broles must alternate\b`)

// refused returns which of the sent parameters a server names in its refusal of
// a request, or "". Servers name it in "param", as the place of a validation
// error, or somewhere in their message.
func refused(status int, body []byte, sent []string) string {
	if status != http.StatusBadRequest && status != http.StatusUnprocessableEntity && status != http.StatusInternalServerError {
		return ""
	}
	var said refusal
	var v any
	if json.Unmarshal(body, &v) == nil {
		said.read(v, 0)
	} else {
		said.texts = []string{string(body)}
	}
	if slices.Contains(sent, systemRole) && slices.ContainsFunc(said.texts, noSystemRole.MatchString) {
		return systemRole
	}
	if status == http.StatusInternalServerError { // llama.cpp: only a failed template
		return ""
	}
	for _, text := range append(said.names, said.texts...) {
		if name := mentioned(text, sent); name != "" {
			return name
		}
	}
	return ""
}

// refusal is what an error says.
type refusal struct {
	names []string // of parameters
	texts []string // in the order of their keys
}

// read collects what v says. It skips copies of the request, which name every
// parameter.
func (r *refusal) read(v any, depth int) {
	const deepest, longest = 8, 1000
	if depth > deepest {
		return
	}
	switch v := v.(type) {
	case string:
		var nested any
		if strings.HasPrefix(strings.TrimSpace(v), "{") && json.Unmarshal([]byte(v), &nested) == nil {
			r.read(nested, depth+1)
			return
		}
		r.texts = append(r.texts, v[:min(len(v), longest)])
	case []any:
		for _, e := range v {
			r.read(e, depth+1)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch key {
			case "input", "body", "request", "ctx", "url", "id", "model", "code", "type", "object":
			case "param":
				if s, ok := v[key].(string); ok {
					r.names = append(r.names, s)
				}
			case "loc":
				if place, ok := v[key].([]any); ok && len(place) > 0 {
					if s, ok := place[len(place)-1].(string); ok {
						r.names = append(r.names, s)
					}
				}
			default:
				r.read(v[key], depth+1)
			}
		}
	}
}

// mentioned returns the name that text mentions first, or "". A name may be
// written as in max_tokens, maxTokens or "max tokens".
func mentioned(text string, names []string) string {
	said := nameWords(text)
	for i := range said {
		found := ""
		for _, name := range names {
			words := strings.Split(name, "_")
			if i+len(words) <= len(said) && slices.Equal(words, said[i:i+len(words)]) && len(name) > len(found) {
				found = name // stream_options rather than stream
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

// nameWords splits text into words in lower case. A capital after a small letter
// begins a word.
func nameWords(text string) []string {
	var b bytes.Buffer
	small := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || unicode.IsUpper(r) && small {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Fields(b.String())
}
