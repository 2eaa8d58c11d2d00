package discordtest

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	intentGuilds  = 1 << 0
	intentGuild   = 1 << 9  // messages in guilds
	intentDirect  = 1 << 12 // direct messages
	intentContent = 1 << 15
	privileged    = 1<<1 | 1<<8 | intentContent
	contentFlags  = 1<<18 | 1<<19 // of an application that may have the Message Content Intent
)

// gateway holds the sessions.
type gateway struct {
	sessions []*session
	last     map[int]time.Time // time of the last identify, by slot
	resume   string            // reply to the next resume; empty: the usual
	begun    int               // sessions since the last reset
	reset    time.Time         // when more sessions may begin
}

// remaining returns how many sessions may begin until the reset, and when that
// is.
func (s *Server) remaining() (n int, reset time.Duration) {
	if g := &s.gateway; !g.reset.After(time.Now()) {
		g.begun, g.reset = 0, time.Now().Add(s.cfg.SessionReset)
	}
	return s.cfg.Sessions - s.gateway.begun, time.Until(s.gateway.reset)
}

// session is a session of one shard; conn is nil while it is not connected.
type session struct {
	id      string
	shard   [2]int
	intents int
	seq     int64
	events  []event // the latest, for a resume
	conn    *conn
	dead    bool // cannot be resumed
}

type event struct {
	seq  int64
	name string
	data any
}

type conn struct {
	ws    *websocket.Conn
	write sync.Mutex
	deaf  bool // does not answer heartbeats
}

func (c *conn) send(v any) {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // the reader notices a broken connection
	_ = c.ws.WriteJSON(v)
}

func (c *conn) close(code int, why string) {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, why), time.Now().Add(time.Second)) // an error means that the client is gone
	_ = c.ws.Close()
}

// Kinds of disconnections for [Server.Disconnect]. Any other value is a close
// code.
const (
	Cut       = -1 // the connection breaks
	Reconnect = -2 // op 7
	Invalid   = -3 // op 9; the session cannot be resumed
	Resumable = -4 // op 9; the session can be resumed
	Zombie    = -5 // the server no longer answers heartbeats
)

// Disconnect ends every connection in the way of kind.
func (s *Server) Disconnect(kind int) {
	s.mu.Lock()
	var conns []*conn
	for _, x := range s.gateway.sessions {
		if x.conn == nil {
			continue
		}
		conns = append(conns, x.conn)
		if kind == Invalid || kind == 4007 || kind == 4009 || kind == 1000 || kind == 1001 {
			x.dead = true
		}
		if kind == Zombie {
			x.conn.deaf = true
		}
	}
	s.mu.Unlock()
	for _, c := range conns {
		switch kind {
		case Zombie:
		case Cut:
			_ = c.ws.Close()
		case Reconnect:
			c.send(object{"op": 7, "d": nil})
		case Invalid, Resumable:
			c.send(object{"op": 9, "d": kind == Resumable})
		default:
			c.close(kind, "")
		}
	}
}

// NextResume makes the server answer the next resume with op 7 ("reconnect") or
// op 9 ("invalid"). An empty reply changes nothing.
func (s *Server) NextResume(reply string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.resume = reply
}

// Connected waits until every shard of the bot is connected, and reports whether
// that happened within the timeout.
func (s *Server) Connected(timeout time.Duration) bool {
	return s.WaitFor(timeout, func() bool {
		n, of := 0, 1
		for _, x := range s.gateway.sessions {
			if x.conn != nil {
				n++
				of = max(of, x.shard[1])
			}
		}
		return n >= of
	})
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has replied
	}
	c := &conn{ws: ws}
	defer ws.Close()
	if v := r.URL.Query().Get("v"); v != "10" {
		c.close(4012, "Invalid API version")
		return
	}
	c.send(object{"op": 10, "d": object{"heartbeat_interval": s.cfg.Heartbeat.Milliseconds()}})
	var mine *session
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if mine != nil && mine.conn == c {
			mine.conn = nil
			s.touch()
		}
	}()
	sent := []time.Time{}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(s.cfg.Heartbeat * 3 / 2)) // a closed connection makes the read fail
		var p struct {
			Op   int             `json:"op"`
			Data json.RawMessage `json:"d"`
		}
		if err := ws.ReadJSON(&p); err != nil {
			if ce, ok := errors.AsType[*websocket.CloseError](err); ok && (ce.Code == 1000 || ce.Code == 1001) && mine != nil {
				s.mu.Lock()
				mine.dead = true
				s.mu.Unlock()
			}
			return
		}
		now := time.Now()
		sent = append(sent, now)
		for len(sent) > 0 && now.Sub(sent[0]) > time.Minute {
			sent = sent[1:]
		}
		if len(sent) > 120 {
			c.close(4008, "You are being rate limited.")
			return
		}
		switch p.Op {
		case 1:
			s.mu.Lock()
			deaf := c.deaf
			s.mu.Unlock()
			if !deaf {
				c.send(object{"op": 11})
			}
		case 2, 6:
			if mine != nil {
				c.close(4005, "Already authenticated.")
				return
			}
			if p.Op == 2 {
				mine = s.identify(c, p.Data)
			} else {
				mine = s.resume(c, p.Data)
			}
			if mine == nil && p.Op == 2 {
				return
			}
		case 3:
		default:
			c.close(4001, "Unknown opcode.")
			return
		}
	}
}

// identify starts a session. It returns nil if it refuses to.
func (s *Server) identify(c *conn, data json.RawMessage) *session {
	var d struct {
		Token   string  `json:"token"`
		Intents *int    `json:"intents"`
		Shard   *[2]int `json:"shard"`
	}
	if json.Unmarshal(data, &d) != nil || d.Intents == nil {
		c.close(4002, "Error while decoding payload.")
		return nil
	}
	shard := [2]int{0, 1}
	if d.Shard != nil {
		shard = *d.Shard
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case strings.TrimPrefix(d.Token, "Bot ") != s.Token:
		c.close(4004, "Authentication failed.")
		return nil
	case shard[1] < 1 || shard[0] >= shard[1]:
		c.close(4010, "Invalid shard.")
		return nil
	case *d.Intents&privileged != 0 && (*d.Intents&privileged != intentContent || s.cfg.Flags&contentFlags == 0):
		c.close(4014, "Disallowed intent(s).")
		return nil
	}
	s.stats.Identifies++
	if n, _ := s.remaining(); n <= 0 { // Discord then resets the token
		s.stats.TokenResets++
		s.Token += "-reset"
		c.close(4004, "Authentication failed.")
		return nil
	}
	s.gateway.begun++
	slot := shard[0] % s.cfg.Concurrency
	if s.gateway.last == nil {
		s.gateway.last = map[int]time.Time{}
	}
	if time.Since(s.gateway.last[slot]) < s.cfg.Identify {
		s.stats.TooSoon++
		go c.send(object{"op": 9, "d": false})
		return nil
	}
	s.gateway.last[slot] = time.Now()
	x := &session{id: "session-" + s.newID(), shard: shard, intents: *d.Intents, conn: c}
	// A shard has only one session, so this replaces the old one.
	s.gateway.sessions = slices.DeleteFunc(s.gateway.sessions, func(old *session) bool { return old.shard == shard })
	s.gateway.sessions = append(s.gateway.sessions, x)
	guilds := []object{}
	for i, g := range s.guilds {
		if i%shard[1] == shard[0] {
			guilds = append(guilds, object{"id": g.ID, "unavailable": true})
		}
	}
	x.deliver("READY", object{
		"v": 10, "user": s.app.json(), "guilds": guilds, "session_id": x.id, "shard": shard,
		"resume_gateway_url": s.gatewayURL() + "/resume", "application": object{"id": s.app.ID, "flags": s.cfg.Flags},
	})
	for i, g := range s.guilds {
		if i%shard[1] == shard[0] {
			x.deliver("GUILD_CREATE", g.json())
		}
	}
	s.touch()
	return x
}

func (s *Server) gatewayURL() string {
	return "ws" + strings.TrimSuffix(strings.TrimPrefix(s.API, "http"), "/api") + "/gateway"
}

// resume resumes a session. It returns nil if it cannot.
func (s *Server) resume(c *conn, data json.RawMessage) *session {
	var d struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil {
		c.close(4002, "Error while decoding payload.")
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.TrimPrefix(d.Token, "Bot ") != s.Token {
		c.close(4004, "Authentication failed.")
		return nil
	}
	if reply := s.gateway.resume; reply != "" {
		s.gateway.resume = ""
		if reply == "reconnect" {
			go c.send(object{"op": 7, "d": nil})
			return nil
		}
		for _, x := range s.gateway.sessions {
			if x.id == d.Session {
				x.dead = true
			}
		}
	}
	for _, x := range s.gateway.sessions {
		if x.id != d.Session || x.dead {
			continue
		}
		if d.Seq > x.seq {
			c.close(4007, "Invalid seq.")
			return nil
		}
		s.stats.Resumes++
		if x.conn != nil {
			old := x.conn
			go func() { _ = old.ws.Close() }()
		}
		x.conn = c
		for _, e := range x.events {
			if e.seq > d.Seq {
				c.send(object{"op": 0, "s": e.seq, "t": e.name, "d": e.data})
			}
		}
		x.deliver("RESUMED", object{})
		s.touch()
		return x
	}
	go c.send(object{"op": 9, "d": false})
	return nil
}

// deliver adds an event to a session, and sends it if it is connected.
func (x *session) deliver(name string, data any) {
	x.seq++
	// The server is locked here, so the data cannot change while it is encoded.
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // strings and numbers always become JSON
	}
	e := event{x.seq, name, json.RawMessage(raw)}
	x.events = append(x.events, e)
	if len(x.events) > 2000 {
		x.events = append([]event(nil), x.events[1000:]...)
	}
	if x.conn != nil {
		x.conn.send(object{"op": 0, "s": e.seq, "t": e.name, "d": e.data})
	}
}

// emit delivers an event of a guild, or of direct messages if guild is empty, to
// the sessions whose intents and permissions in c allow it. If data is a
// *Message, its text is included only where the bot may read it. It reports
// whether any session gets the event, now or when it is resumed.
func (s *Server) emit(guild string, c *Channel, name string, data any) (told bool) {
	defer s.touch()
	if strings.HasPrefix(name, "MESSAGE_") && c.permissions()&ViewChannel == 0 {
		return false
	}
	of := 0
	if guild != "" {
		for i, g := range s.guilds {
			if g.ID == guild {
				of = i
			}
		}
	}
	need := intentGuilds
	if strings.HasPrefix(name, "MESSAGE_") {
		need = intentGuild
		if guild == "" {
			need = intentDirect
		}
	}
	for _, x := range s.gateway.sessions {
		switch {
		case x.dead, of%x.shard[1] != x.shard[0]:
		case name != "INTERACTION_CREATE" && x.intents&need == 0:
		default:
			told = true
			s.stats.Events++
			if m, ok := data.(*Message); ok {
				o := m.json(m.open(s) || x.intents&intentContent != 0)
				if m.Author.guild != nil && !m.Webhook {
					o["member"] = m.Author.member()
				}
				x.deliver(name, o)
			} else {
				x.deliver(name, data)
			}
		}
	}
	return told
}
