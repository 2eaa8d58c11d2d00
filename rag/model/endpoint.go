package model

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint is a model and the server that runs it.
type endpoint struct {
	spec     string // PROVIDER/MODEL, as given to Open
	provider string
	model    string
	base     string // URL up to /v1, without a slash at the end
	own      bool   // whether base is the provider's own server
	key      string // empty: no key is sent
	keyVar   string // environment variable of the key; empty if the provider has none
}

// provider holds a provider's address and its environment variables.
type provider struct{ base, baseVar, keyVar string }

var providers = map[string]provider{
	"openai":    {"https://api.openai.com/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY"},
	"anthropic": {"https://api.anthropic.com/v1", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"},
	"ollama":    {"http://127.0.0.1:11434/v1", "", ""},
}

// locate returns the endpoint that spec names. It sends no request.
func locate(spec string, cfg Config) (endpoint, error) {
	name, model, found := strings.Cut(strings.TrimSpace(spec), "/")
	p, known := providers[name]
	switch {
	case !found || !known:
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("unknown model %q", spec),
			Fix: "write openai/NAME, anthropic/NAME or ollama/NAME, for example ollama/llama3.2; for another server write openai/NAME and set --base-url",
		}
	case model == "":
		return endpoint{}, &Error{
			Msg: fmt.Sprintf("model %q has no name after the slash", spec),
			Fix: "write PROVIDER/NAME, for example ollama/llama3.2",
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
			Msg: at.spec + ": the server's address is not a URL",
			Fix: "write an address such as http://127.0.0.1:8080/v1",
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
			Fix: "choose a model of this machine, for example ollama/llama3.2, or no model; or leave out --offline",
		}
	}

	if p.keyVar != "" {
		at.key = strings.TrimSpace(cfg.Getenv(p.keyVar))
		if at.key == "" && at.own {
			return endpoint{}, &Error{
				Msg: at.spec + " needs a key",
				Fix: fmt.Sprintf("set %s; or run a model on this machine, for example ollama/llama3.2", p.keyVar),
			}
		}
	}
	return at, nil
}

// onThisMachine reports whether host is this machine, without a DNS query:
// a loopback address, localhost, or a name under .localhost (RFC 6761, section
// 6.3).
func onThisMachine(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// ollamaURL returns the base URL for a value of OLLAMA_HOST, or "" for none. It
// follows Ollama's own client (envconfig.Host in Ollama's source): the scheme,
// the host and the port are each optional, and an unspecified address such as
// 0.0.0.0 means this machine.
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

// token returns the key for langchaingo, which refuses an empty one.
func (at endpoint) token() string {
	if at.key == "" {
		return "none"
	}
	return at.key
}

// where returns the address without password and query, fit to be shown.
func (at endpoint) where() string {
	u, err := url.Parse(at.base)
	if err != nil {
		return at.spec
	}
	return u.Scheme + "://" + u.Host + u.Path
}
