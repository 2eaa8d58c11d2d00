package discordtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options are the options of a command, by name: strings, numbers, bools, or a
// *Channel, *Role, *User or *File.
type Options map[string]any

// File is a file that a person attaches.
type File struct {
	Name, Text string
}

// Interaction is something that a person did with a command, a button or a
// form, together with its result.
type Interaction struct {
	ID, Token string
	User      *User
	Channel   *Channel

	s         *Server
	kind      int // 2 command, 3 component, 4 autocompletion, 5 form
	began     time.Time
	acked     time.Time
	event     object   // as it is delivered to the bot
	source    *Message // the message whose button was pressed
	what      string   // as the transcript shows it
	state     Response
	original  *Message
	followUps []*Message
}

// Response is what a person sees of an interaction.
type Response struct {
	Acked    time.Duration // time until it was acknowledged; 0: not yet
	Failed   bool          // the bot had no session, so the person sees an error at once
	Thinking bool          // "is thinking…"
	Private  bool
	Message  *Message // nil: none
	More     []Message
	Choices  []string // proposed by autocompletion
	Form     *Form
}

// Form is a form that the bot showed; Discord calls it a modal.
type Form struct {
	ID, Title string
	Fields    []string // custom ids
	Labels    []string
}

// Say posts a message.
func (u *User) Say(c *Channel, content string) *Message { return u.say(c, content, "", false) }

// Reply posts a message that replies to another.
func (u *User) Reply(m *Message, content string) *Message {
	return u.say(m.channel, content, m.ID, false)
}

// Webhook posts a message as a webhook.
func (c *Channel) Webhook(content string) *Message {
	c.s.mu.Lock()
	u := c.s.user("hook", true)
	c.s.mu.Unlock()
	return u.say(c, content, "", true)
}

// SayWith posts a message with more fields, under Discord's names: "components",
// "embeds" or "attachments".
func (u *User) SayWith(c *Channel, content string, more map[string]any) *Message {
	return u.write(c, &Message{Content: content, raw: more})
}

func (u *User) say(c *Channel, content, reference string, hook bool) *Message {
	return u.write(c, &Message{Content: content, Reference: reference, Webhook: hook, raw: object{}})
}

func (u *User) write(c *Channel, m *Message) *Message {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID, m.Author, m.channel, m.posted, m.Changed = s.newID(), u, c, s.cfg.Now(), time.Now()
	if c.archived && !c.locked {
		c.archived = false
	}
	c.messages = append(c.messages, m)
	s.note(c, m, "")
	s.emit(guildOf(c), c, "MESSAGE_CREATE", m)
	return m
}

// Again delivers the message to the bot once more, as Discord may after a
// reconnect.
func (m *Message) Again() {
	s := m.channel.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(guildOf(m.channel), m.channel, "MESSAGE_CREATE", m)
}

// Again delivers the interaction to the bot once more.
func (i *Interaction) Again() {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	i.s.emit(guildOf(i.Channel), i.Channel, "INTERACTION_CREATE", i.event)
}

// DM returns the channel for direct messages between a person and the bot.
func (u *User) DM() *Channel {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.direct()
}

func (u *User) direct() *Channel {
	if u.dm == nil {
		u.dm = &Channel{ID: u.s.newID(), Name: u.Name, s: u.s, kind: DMChannel, user: u}
		u.s.channels[u.dm.ID] = u.dm
	}
	return u.dm
}

// Edit changes the text of a message.
func (u *User) Edit(m *Message, content string) {
	s := m.channel.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Content = content
	m.Edits++
	s.note(m.channel, m, "edit")
	s.emit(guildOf(m.channel), m.channel, "MESSAGE_UPDATE", m)
}

// Delete deletes a message.
func (u *User) Delete(m *Message) {
	s := m.channel.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Deleted = true
	s.note(m.channel, m, "delete")
	s.emit(guildOf(m.channel), m.channel, "MESSAGE_DELETE", object{"id": m.ID, "channel_id": m.channel.ID, "guild_id": guildOf(m.channel)})
}

// Post starts a post in a forum.
func (u *User) Post(forum *Channel, title, content string) *Channel {
	s := forum.s
	s.mu.Lock()
	t := &Channel{ID: s.newID(), Name: title, s: s, guild: forum.guild, parent: forum, kind: PublicThread, owner: u.ID}
	s.channels[t.ID] = t
	o := t.json()
	o["newly_created"] = true
	s.emit(guildOf(forum), forum, "THREAD_CREATE", o)
	m := &Message{ID: t.ID, Author: u, Content: content, channel: t, raw: object{}, posted: s.cfg.Now(), Changed: time.Now()}
	t.messages = append(t.messages, m)
	s.note(t, m, "post")
	s.emit(guildOf(t), t, "MESSAGE_CREATE", m)
	s.mu.Unlock()
	return t
}

// Slash runs a command, as in "ask" or "footnote setup".
func (u *User) Slash(c *Channel, command string, opts Options) *Interaction {
	what := "/" + command
	keys := []string{}
	for k := range opts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		what += fmt.Sprintf(" %s: %v", k, shown(opts[k]))
	}
	return u.interact(c, 2, what, func(*Interaction) object { return u.s.commandData(command, opts, "") })
}

// shown returns a value of an option as the transcript shows it.
func shown(v any) any {
	switch v := v.(type) {
	case *Channel:
		return "#" + v.Name
	case *Role:
		return "@" + v.Name
	case *User:
		return "@" + v.Name
	case *File:
		return v.Name
	}
	return v
}

// Complete types into an option of a command, which asks the bot for choices.
func (u *User) Complete(c *Channel, command, option, typed string, opts Options) *Interaction {
	all := Options{option: typed}
	for k, v := range opts {
		all[k] = v
	}
	return u.interact(c, 4, "", func(*Interaction) object { return u.s.commandData(command, all, option) })
}

// Menu chooses an entry of a message's context menu.
func (u *User) Menu(m *Message, name string) *Interaction {
	return u.interact(m.channel, 2, fmt.Sprintf("(menu: %s, on %s's message)", name, m.Author.Name), func(*Interaction) object {
		return object{"id": u.s.newID(), "name": name, "type": 3, "target_id": m.ID, "resolved": object{"messages": object{m.ID: m.json(true)}}}
	})
}

// Click presses a button by its label or id, or chooses the first value of a
// select menu. It panics if the message has no such button, or if the button is
// disabled.
func (u *User) Click(m *Message, label string) *Interaction {
	for _, b := range m.Buttons {
		if strings.HasSuffix(b.Label, label) || b.ID == label {
			if b.Disabled {
				panic("the button " + label + " is disabled")
			}
			return u.Press(m, b.ID, b.kind, b.Label, b.Options)
		}
	}
	panic(fmt.Sprintf("no button %q below %q: %v", label, m.Content, m.Buttons))
}

// Press sends the id of a component, whether or not the message has it.
func (u *User) Press(m *Message, id string, kind int, label string, values []string) *Interaction {
	return u.interact(m.channel, 3, "("+label+")", func(i *Interaction) object {
		i.source = m
		if now := m.channel.find(m.ID); now != nil { // m may be a copy
			i.source = now
		}
		o := object{"custom_id": id, "component_type": max(kind, 2)}
		if len(values) > 0 {
			o["values"] = values[:1]
		}
		return o
	})
}

// Submit submits a form with values for its fields, in order.
func (u *User) Submit(from *Interaction, f *Form, values ...string) *Interaction {
	return u.interact(from.Channel, 5, "("+f.Title+") "+strings.Join(values, " / "), func(i *Interaction) object {
		i.source = from.source
		rows := []object{}
		for n, id := range f.Fields {
			v := ""
			if n < len(values) {
				v = values[n]
			}
			rows = append(rows, object{"type": 1, "components": []object{{"type": 4, "custom_id": id, "value": v}}})
		}
		return object{"custom_id": f.ID, "components": rows}
	})
}

// interact delivers an interaction to the bot.
func (u *User) interact(c *Channel, kind int, what string, data func(*Interaction) object) *Interaction {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	i := &Interaction{ID: s.newID(), Token: "interaction-" + s.newID(), User: u, Channel: c, s: s, kind: kind, began: time.Now(), what: what}
	d := data(i)
	s.interactions[i.Token] = i
	o := object{
		"id": i.ID, "application_id": s.app.ID, "type": kind, "data": d, "channel_id": c.ID, "channel": c.json(), "token": i.Token, "version": 1,
		"app_permissions": strconv.FormatInt(c.permissions(), 10), "locale": "en-GB", "entitlements": []any{}, "context": 0,
	}
	owners := object{}
	o["authorizing_integration_owners"] = owners
	switch {
	case c.guild == nil:
		o["user"], o["context"], owners["0"] = u.json(), 1, "0"
	case slices.Contains(s.guilds, c.guild):
		o["guild_id"], o["member"], owners["0"] = c.guild.ID, u.member(), c.guild.ID
	default: // the person uses the application as their own
		o["guild_id"], o["member"], owners["1"] = c.guild.ID, u.member(), u.ID
	}
	if i.source != nil {
		msg := i.source.json(true)
		o["message"] = msg
	}
	if what != "" {
		s.say(c, u.Name+": "+what)
	}
	i.state.Failed = !s.emit(guildOf(c), c, "INTERACTION_CREATE", o)
	return i
}

// commandData returns the data of a command's interaction.
func (s *Server) commandData(command string, opts Options, focused string) object {
	words := strings.Fields(command)
	resolved := object{}
	add := func(kind, id string, o object) {
		m, _ := resolved[kind].(object)
		if m == nil {
			m = object{}
			resolved[kind] = m
		}
		m[id] = o
	}
	inner := []object{}
	for name, v := range opts {
		o := object{"name": name, "type": 3, "value": v}
		switch v := v.(type) {
		case bool:
			o["type"] = 5
		case int, float64:
			o["type"] = map[bool]int{true: 4, false: 10}[fmt.Sprintf("%T", v) == "int"]
		case *Channel:
			o["type"], o["value"] = 7, v.ID
			add("channels", v.ID, v.json())
		case *Role:
			o["type"], o["value"] = 8, v.ID
			add("roles", v.ID, object{"id": v.ID, "name": v.Name, "permissions": strconv.FormatInt(v.Permissions, 10)})
		case *User:
			o["type"], o["value"] = 6, v.ID
			add("users", v.ID, v.json())
		case *File:
			id := s.newID()
			o["type"], o["value"] = 11, id
			add("attachments", id, object{"id": id, "filename": v.Name, "size": len(v.Text), "content_type": "text/plain", "url": strings.TrimSuffix(s.API, "/api") + "/file/" + id})
			s.files[id] = v.Text
		}
		if name == focused {
			o["focused"] = true
		}
		inner = append(inner, o)
	}
	slices.SortFunc(inner, func(a, b object) int { return strings.Compare(text(a["name"]), text(b["name"])) })
	options := inner
	if len(words) > 1 {
		options = []object{{"name": words[1], "type": 1, "options": inner}}
	}
	return object{"id": s.newID(), "name": words[0], "type": 1, "options": options, "resolved": resolved}
}

func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	t, ok := s.files[r.PathValue("id")]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write([]byte(t)) // an error means that the client is gone
}

// Response returns what the person sees now.
func (i *Interaction) Response() Response {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	return i.response()
}

func (i *Interaction) response() Response {
	r := i.state
	if !i.acked.IsZero() {
		r.Acked = i.acked.Sub(i.began)
	}
	if i.original != nil && !i.original.Deleted {
		m := *i.original
		r.Message = &m
	}
	for _, m := range i.followUps {
		if !m.Deleted {
			r.More = append(r.More, *m)
		}
	}
	return r
}

// Wait waits until want accepts what the person sees. It reports whether that
// happened within the timeout.
func (i *Interaction) Wait(timeout time.Duration, want func(Response) bool) (Response, bool) {
	ok := i.s.WaitFor(timeout, func() bool { return want(i.response()) })
	return i.Response(), ok
}
