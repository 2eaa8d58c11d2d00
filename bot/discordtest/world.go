package discordtest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Permissions, with Discord's numbers.
const (
	AddReactions          = 1 << 6
	ViewChannel           = 1 << 10
	SendMessages          = 1 << 11
	ManageMessages        = 1 << 13
	EmbedLinks            = 1 << 14
	ReadMessageHistory    = 1 << 16
	MentionEveryone       = 1 << 17
	ManageGuild           = 1 << 5
	ManageThreads         = 1 << 34
	CreatePublicThreads   = 1 << 35
	SendMessagesInThreads = 1 << 38

	// member are the permissions that everybody has.
	member = AddReactions | ViewChannel | SendMessages | EmbedLinks | ReadMessageHistory | CreatePublicThreads | SendMessagesInThreads
)

// Kinds of channels, with Discord's numbers.
const (
	TextChannel  = 0
	DMChannel    = 1
	PublicThread = 11
	ForumChannel = 15
)

// Guild is what people call a Discord server.
type Guild struct {
	ID, Name string
	s        *Server
	channels []*Channel
	members  []*User
	roles    []*Role
	denied   int64 // permissions that the bot does not have
}

// Role is a role of a guild.
type Role struct {
	ID, Name    string
	Permissions int64
}

// User is a person, or a bot.
type User struct {
	ID, Name string
	s        *Server
	bot      bool
	guild    *Guild // that the user is a member of; nil: none
	roles    []*Role
	admin    bool
	dm       *Channel
}

// Channel is a channel, a thread or a direct message.
type Channel struct {
	ID, Name string
	s        *Server
	guild    *Guild
	parent   *Channel
	kind     int
	denied   int64 // permissions that the bot does not have
	archived bool
	locked   bool
	owner    string
	user     *User // the person in direct messages
	messages []*Message
}

// Message is a message in its current state. To read its fields while the server
// runs, use the copies that [Channel.Messages] returns.
type Message struct {
	ID        string
	Author    *User
	Content   string
	Embeds    []Embed
	Buttons   []Button
	Reference string // id of the message that it replies to
	Edits     int
	Changed   time.Time // when it was posted or last edited
	Deleted   bool
	Ephemeral bool
	Pings     []string // ids of users and roles, "everyone" and "here", that it pinged
	Webhook   bool
	Thread    *Channel // that was started at it; nil: none

	channel   *Channel
	raw       map[string]any
	posted    time.Time
	nonce     string
	reactions []string
}

// Embed is a box below the text of a message.
type Embed struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Footer      struct {
		Text string `json:"text"`
	} `json:"footer"`
	Author struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	} `json:"author"`
	Fields []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"fields"`
}

// Button is a button or a select menu.
type Button struct {
	Label    string
	ID       string
	URL      string
	Disabled bool
	Options  []string // values of a select menu
	kind     int
}

func (s *Server) user(name string, bot bool) *User {
	u := &User{ID: s.newID(), Name: name, s: s, bot: bot}
	s.users[u.ID] = u
	return u
}

// Guild creates a guild that the bot is a member of.
func (s *Server) Guild(name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Guild{ID: s.newID(), Name: name, s: s}
	s.guilds = append(s.guilds, g)
	s.emit(g.ID, nil, "GUILD_CREATE", g.json())
	return g
}

// Foreign creates a guild that the bot is not a member of, with a channel and an
// admin who installed the application as their own.
func (s *Server) Foreign(name string) (*Channel, *User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Guild{ID: s.newID(), Name: name, s: s}
	c := &Channel{ID: s.newID(), Name: name, s: s, guild: g, kind: TextChannel}
	u := s.user("foreigner", false)
	u.guild, u.admin = g, true
	return c, u
}

// Expel makes the bot leave the guild.
func (g *Guild) Expel() {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.emit(g.ID, nil, "GUILD_DELETE", object{"id": g.ID})
	g.s.guilds = slices.DeleteFunc(g.s.guilds, func(x *Guild) bool { return x == g })
	for _, c := range g.channels {
		delete(g.s.channels, c.ID)
	}
}

// Outage makes the guild unavailable for a moment.
func (g *Guild) Outage() {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.s.emit(g.ID, nil, "GUILD_DELETE", object{"id": g.ID, "unavailable": true})
	g.s.emit(g.ID, nil, "GUILD_CREATE", g.json())
}

// Remove deletes a channel.
func (c *Channel) Remove() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.s.channels, c.ID)
	c.guild.channels = slices.DeleteFunc(c.guild.channels, func(x *Channel) bool { return x == c })
	c.s.emit(c.guild.ID, c, "CHANNEL_DELETE", c.json())
}

// Guilds returns all guilds, in the order in which they were created.
func (s *Server) Guilds() []*Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.guilds)
}

// Channels returns the channels of a guild, without threads.
func (g *Guild) Channels() []*Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return slices.Clone(g.channels)
}

// Members returns the people in a guild.
func (g *Guild) Members() []*User {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return slices.Clone(g.members)
}

// Join creates a person who is a member of the guild.
func (g *Guild) Join(name string, roles ...*Role) *User {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	u := g.s.user(name, false)
	u.guild, u.roles = g, roles
	g.members = append(g.members, u)
	return u
}

// Admin creates a member who has all permissions.
func (g *Guild) Admin(name string) *User {
	u := g.Join(name)
	u.admin = true
	return u
}

// Bot creates another bot that is a member.
func (g *Guild) Bot(name string) *User {
	u := g.Join(name)
	u.bot = true
	return u
}

// Stranger creates a person who shares no guild with the bot, but can send it
// direct messages.
func (s *Server) Stranger(name string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user(name, false)
}

// Role creates a role.
func (g *Guild) Role(name string, permissions int64) *Role {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	r := &Role{ID: g.s.newID(), Name: name, Permissions: permissions}
	g.roles = append(g.roles, r)
	return r
}

// GuildID returns the id of the channel's guild; empty for direct messages.
func (c *Channel) GuildID() string { return guildOf(c) }

// Role creates a role in the channel's guild.
func (c *Channel) Role(name string) *Role { return c.guild.Role(name, 0) }

// Channel returns the channel of a message.
func (m *Message) Channel() *Channel { return m.channel }

// Channel creates a text channel.
func (g *Guild) Channel(name string) *Channel { return g.channel(name, TextChannel) }

// Forum creates a forum channel.
func (g *Guild) Forum(name string) *Channel { return g.channel(name, ForumChannel) }

func (g *Guild) channel(name string, kind int) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	c := &Channel{ID: g.s.newID(), Name: name, s: g.s, guild: g, kind: kind}
	g.channels = append(g.channels, c)
	g.s.channels[c.ID] = c
	g.s.emit(g.ID, c, "CHANNEL_CREATE", c.json())
	return c
}

// Deny takes permissions from the bot.
func (c *Channel) Deny(permissions int64) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.denied |= permissions
	c.s.emit(c.guild.ID, c, "CHANNEL_UPDATE", c.json())
}

// Allow gives permissions back to the bot.
func (c *Channel) Allow(permissions int64) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.denied &^= permissions
	c.s.emit(c.guild.ID, c, "CHANNEL_UPDATE", c.json())
}

// Deny takes permissions from the bot in all channels of a guild.
func (g *Guild) Deny(permissions int64) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.denied |= permissions
}

// Archive archives a thread, and locks it if lock is set.
func (c *Channel) Archive(lock bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.archived, c.locked = true, lock
	c.s.emit(c.guild.ID, c, "THREAD_UPDATE", c.json())
}

// BotID returns the id of the bot's user.
func (s *Server) BotID() string { return s.app.ID }

// permissions returns the permissions of the bot in a channel.
func (c *Channel) permissions() int64 {
	all := int64(member)
	if c.guild != nil {
		all &^= c.guild.denied
	}
	for x := c; x != nil; x = x.parent {
		all &^= x.denied
	}
	return all
}

// permissions returns the permissions of a person.
func (u *User) permissions() int64 {
	if u.admin {
		return 1<<50 - 1
	}
	all := int64(member)
	for _, r := range u.roles {
		all |= r.Permissions
	}
	return all
}

func (c *Channel) thread() bool { return c.kind == PublicThread }

// Messages returns copies of the messages of a channel that are not deleted, the
// oldest first.
func (c *Channel) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var all []Message
	for _, m := range c.messages {
		if !m.Deleted {
			all = append(all, *m)
		}
	}
	return all
}

// Message returns the message with an id, to reply to it or to press its buttons;
// nil if there is none.
func (c *Channel) Message(id string) *Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.find(id)
}

// Threads returns the threads and posts of a channel, the oldest first.
func (c *Channel) Threads() []*Channel {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var all []*Channel
	for _, x := range c.s.channels {
		if x.parent == c {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, func(a, b *Channel) int {
		if newer(a.ID, b.ID) {
			return 1
		}
		return -1
	})
	return all
}

func (c *Channel) find(id string) *Message {
	for _, m := range c.messages {
		if m.ID == id && !m.Deleted {
			return m
		}
	}
	return nil
}

type object = map[string]any

func (u *User) json() object {
	return object{"id": u.ID, "username": u.Name, "global_name": u.Name, "discriminator": "0", "avatar": nil, "bot": u.bot}
}

func (u *User) member() object {
	roles := []string{}
	for _, r := range u.roles {
		roles = append(roles, r.ID)
	}
	return object{"user": u.json(), "roles": roles, "nick": nil, "joined_at": time.Now().UTC().Format(time.RFC3339), "deaf": false, "mute": false, "permissions": strconv.FormatInt(u.permissions(), 10)}
}

func (g *Guild) json() object {
	channels, threads, roles := []object{}, []object{}, []object{}
	for _, c := range g.channels {
		channels = append(channels, c.json())
	}
	for _, c := range g.s.channels {
		if c.guild == g && c.thread() && !c.archived {
			threads = append(threads, c.json())
		}
	}
	for _, r := range g.roles {
		roles = append(roles, object{"id": r.ID, "name": r.Name, "permissions": strconv.FormatInt(r.Permissions, 10)})
	}
	return object{"id": g.ID, "name": g.Name, "channels": channels, "threads": threads, "roles": roles, "member_count": len(g.members), "unavailable": false}
}

func (c *Channel) json() object {
	o := object{"id": c.ID, "type": c.kind, "name": c.Name}
	if c.guild != nil {
		o["guild_id"] = c.guild.ID
	}
	if c.parent != nil {
		o["parent_id"] = c.parent.ID
	}
	o["last_message_id"] = nil
	for _, m := range slices.Backward(c.messages) {
		if !m.Ephemeral { // a deleted message stays the last one
			o["last_message_id"] = m.ID
			break
		}
	}
	if c.thread() {
		o["owner_id"] = c.owner
		o["thread_metadata"] = object{"archived": c.archived, "locked": c.locked, "auto_archive_duration": 1440}
	}
	if c.kind == DMChannel {
		o["recipients"] = []object{c.user.json()}
	}
	return o
}

// json returns a message as JSON. It includes the text only if whole is set.
func (m *Message) json(whole bool) object {
	o := object{
		"id": m.ID, "channel_id": m.channel.ID, "author": m.Author.json(), "content": "", "type": 0, "timestamp": m.posted.UTC().Format(time.RFC3339Nano),
		"embeds": []any{}, "components": []any{}, "attachments": []any{}, "mention_roles": []any{}, "tts": false, "pinned": false, "mention_everyone": false,
	}
	if m.channel.guild != nil {
		o["guild_id"] = m.channel.guild.ID
	}
	if m.Edits > 0 {
		o["edited_timestamp"] = m.channel.s.cfg.Now().UTC().Format(time.RFC3339Nano)
	}
	mentions := []object{}
	for _, u := range m.mentioned() {
		mentions = append(mentions, u.json())
	}
	o["mentions"] = mentions
	if whole {
		o["content"] = m.Content
		for _, key := range []string{"embeds", "components", "attachments"} {
			if v := m.raw[key]; v != nil {
				o[key] = v
			}
		}
	}
	if m.Webhook {
		o["webhook_id"] = m.Author.ID
	}
	if m.Ephemeral {
		o["flags"] = 64
	}
	if m.Reference != "" {
		o["type"] = 19
		o["message_reference"] = object{"message_id": m.Reference, "channel_id": m.channel.ID}
		if r := m.channel.find(m.Reference); r != nil {
			o["referenced_message"] = r.json(r.open(m.channel.s))
		} else {
			o["referenced_message"] = nil
		}
	}
	if m.nonce != "" {
		o["nonce"] = m.nonce
	}
	return o
}

// mentioned returns the people that a message mentions, and the author of the
// message that it replies to.
func (m *Message) mentioned() []*User {
	var all []*User
	for _, u := range m.channel.s.users {
		if strings.Contains(m.Content, "<@"+u.ID+">") || strings.Contains(m.Content, "<@!"+u.ID+">") {
			all = append(all, u)
		}
	}
	if r := m.channel.find(m.Reference); r != nil && !m.Author.bot && !slices.Contains(all, r.Author) {
		all = append(all, r.Author)
	}
	return all
}

// open reports whether the bot may read the text without the Message Content
// Intent.
func (m *Message) open(s *Server) bool {
	return m.channel.kind == DMChannel || m.Author == s.app || slices.Contains(m.mentioned(), s.app)
}
