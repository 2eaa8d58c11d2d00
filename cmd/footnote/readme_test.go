package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
)

// TestReadme runs the commands in the README's console blocks and compares
// their output with the blocks. A line that ends in "…" matches a line with
// that prefix. A line "…" matches any number of lines.
func TestReadme(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	discord := discordtest.Start(discordtest.Config{})
	defer discord.Close()
	t.Setenv("FOOTNOTE_DISCORD_API", discord.API)
	t.Setenv("FOOTNOTE_DISCORD_TOKEN", discord.Token)
	t.Setenv("FOOTNOTE_LIBRARY", home+"/none.db")
	t.Setenv("FOOTNOTE_MODEL", "")
	ran := 0
	for _, block := range strings.Split(string(b), "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		block = unindented(block)
		command, want, _ := strings.Cut(strings.TrimPrefix(block, "$ "), "\n")
		command = strings.Replace(command, "go run ./cmd/footnote", "footnote", 1)
		if !strings.HasPrefix(command, "footnote ") {
			continue
		}
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), cli.Env{Args: arguments(command)[1:], Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Getenv: os.Getenv, Now: time.Now})
		if code == exit.Failed || code == exit.BadUsage {
			t.Errorf("%s: exit code %d: %s", command, code, stderr.String())
		}
		if !matches(stdout.String(), want) {
			t.Errorf("%s: got output\n%s\nwant\n%s", command, stdout.String(), want)
		}
		ran++
	}
	if ran < 4 {
		t.Errorf("ran %d commands of the README, want at least 4", ran)
	}
}

// unindented returns block with the first line's indentation removed from every
// line.
func unindented(block string) string {
	indent := block[:len(block)-len(strings.TrimLeft(block, " "))]
	return strings.TrimPrefix(strings.ReplaceAll(block, "\n"+indent, "\n"), indent)
}

// arguments splits a command line at spaces outside quotation marks.
func arguments(command string) []string {
	var args []string
	for i, part := range strings.Split(command, `"`) {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	return args
}

// matches reports whether got has the lines that want describes.
func matches(got, want string) bool {
	lines := strings.Split(got, "\n")
	skip := false
	for _, w := range strings.Split(strings.TrimRight(want, "\n"), "\n") {
		if w == "…" {
			skip = true
			continue
		}
		prefix, cut := strings.CutSuffix(w, "…")
		same := func(line string) bool { return line == w || cut && strings.HasPrefix(line, prefix) }
		for skip && len(lines) > 0 && !same(lines[0]) {
			lines = lines[1:]
		}
		if len(lines) == 0 || !same(lines[0]) {
			return false
		}
		lines, skip = lines[1:], false
	}
	return skip || strings.TrimSpace(strings.Join(lines, "")) == ""
}
