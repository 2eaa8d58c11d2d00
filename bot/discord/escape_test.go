package discord

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain text":                         "plain text",
		"*bold* _x_ ~~y~~ ||z|| `c`":         `\*bold\* \_x\_ \~\~y\~\~ \|\|z\|\| \` + "`c\\`",
		"@everyone <@1> <@&2> <#3>":          "@\u200beveryone \\<@\u200b1\\> \\<@\u200b&2\\> \\<#3\\>",
		"# heading\n- list\n-# small":        "\\# heading\n\\- list\n\\-# small",
		"a # b - c":                          "a # b - c",
		"[text](https://evil.example)":       `\[text\]\(https://evil.example)`,
		"see https://example.org/a-b?c=d ok": "see https://example.org/a-b?c=d ok",
		"<https://example.org>":              `\<https://example.org\>`,
		"\x1b[31mred\u202e":                  "red",
		"a\\*b":                              `a\\\*b`,
	} {
		if d := cmp.Diff(want, escape(in)); d != "" {
			t.Errorf("%q (-want +got):\n%s", in, d)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, address, want string }{
		{"Ferry", "https://example.org/ferry", "[Ferry](https://example.org/ferry)"},
		{"https://bank.example", "https://evil.example", "[https:\u200b//bank.example](https://evil.example)"},
		{"a](https://evil.example) [b", "https://example.org", `[a\]\(https:` + "\u200b" + `//evil.example) \[b](https://example.org)`},
		{"a", "https://example.org/x) [y](https://evil.example", "[a](https://example.org/x%29%20%5By%5D%28https://evil.example)"},
		{"a", "javascript:alert(1)", "a"},
		{"a", "", "a"},
		{"a", "https://example.org/" + strings.Repeat("x", 600), "a"},
	} {
		if d := cmp.Diff(c.want, link(c.text, c.address)); d != "" {
			t.Errorf("%q to %q (-want +got):\n%s", c.text, c.address, d)
		}
	}
}
