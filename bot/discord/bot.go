package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// Errors of [Bot.Run] and [Bot.Inspect] that a person can mend.
var (
	ErrToken   = protocol.ErrToken
	ErrIntents = protocol.ErrIntents
)

// What the bot asks for: to be told of servers, of messages in them and of
// direct messages. The text of messages that do not name the bot is privileged,
// and asked for only where an admin has turned on answers to them.
const (
	intents        = int(discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages)
	contentIntent  = int(discordgo.IntentMessageContent)
	contentFlags   = 1<<18 | 1<<19 // of an application that may ask for it
	longestAsk     = 2000          // characters of a question
	remembersFor   = 24 * time.Hour
	conversations  = 2000
	answersKept    = 4000
	answerCacheFor = 10 * time.Minute
)

// Permissions are what the bot needs in a channel, as an invitation names them:
// View Channels, Send Messages, Send Messages in Threads, Create Public
// Threads, Embed Links and Read Message History. It deletes and edits only its
// own messages, which takes none.
const Permissions = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionSendMessagesInThreads |
	discordgo.PermissionCreatePublicThreads | discordgo.PermissionEmbedLinks | discordgo.PermissionReadMessageHistory

// Bot answers questions in Discord. The fields are set before Run; those
// of the first group must be.
type Bot struct {
	Token    string // never shown
	Answerer bot.Answerer
	Articles Articles
	Records  Records

	API     string        // of another server that speaks Discord's protocol; empty: Discord's
	Shards  int           // 0: as many as Discord recommends
	Workers int           // questions answered at once, one of them of another server than the rest: 2 or more; 0: 4
	Queue   int           // questions that may wait; 0: 1000
	Timeout time.Duration // of one answer; 0: 2 minutes
	Edits   time.Duration // between two edits of an answer that is being written; 0: 2 s
	Drain   time.Duration // for the answers under way when Run is told to end; 0: 25 s
	Metrics *Metrics      // nil: none are kept
	Log     *slog.Logger  // nil: none
	Now     func() time.Time
	Read    func(ctx context.Context, name string, data []byte) (rag.Document, error) // an attached article; nil: as text
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)      // nil: to wherever Discord is

	// For tests: how long between the beginnings of two sessions, and before
	// the first attempt to connect again; 0: as Discord demands.
	Identify, Backoff time.Duration
}

// live is a Bot that runs.
type live struct {
	Bot
	api      *protocol.Client
	me, app  string
	name     string
	mayRead  bool // the application may ask for message content
	reading  atomic.Bool
	settings *settings
	quotas   quotas
	queue    *queue
	arrivals arrivals
	unshown  chan struct{} // holds a value for each answer that waits to be shown
	gateways []*protocol.Gateway
	stopping atomic.Bool
	tasks    tasks // everything begun by an event

	channels *memory[*channel]
	seen     *memory[struct{}]   // ids of messages and interactions
	talks    *memory[[]rag.Turn] // conversations
	talkOf   *memory[string]     // conversation of an answer's message
	answers  *memory[*answered]
	answerOf *memory[string] // key of the answer in a message
	cache    *memory[rag.Answer]
	told     *memory[struct{}] // what a person or thread is told once
	recent   *memory[recent]   // questions proposed by autocompletion
	latest   *memory[string]   // last message seen in a channel of a server
	directs  *memory[string]   // and of late in a direct message
	hidden   *memory[struct{}] // channels that may not be read
	jobs     sync.Map          // id → *job, while it is answered
	names    struct {
		sync.Mutex
		collections []string
		infos       []rag.Info
		until       time.Time
	}
}

// channel is what the bot knows of a channel.
type channel struct {
	id, server, parent, owner, name string
	kind                            discordgo.ChannelType
	unknown                         bool // Discord does not say what it is, nor so what may be quoted there
}

func (c *channel) thread() bool {
	return c.kind == discordgo.ChannelTypeGuildPublicThread || c.kind == discordgo.ChannelTypeGuildPrivateThread || c.kind == discordgo.ChannelTypeGuildNewsThread
}

// recent is a question that was asked, and where it may be proposed.
type recent struct{ server, channel, text string }

func (d Bot) defaults() Bot {
	for field, to := range map[*time.Duration]time.Duration{&d.Timeout: 2 * time.Minute, &d.Edits: 2 * time.Second, &d.Drain: 25 * time.Second} {
		if *field <= 0 {
			*field = to
		}
	}
	for field, to := range map[*int]int{&d.Workers: 4, &d.Queue: 1000} {
		if *field <= 0 {
			*field = to
		}
	}
	d.Workers = max(2, d.Workers)
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Metrics == nil {
		d.Metrics = NewMetrics()
	}
	if d.Read == nil {
		d.Read = func(_ context.Context, name string, data []byte) (rag.Document, error) {
			return rag.Document{Title: name, Text: strings.ToValidUTF8(string(data), "\uFFFD")}, nil
		}
	}
	return d
}

// client makes requests, many at once if need be.
func (d Bot) client() *http.Client {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: d.Dial, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 100, IdleConnTimeout: 90 * time.Second}
	if d.Dial != nil {
		t.Proxy = nil
	}
	return &http.Client{Transport: t, Timeout: 20 * time.Second}
}

func newLive(d Bot) *live {
	d = d.defaults()
	l := &live{
		Bot: d, queue: newQueue(d.Queue, d.Workers), unshown: make(chan struct{}, 100), quotas: quotas{by: map[string]*quota{}, now: d.Now},
		api: &protocol.Client{API: d.API, Token: d.Token, Log: d.Log, HTTP: d.client()},

		channels: newMemory[*channel](20000, 30*24*time.Hour, d.Now),
		seen:     newMemory[struct{}](20000, time.Hour, d.Now),
		talks:    newMemory[[]rag.Turn](conversations, remembersFor, d.Now),
		talkOf:   newMemory[string](answersKept, remembersFor, d.Now),
		answers:  newMemory[*answered](answersKept, remembersFor, d.Now),
		answerOf: newMemory[string](2*answersKept, remembersFor, d.Now),
		cache:    newMemory[rag.Answer](500, answerCacheFor, d.Now),
		told:     newMemory[struct{}](5000, time.Hour, d.Now),
		recent:   newMemory[recent](500, remembersFor, d.Now),
		latest:   newMemory[string](20000, 30*24*time.Hour, d.Now),
		directs:  newMemory[string](100, time.Hour, d.Now),
		hidden:   newMemory[struct{}](20000, 24*time.Hour, d.Now),
	}
	return l
}

// Run answers until ctx ends. Then it takes no new question, finishes those
// under way for as long as Drain says, and tells those that wait to ask again.
// It returns [ErrToken] or [ErrIntents], wrapped, if Discord refuses the bot.
func (d Bot) Run(ctx context.Context) error {
	l := newLive(d)
	d = l.Bot
	d.Metrics.attach(l)
	defer d.Metrics.detach()
	// The connection and the answers outlive ctx until all is said.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if err := l.start(ctx, func(f *feed, e protocol.Event) { l.handle(work, f, e) }); err != nil {
		return err
	}
	failed := make(chan error, len(l.gateways))
	var connections, workers sync.WaitGroup
	for _, g := range l.gateways {
		connections.Go(func() {
			if err := g.Run(work); err != nil {
				failed <- err
			}
		})
	}
	for range d.Workers {
		workers.Go(func() { l.work(work) })
	}
	connections.Go(func() { l.keepQuotas(work) })

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	l.stopping.Store(true)
	d.Log.Info("stopping", "waiting", l.queue.length())
	last, cancel := context.WithTimeout(work, d.Drain)
	defer cancel()
	for _, j := range l.queue.close() {
		l.goTask(work, func(context.Context) { l.turnAway(last, j) })
	}
	done := make(chan struct{})
	go func() { workers.Wait(); l.tasks.end(); close(done) }()
	select {
	case <-done:
	case <-last.Done():
		l.jobs.Range(func(_, v any) bool { v.(*job).cancel(errStopping); return true })
		select {
		case <-done:
		case <-time.After(3 * time.Second):
		}
	}
	save, cancelSave := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancelSave()
	if e := l.quotas.save(save, l.Records); e != nil {
		d.Log.Error("quotas not kept", "cause", e)
	}
	stop()
	connections.Wait()
	<-done
	l.api.HTTP.CloseIdleConnections()
	return err
}

// start asks Discord how to begin, loads what is kept, registers commands and
// makes the connections, that give their events to handle.
func (l *live) start(ctx context.Context, handle func(*feed, protocol.Event)) error {
	var err error
	if l.settings, err = loadSettings(ctx, l.Records); err != nil {
		return err
	}
	if err := l.quotas.load(ctx, l.Records); err != nil {
		return err
	}
	app, start, err := begin(ctx, l.api)
	if err != nil {
		return err
	}
	l.app, l.me, l.name, l.mayRead = app.ID, app.Bot.ID, app.Bot.Username, app.Flags&contentFlags != 0
	if l.settings.content() && !l.mayRead {
		l.Log.Warn("some channels are set to have every message answered, but the application has no Message Content Intent; `footnote doctor` says where to switch it on")
	}
	if err := l.register(ctx); err != nil {
		return fmt.Errorf("commands: %w", err)
	}
	shards := l.Shards
	if shards <= 0 {
		shards = max(1, start.Shards)
	}
	l.Log.Info("starting", "bot", l.name, "connections", shards, "invite", inviteTo(l.api, l.app))
	if start.Limit.Total > 0 && start.Limit.Remaining < shards {
		return fmt.Errorf("Discord lets the bot begin %d more sessions and it needs %d; there are more in %s", start.Limit.Remaining, shards, time.Duration(start.Limit.ResetAfter)*time.Millisecond)
	}
	turns := &protocol.Turns{Every: l.Identify, Concurrency: start.Limit.MaxConcurrency}
	for n := range shards {
		f := &feed{}
		g := &protocol.Gateway{
			Token: l.Token, Intents: l.intents, Shard: [2]int{n, shards}, Backoff: l.Backoff, Log: l.Log,
			Identify: func(ctx context.Context) error { return turns.Wait(ctx, n) },
			URL: func(ctx context.Context) (string, error) {
				s, err := l.api.Start(ctx)
				return s.URL, err
			},
			Handle: func(e protocol.Event) { handle(f, e) }, Dial: l.Dial,
		}
		l.gateways = append(l.gateways, g)
	}
	return nil
}

// application is the bot as Discord knows it.
type application struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Flags     int            `json:"flags"`
	Bot       discordgo.User `json:"bot"`
	Public    *bool          `json:"bot_public"`
	Grant     bool           `json:"bot_require_code_grant"`
	Elsewhere string         `json:"interactions_endpoint_url"`
}

func begin(ctx context.Context, api *protocol.Client) (application, protocol.Start, error) {
	var app application
	if err := api.Do(ctx, http.MethodGet, "/applications/@me", nil, &app); err != nil {
		var refused *protocol.Error
		if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
			return app, protocol.Start{}, ErrToken
		}
		return app, protocol.Start{}, err
	}
	if app.Bot.ID == "" {
		if err := api.Do(ctx, http.MethodGet, "/users/@me", nil, &app.Bot); err != nil {
			return app, protocol.Start{}, err
		}
	}
	start, err := api.Start(ctx)
	return app, start, err
}

func (l *live) intents() int {
	if l.settings.content() && l.mayRead {
		l.reading.Store(true)
		return intents | contentIntent
	}
	l.reading.Store(false)
	return intents
}

// Ready reports whether every shard is connected.
func (l *live) ready() bool {
	return len(l.gateways) > 0 && !l.stopping.Load() && !slices.ContainsFunc(l.gateways, func(g *protocol.Gateway) bool { return !g.Connected() })
}

// goTask does something that an event asks for, apart from the connection,
// and outlives what goes wrong with it.
func (l *live) goTask(ctx context.Context, do func(context.Context)) {
	l.tasks.begin(func() {
		defer l.recovered("event")
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		do(ctx)
	})
}

// tasks are what runs apart. Its zero value takes some.
type tasks struct {
	mu    sync.Mutex
	ended bool
	group sync.WaitGroup
}

// begin runs do apart; after the end it does nothing.
func (t *tasks) begin(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.group.Go(do)
	}
}

// end takes no more, and waits for those that run.
func (t *tasks) end() {
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	t.group.Wait()
}

func (l *live) recovered(what string) {
	if r := recover(); r != nil {
		l.Metrics.panics.Inc()
		l.Log.Error("panic", "in", what, "panic", fmt.Sprint(r), "stack", stack())
	}
}

// handle takes an event from the gateway, of one shard one after the other. It
// does not wait; what it begins ends with ctx.
func (l *live) handle(ctx context.Context, f *feed, e protocol.Event) {
	switch e.Name {
	case "GUILD_CREATE":
		var g discordgo.Guild
		if !l.read(e, &g) {
			return
		}
		for _, c := range append(g.Channels, g.Threads...) {
			c.GuildID = g.ID
			l.know(c)
			l.catchUp(ctx, f, c)
		}
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		var c discordgo.Channel
		if l.read(e, &c) {
			l.know(&c)
		}
	case "CHANNEL_DELETE", "THREAD_DELETE":
		var c discordgo.Channel
		if l.read(e, &c) {
			l.channels.drop(c.ID)
		}
	case "READY":
		l.Log.Info("connected")
		f.before = f.newest
		for _, dm := range l.directs.pairs() {
			l.goTask(ctx, func(ctx context.Context) { l.missed(ctx, dm.key, "", dm.value) })
		}
	case "MESSAGE_CREATE":
		var m discordgo.Message
		if l.read(e, &m) {
			l.noteLatest(f, &m)
			l.goTask(ctx, func(ctx context.Context) { l.onMessage(ctx, &m) })
		}
	case "MESSAGE_UPDATE":
		var m discordgo.Message
		if l.read(e, &m) {
			l.onEdit(&m)
		}
	case "MESSAGE_DELETE":
		var m discordgo.Message
		if l.read(e, &m) {
			l.onDelete(ctx, m.ID)
		}
	case "MESSAGE_DELETE_BULK":
		var m discordgo.MessageDeleteBulk
		if l.read(e, &m) {
			for _, id := range m.Messages {
				l.onDelete(ctx, id)
			}
		}
	case "INTERACTION_CREATE":
		var i discordgo.Interaction
		if l.read(e, &i) {
			l.arrivals.add(i.ID)
			l.goTask(ctx, func(ctx context.Context) {
				defer l.arrivals.drop(i.ID)
				l.onInteraction(ctx, &i)
			})
		}
	}
}

func (l *live) read(e protocol.Event, v any) bool {
	err := json.Unmarshal(e.Data, v)
	if err != nil { // discordgo reads no message that has a component which it does not know
		err = json.Unmarshal(withoutComponents(e.Data), v)
	}
	if err != nil {
		l.Log.Error("event not understood", "event", e.Name, "cause", err)
		return false
	}
	return true
}

// withoutComponents is an event without what stands below messages; a form
// that was filled in keeps its fields.
func withoutComponents(data []byte) []byte {
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return data
	}
	var strip func(v any)
	strip = func(v any) {
		if m, ok := v.(map[string]any); ok {
			delete(m, "components")
			strip(m["referenced_message"])
			strip(m["message"])
		}
	}
	strip(v)
	of, _ := v["data"].(map[string]any)
	resolved, _ := of["resolved"].(map[string]any)
	messages, _ := resolved["messages"].(map[string]any)
	for _, m := range messages {
		strip(m)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return data
	}
	return out
}

func (l *live) know(c *discordgo.Channel) {
	l.channels.put(c.ID, &channel{id: c.ID, server: c.GuildID, parent: c.ParentID, owner: c.OwnerID, name: c.Name, kind: c.Type})
}

// channel gives what is known of a channel, and asks Discord if that is
// nothing.
func (l *live) channel(ctx context.Context, id, server string) *channel {
	if c, _, ok := l.channels.get(id); ok {
		return c
	}
	if server == "" {
		return &channel{id: id, kind: discordgo.ChannelTypeDM}
	}
	var c discordgo.Channel
	if err := l.api.Do(ctx, http.MethodGet, "/channels/"+id, nil, &c); err != nil {
		l.Log.Warn("channel not known", "channel", id, "cause", err)
		return &channel{id: id, server: server, unknown: true}
	}
	if c.GuildID == "" {
		c.GuildID = server
	}
	l.know(&c)
	known, _, _ := l.channels.get(id)
	return known
}

// parentOf is the channel that a thread is in, empty of anything else.
func (c *channel) parentOf() string {
	if c.thread() {
		return c.parent
	}
	return ""
}

// place is what admins have set for a channel.
func (l *live) place(c *channel) place { return l.settings.at(c.server, c.id, c.parentOf()) }

// visible is what may be quoted in a channel.
func (l *live) visible(ctx context.Context, c *channel) (rag.Filter, error) {
	if c.unknown {
		return rag.Filter{}, errors.New("the channel is not known")
	}
	collections, _, err := l.listed(ctx)
	if err != nil {
		return rag.Filter{}, err
	}
	return l.settings.filter(c.server, l.place(c), collections), nil
}

// listed gives the collections and articles, as they were half a minute ago or
// are now.
func (l *live) listed(ctx context.Context) ([]string, []rag.Info, error) {
	l.names.Lock()
	defer l.names.Unlock()
	if l.Now().Before(l.names.until) {
		return l.names.collections, l.names.infos, nil
	}
	infos, err := l.Articles.List(ctx, rag.Filter{})
	if err != nil {
		return nil, nil, err
	}
	var all []string
	for _, i := range infos {
		all = append(all, i.Collection)
	}
	slices.Sort(all)
	l.names.collections, l.names.infos, l.names.until = slices.Compact(all), infos, l.Now().Add(30*time.Second)
	return l.names.collections, infos, nil
}

// stale has what is remembered of the articles looked up anew.
func (l *live) stale() {
	l.names.Lock()
	l.names.until = time.Time{}
	l.names.Unlock()
	l.cache.clear()
}

// keepQuotas saves the levels of quotas once a minute.
func (l *live) keepQuotas(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := l.quotas.save(ctx, l.Records); err != nil && ctx.Err() == nil {
				l.Log.Error("quotas not kept", "cause", err)
			}
		}
	}
}

// claim says whether something that happens once is still to be done, here or
// in another process, and marks it as done.
func (l *live) claim(ctx context.Context, what, id string) (bool, error) {
	now := l.Now()
	return l.Records.Claim(ctx, "discord/"+what+"/"+id, now, now.Add(48*time.Hour))
}

// claimed claims what an interaction asks for, and tells the person why not.
func (l *live) claimed(ctx context.Context, i *discordgo.Interaction, what, id, already string) bool {
	free, err := l.claim(ctx, what, id)
	switch {
	case err != nil:
		l.Log.Error("not marked as done, and so not done", "what", what, "id", id, "cause", err)
		l.tell(ctx, i, "%s", notWritten)
	case !free:
		l.tell(ctx, i, "%s", already)
	}
	return free && err == nil
}

// What people are told while the library's file takes or gives nothing.
const (
	notWritten = "I could not write that down: try again in a minute."
	notRead    = "I cannot reach the articles just now: ask again in a minute."
)
