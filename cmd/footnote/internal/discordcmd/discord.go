package discordcmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
	"footnote/rag/library"
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

// Command returns the command discord.
func Command(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
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
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			d, done, err := newBot(ctx, p, m, f)
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
			return Explain(d.Run(ctx))
		},
	}
	m.Register(c)
	flags := c.Flags()
	flags.StringVar(&f.shards, "shards", "auto", "connections to Discord: `N`, or auto for as many as Discord recommends")
	flags.IntVar(&f.workers, "workers", 4, "answer `N` questions at once, 2 or more: one is always left for another server")
	flags.IntVar(&f.queue, "queue", 1000, "let `N` questions wait")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "give up an answer after this `TIME`")
	flags.StringVar(&f.listen, "listen", "", "serve /healthz, /readyz and /metrics at this loopback `ADDRESS`, as in 127.0.0.1:9090 (default: not)")
	flags.BoolVar(&f.verbose, "verbose", false, "log what is ignored, and why")
	return c
}

// newBot wires the bot.
func newBot(ctx context.Context, p *cli.Program, m open.ModelFlags, f discordFlags) (bot.Discord, func(), error) {
	var d bot.Discord
	api, err := API(p)
	if err != nil {
		return d, nil, err
	}
	token, err := Token(p)
	if err != nil {
		return d, nil, err
	}
	shards := 0
	if f.shards != "auto" {
		if _, err := fmt.Sscanf(f.shards, "%d", &shards); err != nil || shards < 1 || fmt.Sprint(shards) != f.shards {
			return d, nil, exit.Usage(fmt.Sprintf("--shards %q", f.shards), "give a number from 1 on, or auto")
		}
	}
	if f.workers < 2 || f.queue < 1 || f.timeout < time.Second {
		return d, nil, exit.Usage("--workers has to be 2 at least, --queue 1, --timeout 1s", "`footnote discord --help` says what they are")
	}
	writer, err := m.Writer(p)
	if err != nil {
		return d, nil, err
	}
	e, err := open.Embedder(p)
	if err != nil {
		return d, nil, err
	}
	if p.LibraryPath() != cli.DefaultLibrary() { // one that was named and is not there is a slip of the pen
		if _, err := os.Stat(p.LibraryPath()); errors.Is(err, fs.ErrNotExist) {
			return d, nil, open.NoLibrary(p.LibraryPath())
		}
	}
	l, done, err := open.Library(p.LibraryPath(), library.Options{Space: e.Name()})
	if err != nil {
		return d, nil, err
	}
	if err := l.Load(ctx); err != nil {
		done()
		return d, nil, err
	}
	if _, chunks, err := l.Frequency(ctx, nil, rag.Filter{}); err == nil && chunks == 0 {
		p.Note("the library %s is empty: every question will go unanswered until `footnote add PATH` or /footnote add fills it", cli.ShortPath(p.LibraryPath()))
	}
	level := slog.LevelInfo
	if f.verbose {
		level = slog.LevelDebug
	}
	d = bot.Discord{
		Token: token, API: api, Shards: shards, Workers: f.workers, Queue: f.queue, Timeout: f.timeout,
		Answerer: rag.Answerer{Store: l, Embedder: e, Writer: writer},
		Articles: discordArticles{l, rag.Indexer{Store: l, Embedder: e, Chunker: open.Chunker(e)}},
		Records:  l,
		Metrics:  bot.NewMetrics(),
		Log:      slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: level})),
		Now:      p.Now,
		Read:     readAttachment,
	}
	if p.Offline {
		d.Dial = cli.LoopbackDialer().DialContext
	}
	return d, done, nil
}

// serveMetrics serves health and metrics on loopback.
func serveMetrics(address string, m *bot.Metrics) (closeIt func(), err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !onLoopback(host) {
		return nil, exit.Usage(fmt.Sprintf("--listen %q is no loopback address", address), "give one as in 127.0.0.1:9090; a proxy can show it to others")
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, exit.WithHint(err, "choose another port for --listen")
	}
	s := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }() // ends by Close
	return func() { _ = s.Close() }, nil
}
