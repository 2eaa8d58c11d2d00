// Package discordcmd has the command that runs the Discord bot.
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
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot/discord"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
)

// discordFlags are the flags of the discord command.
type discordFlags struct {
	shards  string
	workers int
	queue   int
	timeout time.Duration
	listen  string
	verbose bool
	open    bool
}

// Command returns the discord command.
func Command(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	var f discordFlags
	c := &cobra.Command{
		Use:   "discord",
		Short: "Run the Discord bot",
		Long: `Discord runs a bot that answers questions in Discord, with a footnote for every
sentence. People use /ask, mention the bot, reply to it, write to it directly or
in a thread, or use the menu of a message. Server admins set it up with
/footnote setup.

You decide which collections each server may use, with "footnote discord grant".
If no server has a grant yet, the first server that the bot is on gets all
collections. Other servers and direct messages may use nothing until you grant
it, unless you set --open.

Set FOOTNOTE_DISCORD_TOKEN to the bot's token, or FOOTNOTE_DISCORD_TOKEN_FILE to
a file that contains it. To use another server with Discord's API, set
FOOTNOTE_DISCORD_API, as in http://127.0.0.1:4000/api.

On SIGTERM or Ctrl-C the bot shuts down gracefully: running answers get 25
seconds to finish, and queued users are told to ask again.`,
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
				stopMetrics, err := serveMetrics(ctx, f.listen, d.Metrics)
				if err != nil {
					return err
				}
				defer stopMetrics()
			}
			return Explain(d.Run(ctx))
		},
	}
	m.Register(c)
	m.RegisterCheck(c)
	flags := c.Flags()
	flags.StringVar(&f.shards, "shards", "auto", "open `N` connections to Discord, or auto for the number that Discord recommends")
	flags.IntVar(&f.workers, "workers", 4, "answer `N` questions at once, at least 2; one server never uses all of them")
	flags.IntVar(&f.queue, "queue", 1000, "let at most `N` questions wait")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "stop an answer after this `DURATION`")
	flags.StringVar(&f.listen, "listen", "", "serve /healthz, /readyz and /metrics on this loopback `ADDRESS`, as in 127.0.0.1:9090 (default: off)")
	flags.BoolVar(&f.open, "open", false, "let every server and direct message without a grant use all collections")
	flags.BoolVar(&f.verbose, "verbose", false, "also log ignored messages, and why they are ignored")
	c.AddCommand(grant(p), revoke(p), grants(p))
	return c
}

// newBot returns the bot that the flags and the environment describe. The
// caller must call the returned function at the end.
func newBot(ctx context.Context, p *cli.Program, m open.ModelFlags, f discordFlags) (discord.Bot, func(), error) {
	d, err := Bot(p)
	if err != nil {
		return d, nil, err
	}
	shards := 0
	if f.shards != "auto" {
		if _, err := fmt.Sscanf(f.shards, "%d", &shards); err != nil || shards < 1 || strconv.Itoa(shards) != f.shards {
			return d, nil, exit.Usage(fmt.Sprintf("--shards: invalid value %q", f.shards), "use a number from 1 up, or auto")
		}
	}
	if f.workers < 2 || f.queue < 1 || f.timeout < time.Second {
		return d, nil, exit.Usage("--workers must be at least 2, --queue at least 1, --timeout at least 1s", "run `footnote discord --help` to see what they do")
	}
	var answerer ask.Answerer
	if err := m.Apply(p, &answerer); err != nil {
		return d, nil, err
	}
	e, err := open.Embedder(p)
	if err != nil {
		return d, nil, err
	}
	if p.LibraryPath() != cli.DefaultLibrary() { // a named library that does not exist is probably a typo
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
		p.Note("the library %s is empty; run `footnote add PATH`, or use /footnote add in Discord, to add articles", cli.ShortPath(p.LibraryPath()))
	}
	answerer.Store, answerer.Embedder = l, e
	level := slog.LevelInfo
	if f.verbose {
		level = slog.LevelDebug
	}
	d.Open, d.Shards, d.Workers, d.Queue, d.Timeout = f.open, shards, f.workers, f.queue, f.timeout
	d.Answerer, d.Records = answerer, l
	d.Articles = libraryArticles{l, index.Indexer{Store: l, Embedder: e, Chunker: open.Chunker(e)}}
	d.Metrics, d.Now, d.Read = discord.NewMetrics(), p.Now, readAttachment
	d.Log = slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: level}))
	return d, done, nil
}

// serveMetrics serves health and metrics on a loopback address until the
// returned function is called.
func serveMetrics(ctx context.Context, address string, m *discord.Metrics) (closeIt func(), err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !onLoopback(host) {
		return nil, exit.Usage(fmt.Sprintf("--listen %q: not a loopback address", address), "use one as in 127.0.0.1:9090; for access from other machines, use a proxy")
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, exit.WithHint(err, "choose another port for --listen")
	}
	s := &http.Server{Handler: m.Handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }() // returns after Close
	return func() { _ = s.Close() }, nil
}
