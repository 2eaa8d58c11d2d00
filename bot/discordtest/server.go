// Package discordtest is a Discord for tests: a server on the loopback interface
// that speaks version 10 of the gateway, and the part of the REST API that a bot
// for text needs. It announces and enforces rate limits, checks permissions and
// the documented limits of size, and refuses requests with Discord's own codes.
//
// A test creates guilds, channels and people, and lets the people do things. It
// then reads what they see: in an [Interaction], in the messages of a
// [Channel], or everything in [Server.Transcript].
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

// Config says how the server behaves. With the zero value it behaves as Discord
// does.
type Config struct {
	Token        string        // empty: "token-of-a-test"
	Heartbeat    time.Duration // interval between heartbeats; 0: 41.25 s
	Identify     time.Duration // shortest time between two identifies of one slot; 0: 5 s
	Concurrency  int           // max_concurrency; 0: 1
	Sessions     int           // that may begin in SessionReset; 0: 1000
	SessionReset time.Duration // 0: 24 h
	Shards       int           // recommended; 0: 1
	Flags        int           // of the application; 1<<19 allows the Message Content Intent
	GlobalLimit  int           // requests in any second; 0: 50
	AckTimeout   time.Duration // for acknowledging an interaction; 0: 3 s
	Lifetime     time.Duration // of an interaction's token; 0: 15 minutes
	FirstID      string        // first of the ids, which count up; empty: "1100000000000000001"
	Commands     int           // commands that may be created a day; 0: 200

	Now         func() time.Time // the time of messages; nil: time.Now
	Application map[string]any   // fields of the application that replace the usual ones
}

// Server is a fake of Discord.
type Server struct {
	API   string // as in http://127.0.0.1:4000/api
	Token string

	cfg  Config
	http *http.Server
	stop chan struct{}
	wait sync.WaitGroup

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever something changes
	id           string
	app          *User
	guilds       []*Guild
	channels     map[string]*Channel
	users        map[string]*User
	interactions map[string]*Interaction // by token
	commands     []json.RawMessage
	created      int               // commands created today
	files        map[string]string // attached files, by id
	gateway      gateway
	limits       limits
	faults       []func(*http.Request) int
	log          []line
	stats        Stats
}

// Stats count what happened on the server.
type Stats struct {
	Requests    int
	Events      int // delivered, or to be delivered when a session is resumed
	TooMany     int // requests refused with 429
	Invalid     int // requests refused with 401, 403 or 429; Discord bans a bot after 10,000 in 10 minutes
	Identifies  int
	TokenResets int            // identifies when no sessions remained
	Resumes     int            // that succeeded
	TooSoon     int            // identifies before they were allowed
	Connections int            // open now
	Refused     map[string]int // refused requests, by code, route and message
}

// Start starts a server. It panics if the machine has no loopback interface.
func Start(cfg Config) *Server {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&cfg.Heartbeat, 41250*time.Millisecond)
	set(&cfg.Identify, 5*time.Second)
	set(&cfg.AckTimeout, 3*time.Second)
	set(&cfg.Lifetime, 15*time.Minute)
	set(&cfg.SessionReset, 24*time.Hour)
	for n, to := range map[*int]int{&cfg.Concurrency: 1, &cfg.Sessions: 1000, &cfg.Shards: 1, &cfg.GlobalLimit: 50, &cfg.Commands: 200} {
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
		panic(err)
	}
	s.API = fmt.Sprintf("http://%s/api", l.Addr())
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	s.wait.Go(func() { _ = s.http.Serve(l) }) // Close ends it
	return s
}

// Close closes all connections and stops the server.
func (s *Server) Close() {
	close(s.stop)
	s.Disconnect(Cut)
	_ = s.http.Close()
	s.wait.Wait()
}

// Stats returns what happened so far.
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

// ReadsContent reports whether a session has the Message Content Intent.
func (s *Server) ReadsContent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.gateway.sessions {
		if x.intents&intentContent != 0 {
			return true
		}
	}
	return false
}

// Fault calls f with every request. If f returns a status above 0, that is the
// reply. If it returns -1, the server carries the request out and then closes the
// connection without a reply.
func (s *Server) Fault(f func(*http.Request) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// WaitFor waits until condition is true, and reports whether it became true
// within the timeout. It calls condition with the server locked.
func (s *Server) WaitFor(timeout time.Duration, condition func() bool) bool {
	end := time.NewTimer(timeout)
	defer end.Stop()
	for {
		s.mu.Lock()
		if condition() {
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

// touch wakes those who wait for a change.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Forget drops all messages, threads and interactions, so that a long test
// measures the memory of the bot and not that of the server.
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

// newID returns the next id. Ids are decimal numbers of any length.
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

// Contexts returns the installations and contexts in which people can use each
// command, as in "ask [0] [0 1]".
func (s *Server) Contexts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.commands {
		var x struct {
			Name  string
			Types []int `json:"integration_types"`
			In    []int `json:"contexts"`
		}
		_ = json.Unmarshal(c, &x) // it was checked when it was registered
		all = append(all, fmt.Sprint(x.Name, " ", x.Types, " ", x.In))
	}
	return all
}

// Commands returns the names of the commands that the bot registered.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.commands {
		var x struct{ Name string }
		_ = json.Unmarshal(c, &x) // it was checked when it was registered
		all = append(all, x.Name)
	}
	return all
}

// refusal is an error with Discord's status, code and message.
type refusal struct {
	status, code int
	message      string
}

func (e *refusal) Error() string { return strconv.Itoa(e.code) + " " + e.message }

// invalid returns the refusal of a request with an invalid field.
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

// newer reports whether an id was made later than another.
func newer(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return strings.Compare(a, b) > 0
}
