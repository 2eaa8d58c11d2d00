// Package discordtest is a Discord for tests: a server on loopback that speaks
// the gateway, version 10, and as much of the REST API as a bot for text needs.
// It announces and enforces rate limits, checks permissions and the documented
// limits of size, and refuses with Discord's own codes what Discord refuses.
//
// A test makes servers, channels and people, has the people do things, and
// reads what they see: in [Interaction], in a [Channel]'s messages, or all of
// it in [Server.Transcript].
//
//	d := discordtest.Start(discordtest.Config{})
//	defer d.Close()
//	g := d.Guild("Harbour")
//	ann := g.Join("ann")
//	general := g.Channel("general")
//	… a bot connects to d.API with d.Token …
//	asked := ann.Slash(general, "ask", discordtest.Options{"question": "When does the ferry sail?"})
package discordtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config says how the server behaves. The zero value behaves as Discord does.
type Config struct {
	Token       string        // empty: "token-of-a-test"
	Heartbeat   time.Duration // interval that hello announces; 0: 41.25 s
	Identify    time.Duration // between two identifies of one slot; 0: 5 s
	Concurrency int           // max_concurrency; 0: 1
	Shards      int           // recommended; 0: 1
	Flags       int           // of the application; 1<<19 lets it have message content
	Overall     int           // requests in any second; 0: 50
	Patience    time.Duration // until an interaction has to be acknowledged; 0: 3 s
	Lifetime    time.Duration // of an interaction's token; 0: 15 min
	FirstID     string        // the ids count up from here; empty: "1100000000000000001"
	Commands    int           // creates of commands a day; 0: 200

	Now         func() time.Time // of messages; nil: the time that it is
	Application map[string]any   // of the application's fields, those that are other than usual
}

// Server is a Discord.
type Server struct {
	API   string // as in http://127.0.0.1:4000/api
	Token string

	cfg  Config
	http *http.Server
	stop chan struct{}
	wait sync.WaitGroup

	mu           sync.Mutex
	changed      chan struct{} // closed and made anew whenever something changes
	id           string
	app          *User
	guilds       []*Guild
	channels     map[string]*Channel
	users        map[string]*User
	interactions map[string]*Interaction // by token
	commands     []json.RawMessage
	created      int               // commands created today
	files        map[string]string // attached
	gateway      gateway
	limits       limits
	faults       []func(*http.Request) int
	log          []line
	stats        Stats
}

// Stats count what the server has seen.
type Stats struct {
	Requests    int
	Events      int // told, or to be told when a session is resumed
	TooMany     int // requests answered by 429
	Invalid     int // 401, 403 and 429; Discord bans for 10,000 in 10 minutes
	Identifies  int
	Resumes     int // that succeeded
	TooSoon     int // identifies before their time
	Connections int // open now
	Refused     map[string]int
}

// Start starts a server on loopback.
func Start(cfg Config) *Server {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&cfg.Heartbeat, 41250*time.Millisecond)
	set(&cfg.Identify, 5*time.Second)
	set(&cfg.Patience, 3*time.Second)
	set(&cfg.Lifetime, 15*time.Minute)
	for n, to := range map[*int]int{&cfg.Concurrency: 1, &cfg.Shards: 1, &cfg.Overall: 50, &cfg.Commands: 200} {
		if *n == 0 {
			*n = to
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Token == "" {
		cfg.Token = "token-of-a-test"
	}
	if cfg.FirstID == "" {
		cfg.FirstID = "1100000000000000001"
	}
	s := &Server{
		cfg: cfg, Token: cfg.Token, id: cfg.FirstID, stop: make(chan struct{}), changed: make(chan struct{}),
		channels: map[string]*Channel{}, users: map[string]*User{}, interactions: map[string]*Interaction{}, files: map[string]string{},
	}
	s.stats.Refused = map[string]int{}
	s.app = s.user("footnote", true)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // a machine without loopback runs no tests
	}
	s.API = fmt.Sprintf("http://%s/api", l.Addr())
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	s.wait.Go(func() { _ = s.http.Serve(l) }) // ends by Close
	return s
}

// Close stops the server and cuts all connections.
func (s *Server) Close() {
	close(s.stop)
	s.Disconnect(Cut)
	_ = s.http.Close()
	s.wait.Wait()
}

// Stats says what has been seen so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.Refused = map[string]int{}
	for k, v := range s.stats.Refused {
		st.Refused[k] = v
	}
	for _, x := range s.gateway.sessions {
		if x.conn != nil {
			st.Connections++
		}
	}
	return st
}

// Reads reports whether a session was begun with the intent for the text of
// messages.
func (s *Server) Reads() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.gateway.sessions {
		if x.intents&intentContent != 0 {
			return true
		}
	}
	return false
}

// Fault has every request looked at: a status other than 0 is the reply to it.
// -1 cuts the connection after the request was carried out.
func (s *Server) Fault(f func(*http.Request) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// WaitFor waits until what is true, which is asked with the server locked, and
// reports whether it came about.
func (s *Server) WaitFor(patience time.Duration, what func() bool) bool {
	end := time.NewTimer(patience)
	defer end.Stop()
	for {
		s.mu.Lock()
		if what() {
			s.mu.Unlock()
			return true
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-end.C:
			return false
		}
	}
}

// touch tells those who wait that something has changed.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Forget drops what people have said and done, threads included, so that a long
// test measures the bot and not the server.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, c := range s.channels {
		c.messages = nil
		if c.thread() {
			delete(s.channels, id)
		}
	}
	for key, b := range s.limits.buckets {
		if time.Now().After(b.reset) {
			delete(s.limits.buckets, key)
		}
	}
	s.log = nil
	s.interactions = map[string]*Interaction{}
	for _, x := range s.gateway.sessions {
		x.events = nil
	}
}

// newID counts a decimal of any length up by one.
func (s *Server) newID() string {
	b := []byte(s.id)
	was := string(b)
	for i := len(b) - 1; ; i-- {
		if i < 0 {
			b = append([]byte{'1'}, b...)
			break
		}
		if b[i]++; b[i] <= '9' {
			break
		}
		b[i] = '0'
	}
	s.id = string(b)
	return was
}

// Commands are the names of the commands that the bot has registered.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.commands {
		var x struct{ Name string }
		_ = json.Unmarshal(c, &x) // it was checked when it came
		all = append(all, x.Name)
	}
	return all
}

// Created is how many commands have been created.
func (s *Server) Created() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created
}

// refusal is an error as Discord words it.
type refusal struct {
	status, code int
	message      string
}

func (e *refusal) Error() string { return strconv.Itoa(e.code) + " " + e.message }

func invalid(where, why string) error {
	return &refusal{400, 50035, "Invalid Form Body: " + where + ": " + why}
}

var (
	unknownChannel     = &refusal{404, 10003, "Unknown Channel"}
	unknownMessage     = &refusal{404, 10008, "Unknown Message"}
	unknownWebhook     = &refusal{404, 10015, "Unknown Webhook"}
	unknownInteraction = &refusal{404, 10062, "Unknown interaction"}
	acknowledged       = &refusal{400, 40060, "Interaction has already been acknowledged."}
	expiredToken       = &refusal{401, 50027, "Invalid Webhook Token"}
	missingAccess      = &refusal{403, 50001, "Missing Access"}
	missingPermission  = &refusal{403, 50013, "Missing Permissions"}
	otherAuthor        = &refusal{403, 50005, "Cannot edit a message authored by another user"}
	emptyMessage       = &refusal{400, 50006, "Cannot send an empty message"}
	archivedThread     = &refusal{400, 50083, "Thread is archived"}
	hasThread          = &refusal{400, 160004, "A thread has already been created for this message"}
	tooManyCommands    = &refusal{400, 30034, "Max number of daily application command creates has been reached (200)"}
)

func newer(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return strings.Compare(a, b) > 0
}
