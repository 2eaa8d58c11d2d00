package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
)

// discordFlags say how the bot runs.
type discordFlags struct {
	shards  string
	workers int
	queue   int
	timeout time.Duration
	listen  string
	verbose bool
}

func (p *program) discord() *cobra.Command {
	var m modelFlags
	var f discordFlags
	c := &cobra.Command{
		Use:   "discord",
		Short: "Run the Discord bot",
		Long: `Discord runs a bot that answers questions in Discord, every sentence with its
footnote: by /ask, where it is mentioned or replied to, in direct messages, in
threads, and by a message's menu. Admins set it up there with /footnote setup.

It takes its token from FOOTNOTE_DISCORD_TOKEN, or from the file that
FOOTNOTE_DISCORD_TOKEN_FILE names, and nowhere else. FOOTNOTE_DISCORD_API, as in
http://127.0.0.1:4000/api, names another server that speaks Discord's protocol.

When it is told to end (SIGTERM or Ctrl-C) it takes no new question, finishes
those under way within 25 seconds, and tells those that wait to ask again.`,
		Example: "  FOOTNOTE_DISCORD_TOKEN_FILE=token footnote discord\n  footnote discord --model ollama/llama3.2 --listen 127.0.0.1:9090",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			d, done, err := p.newDiscord(ctx, m, f)
			if err != nil {
				return err
			}
			defer done()
			if f.listen != "" {
				close, err := serveMetrics(f.listen, d.Metrics)
				if err != nil {
					return err
				}
				defer close()
			}
			return explainDiscord(d.Run(ctx))
		},
	}
	m.register(c)
	flags := c.Flags()
	flags.StringVar(&f.shards, "shards", "auto", "connections to Discord: `N`, or auto for as many as Discord recommends")
	flags.IntVar(&f.workers, "workers", 4, "answer `N` questions at once, 2 or more: one is always left for another server")
	flags.IntVar(&f.queue, "queue", 1000, "let `N` questions wait")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "give up an answer after this `TIME`")
	flags.StringVar(&f.listen, "listen", "", "serve /healthz, /readyz and /metrics at this loopback `ADDRESS`, as in 127.0.0.1:9090 (default: not)")
	flags.BoolVar(&f.verbose, "verbose", false, "log what is ignored, and why")
	return c
}

// newDiscord wires the bot.
func (p *program) newDiscord(ctx context.Context, m modelFlags, f discordFlags) (bot.Discord, func(), error) {
	var d bot.Discord
	api, err := p.discordAPI()
	if err != nil {
		return d, nil, err
	}
	token, err := p.discordToken()
	if err != nil {
		return d, nil, err
	}
	shards := 0
	if f.shards != "auto" {
		if _, err := fmt.Sscanf(f.shards, "%d", &shards); err != nil || shards < 1 || fmt.Sprint(shards) != f.shards {
			return d, nil, usageError{fmt.Sprintf("--shards %q", f.shards), "give a number from 1 on, or auto"}
		}
	}
	if f.workers < 2 || f.queue < 1 || f.timeout < time.Second {
		return d, nil, usageError{"--workers has to be 2 at least, --queue 1, --timeout 1s", "`footnote discord --help` says what they are"}
	}
	writer, err := m.writer(p)
	if err != nil {
		return d, nil, err
	}
	e, err := p.newEmbedder()
	if err != nil {
		return d, nil, err
	}
	if p.path() != defaultLibrary() { // one that was named and is not there is a slip of the pen
		if _, err := os.Stat(p.path()); errors.Is(err, fs.ErrNotExist) {
			return d, nil, noLibrary(p.path())
		}
	}
	l, done, err := openLibrary(p.path(), library.Options{Space: e.Name()})
	if err != nil {
		return d, nil, err
	}
	if err := l.Load(ctx); err != nil {
		done()
		return d, nil, err
	}
	if _, chunks, err := l.Frequency(ctx, nil, rag.Filter{}); err == nil && chunks == 0 {
		p.note("the library %s is empty: every question will go unanswered until `footnote add PATH` or /footnote add fills it", shortPath(p.path()))
	}
	level := slog.LevelInfo
	if f.verbose {
		level = slog.LevelDebug
	}
	d = bot.Discord{
		Token: token, API: api, Shards: shards, Workers: f.workers, Queue: f.queue, Timeout: f.timeout,
		Answerer: ask.Answerer{Store: l, Embedder: e, Writer: writer},
		Articles: discordArticles{l, index.Indexer{Store: l, Embedder: e, Chunker: newChunker(e)}},
		Records:  l,
		Metrics:  bot.NewMetrics(),
		Log:      slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level})),
		Now:      p.now,
		Read:     readAttachment,
	}
	if p.offline {
		d.Dial = loopbackDialer().DialContext
	}
	return d, done, nil
}

// discordToken reads the token from the environment, or from the file that it
// names.
func (p *program) discordToken() (string, error) {
	token, from := p.getenv("FOOTNOTE_DISCORD_TOKEN"), "FOOTNOTE_DISCORD_TOKEN"
	if file := p.getenv("FOOTNOTE_DISCORD_TOKEN_FILE"); token == "" && file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", hinted{fmt.Errorf("the token's file: %w", err), "FOOTNOTE_DISCORD_TOKEN_FILE names a file that holds the bot's token and nothing else"}
		}
		token, from = string(b), "the file "+shortPath(file)
	}
	token = strings.TrimPrefix(strings.TrimSpace(token), "Bot ")
	switch {
	case token == "":
		return "", usageError{"there is no Discord token", "make a bot at https://discord.com/developers/applications, and put its token into a file that FOOTNOTE_DISCORD_TOKEN_FILE names, or into FOOTNOTE_DISCORD_TOKEN"}
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", hinted{fmt.Errorf("what %s holds is no token", from), "a token is one word, as Discord shows it once after Reset Token"}
	}
	return token, nil
}

// discordAPI is the server to speak to, empty for Discord's own.
func (p *program) discordAPI() (string, error) {
	api := p.getenv("FOOTNOTE_DISCORD_API")
	if api == "" {
		if p.offline {
			return "", errOffline("speaking to Discord")
		}
		return "", nil
	}
	if u, err := url.Parse(api); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", hinted{errors.New("FOOTNOTE_DISCORD_API is no address"), "give one as in http://127.0.0.1:4000/api, or leave it out for Discord's own"}
	} else if p.offline && !onLoopback(u.Hostname()) {
		return "", errOffline("speaking to " + u.Host)
	}
	return api, nil
}

// explainDiscord adds what mends an error of Discord's.
func explainDiscord(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, bot.ErrToken):
		return hinted{err, "Discord's page of your application shows a new token under Bot › Reset Token"}
	case errors.Is(err, bot.ErrIntents):
		return hinted{err, "switch on Bot › Privileged Gateway Intents › Message Content Intent on Discord's page of your application, or set no channel to be answered without being asked"}
	case errors.As(err, &network):
		return hinted{fmt.Errorf("no connection to Discord: %w", err), "check the network, and FOOTNOTE_DISCORD_API if it is set"}
	}
	return err
}

// discordArticles are the library's articles, as the bot uses them.
type discordArticles struct {
	*library.Library
	x index.Indexer
}

func (a discordArticles) Add(ctx context.Context, d rag.Document) error {
	_, err := a.x.Sync(ctx, func(yield func(rag.Document, error) bool) { yield(d, nil) })
	return err
}

func (a discordArticles) Remove(ctx context.Context, id string) error {
	return a.Update(ctx, nil, []string{id})
}

// readAttachment reads a file that somebody attached, as `footnote add` would.
// Of one that holds several articles, the first is read.
func readAttachment(ctx context.Context, name string, data []byte) (rag.Document, error) {
	for d, err := range (source.Reader{}).Bytes(ctx, name, "", data) {
		if skipped := (*source.Skipped)(nil); errors.As(err, &skipped) {
			return d, errors.New("this file cannot be read: " + skipped.Error())
		}
		return d, err
	}
	return rag.Document{}, errors.New("there is no article in it")
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// serveMetrics serves health and metrics on loopback.
func serveMetrics(address string, m *bot.Metrics) (closeIt func(), err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !onLoopback(host) {
		return nil, usageError{fmt.Sprintf("--listen %q is no loopback address", address), "give one as in 127.0.0.1:9090; a proxy can show it to others"}
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, hinted{err, "choose another port for --listen"}
	}
	s := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }() // ends by Close
	return func() { _ = s.Close() }, nil
}
