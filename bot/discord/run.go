package discord

import (
	"context"
	"fmt"
	"sync"
	"time"

	"footnote/bot/discord/protocol"
)

// Run answers questions until ctx ends. Then it accepts no new questions,
// finishes running answers within Drain, and tells the people whose questions
// wait to ask again. It returns [ErrToken] or [ErrIntents], wrapped, if Discord
// refuses the bot.
func (b Bot) Run(ctx context.Context) error {
	b = b.withDefaults()
	// The connections and the answers outlive ctx until everything is said.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	p, err := b.prepare(ctx, work)
	if err != nil {
		return err
	}
	b.Metrics.attach(&status{queue: p.queue, connections: p.connections, api: p.send.api})
	defer b.Metrics.detach()

	failed := make(chan error, len(p.connections.shards))
	var connections, workers sync.WaitGroup
	for _, s := range p.connections.shards {
		connections.Go(func() {
			if err := s.Run(work); err != nil {
				failed <- err
			}
		})
	}
	for range b.Workers {
		workers.Go(func() { p.workers.work(work) })
	}
	connections.Go(func() { p.connections.renewals(work) })
	connections.Go(func() { p.quotas.saveEvery(work, time.Minute) })

	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	done := make(chan struct{})
	p.drain(work, b.Drain, &workers, done)
	save, cancelSave := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancelSave()
	if e := p.quotas.save(save); e != nil {
		b.Log.Error("cannot save quotas", "cause", e)
	}
	stop()
	connections.Wait()
	<-done
	p.send.api.HTTP.CloseIdleConnections()
	return err
}

// parts are what Run itself needs of the bot's parts.
type parts struct {
	connections *connections
	queue       *queue
	workers     *workers
	inFlight    *inFlight
	tasks       *tasks
	quotas      *quotas
	send        *sender
}

// drain closes the queue, and waits at most limit for the workers and the tasks
// to finish. Answers that take longer are cancelled. done is closed when
// everything has finished, which may be later.
func (p *parts) drain(ctx context.Context, limit time.Duration, workers *sync.WaitGroup, done chan struct{}) {
	p.workers.log.Info("stopping", "waiting", p.queue.length())
	last, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, j := range p.queue.close() {
		p.tasks.start(ctx, func(context.Context) { p.workers.turnAway(last, j) })
	}
	go func() { workers.Wait(); p.tasks.end(); close(done) }()
	select {
	case <-done:
	case <-last.Done():
		p.inFlight.cancelAll(errStopping)
		select {
		case <-done:
		case <-time.After(3 * time.Second):
		}
	}
}

// prepare asks Discord who the bot is, loads what the records keep, registers
// the commands and builds the parts. What the events start ends with work.
func (b Bot) prepare(ctx, work context.Context) (*parts, error) {
	quotas, err := loadQuotas(ctx, b.Records, b.Log, b.Now)
	if err != nil {
		return nil, err
	}
	api := b.client()
	app, info, err := fetchApplication(ctx, api)
	if err != nil {
		return nil, err
	}
	grants := Grants{b.Records}
	home := &home{api: api, grants: grants, log: b.Log}
	if err := b.prepareGrants(ctx, grants, home); err != nil {
		return nil, err
	}
	settings, err := loadSettings(ctx, b.Records)
	if err != nil {
		return nil, err
	}
	me := app.identity()
	if settings.needContent() && !me.mayRead {
		b.Log.Warn("some channels are set to answer every message, but the application lacks the Message Content Intent; `footnote doctor` says where to switch it on")
	}
	if err := (registration{api, me.app, b.Log}).update(ctx); err != nil {
		return nil, fmt.Errorf("register commands: %w", err)
	}
	p, events := b.build(me, api, settings, quotas, home)
	handle := func(f *feed, e protocol.Event) { events.handle(work, f, e) }
	p.connections.open(b, info, handle)
	return p, nil
}

// prepareGrants records what the flags and earlier versions say about grants.
func (b Bot) prepareGrants(ctx context.Context, grants Grants, home *home) error {
	if err := grants.setOpen(ctx, b.Open); err != nil {
		return err
	}
	several, err := home.settle(ctx)
	if err != nil {
		return err
	}
	migrated, err := migrate(ctx, b.Records, b.Articles)
	switch {
	case err != nil:
		return err
	case migrated:
		b.Log.Info("collections that belonged to servers are now granted to them; `footnote discord grants` lists them")
	case several && !b.Open:
		b.Log.Warn("no server may use the articles; run `footnote discord grant SERVER COLLECTION`")
	}
	return nil
}

// build makes the parts, and connects each with those that it uses.
func (b Bot) build(me identity, api *protocol.Client, settings *settings, quotas *quotas, home *home) (*parts, *events) {
	log, now, metrics := b.Log, b.Now, b.Metrics

	// What keeps state.
	arrivals := &arrivals{}
	tasks := &tasks{log: log, metrics: metrics}
	queue := newQueue(b.Queue, b.Workers)
	inFlight := &inFlight{}
	catalog := newCatalog(b.Articles, now)
	answers := newAnswers(now)
	conversations := newConversations(now)
	send := newSender(api, me.app, arrivals, log, now)
	channels := newChannels(send, log, now)
	servers := &servers{}
	access := &access{settings: settings, grants: home.grants, catalog: catalog, log: log}
	claims := &claims{records: b.Records, now: now, send: send, log: log}
	connections := &connections{me: me, settings: settings, api: api, log: log, changed: make(chan struct{}, 1), every: b.Renew}

	// From the queue to the answer.
	gaps := &gaps{records: b.Records, send: send, channels: channels, access: access, catalog: catalog, log: log, now: now}
	presenter := &presenter{settings: settings, log: log}
	responder := &responder{
		answerer: b.Answerer, timeout: b.Timeout, edits: b.Edits, now: now, log: log, tasks: tasks, send: send,
		access: access, catalog: catalog, conversations: conversations, answers: answers, gaps: gaps, presenter: presenter, metrics: metrics,
		unshown: make(chan struct{}, 100),
	}
	workers := &workers{
		queue: queue, arrivals: arrivals, tasks: tasks, inFlight: inFlight, claims: claims,
		responder: responder, send: send, metrics: metrics, log: log, now: now,
	}

	// From an event to the queue.
	intake := &intake{people: b.Records, settings: settings, quotas: quotas, queue: queue, metrics: metrics, log: log}
	replies := &replies{me: me, send: send, answers: answers, log: log}
	sources := &sources{
		me: me, articles: b.Articles, send: send, channels: channels, access: access, settings: settings,
		catalog: catalog, answers: answers, replies: replies, gaps: gaps, log: log,
	}
	messages := &messages{
		me: me, connections: connections, send: send, channels: channels, access: access, conversations: conversations,
		replies: replies, sources: sources, intake: intake, queue: queue, inFlight: inFlight, tasks: tasks,
		metrics: metrics, log: log, now: now,
		seen: newMemory[struct{}](20000, time.Hour, now), warned: newMemory[struct{}](5000, time.Hour, now),
	}
	forget := &forget{people: b.Records, send: send, quotas: quotas, catalog: catalog, answers: answers, conversations: conversations, log: log}
	interactions := &interactions{
		autocomplete: &autocomplete{send: send, channels: channels, access: access, catalog: catalog, answers: answers, log: log},
		commands: &commands{
			me: me, send: send, channels: channels, access: access, intake: intake, gaps: gaps, sources: sources, forget: forget, log: log, now: now,
			admin: &admin{
				send: send, log: log,
				setup: &setup{me: me, send: send, channels: channels, access: access, settings: settings, catalog: catalog, queue: queue, connections: connections, log: log},
				articles: &articleCommands{
					articles: b.Articles, read: b.Read, http: api.HTTP, send: send, channels: channels, access: access,
					catalog: catalog, log: log, now: now,
				},
			},
		},
		buttons: &buttons{
			send: send, channels: channels, access: access, settings: settings, catalog: catalog, answers: answers, claims: claims,
			sources: sources, presenter: presenter, log: log,
			feedback: &feedback{people: b.Records, send: send, channels: channels, access: access, settings: settings, metrics: metrics, log: log, now: now},
		},
		servers: servers, send: send, log: log, seen: newMemory[struct{}](20000, time.Hour, now),
	}
	events := &events{
		tasks: tasks, arrivals: arrivals, channels: channels, servers: servers, home: home, messages: messages, interactions: interactions, log: log,
		cleanup: &cleanup{settings: settings, connections: connections, send: send, log: log},
		catchUp: newCatchUp(send, tasks, messages.created, log, now),
	}
	return &parts{connections: connections, queue: queue, workers: workers, inFlight: inFlight, tasks: tasks, quotas: quotas, send: send}, events
}
