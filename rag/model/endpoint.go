package model

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint is a model and the server that has it.
type endpoint struct {
	spec     string // as it was named: provider, slash, model
	provider string
	model    string
	base     string // with /v1, without a slash at the end
	own      bool   // base is the provider's own server
	key      string // empty: none is sent
	keyVar   string // the variable it is read from; empty: the provider has none
}

// provider is what footnote knows of one.
type provider struct{ base, baseVar, keyVar string }

var providers = map[string]provider{
	"openai":    {"https://api.openai.com/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY"},
	"anthropic": {"https://api.anthropic.com/v1", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"},
	"ollama":    {"http://127.0.0.1:11434/v1", "", ""},
}

// locate finds the endpoint of spec. It sends nothing.
func locate(spec string, cfg Config) (endpoint, error) {
	name, model, found := strings.Cut(strings.TrimSpace(spec), "/")
	p, known := providers[name]
	switch {
	case !found || !known:
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("unknown model %q", spec),
			Fix: "name it openai/NAME, anthropic/NAME or ollama/NAME, as in ollama/llama3.2; for another server write openai/NAME and give its --base-url",
		}
	case model == "":
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("model %q lacks a name after the slash", spec),
			Fix: "write it as in ollama/llama3.2",
		}
	}
	at := endpoint{spec: name + "/" + model, provider: name, model: model, keyVar: p.keyVar}

	base := cfg.BaseURL
	if base == "" && p.baseVar != "" {
		base = strings.TrimSpace(cfg.Getenv(p.baseVar))
	}
	if base == "" && name == "ollama" {
		base = ollamaURL(cfg.Getenv("OLLAMA_HOST"))
	}
	if base == "" {
		base = p.base
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("%s: its server's address is not a URL", at.spec),
			Fix: "write it as in http://127.0.0.1:8080/v1",
		}
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if u.Path == "" {
		u.Path = "/v1"
	}
	at.base = u.String()
	at.own = at.base == p.base

	if cfg.Offline && !onThisMachine(u.Hostname()) {
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("%s is at %s, and --offline lets nothing leave this machine", at.spec, u.Hostname()),
			Fix: "choose a model of this machine, as in ollama/llama3.2, or none; or leave --offline out",
		}
	}

	if p.keyVar != "" {
		at.key = strings.TrimSpace(cfg.Getenv(p.keyVar))
		if at.key == "" && at.own {
			return endpoint{}, &Error{
				Msg: fmt.Sprintf("%s needs a key", at.spec),
				Fix: fmt.Sprintf("set %s; or run a model on this machine, as in ollama/llama3.2", p.keyVar),
			}
		}
	}
	return at, nil
}

// onThisMachine reports whether a host is this machine, without asking a name
// server: localhost and what ends in it is (RFC 6761, section 6.3).
func onThisMachine(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// ollamaURL reads OLLAMA_HOST as Ollama's own client does: the scheme, the
// host and the port may each be left out, and an address to listen on
// everywhere means this machine (envconfig.Host in Ollama's source).
func ollamaURL(host string) string {
	host = strings.Trim(strings.TrimSpace(host), `"'`)
	if host == "" {
		return ""
	}
	scheme, rest, found := strings.Cut(host, "://")
	port := map[string]string{"http": "80", "https": "443"}[scheme]
	if !found {
		scheme, rest, port = "http", host, "11434"
	}
	rest, path, _ := strings.Cut(rest, "/")
	name := rest
	if h, p, err := net.SplitHostPort(rest); err == nil {
		name, port = h, p
	}
	name = strings.Trim(name, "[]")
	if ip := net.ParseIP(name); name == "" || ip != nil && ip.IsUnspecified() {
		name = "127.0.0.1"
	}
	u := url.URL{Scheme: scheme, Host: net.JoinHostPort(name, port), Path: "/" + path}
	if path := strings.TrimRight(u.Path, "/"); !strings.HasSuffix(path, "/v1") {
		u.Path = path + "/v1"
	}
	return u.String()
}

// token is what langchaingo is given for a key: it insists on one.
func (at endpoint) token() string {
	if at.key == "" {
		return "none"
	}
	return at.key
}

// where is the address as it may be shown: no password, no query.
func (at endpoint) where() string {
	u, err := url.Parse(at.base)
	if err != nil {
		return at.spec
	}
	return u.Scheme + "://" + u.Host + u.Path
}
