package discordtest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// call is one request.
type call struct {
	r    *http.Request
	body object
	list []any
}

func (c call) path(name string) string { return c.r.PathValue(name) }

// handler returns the handler of the API.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/gateway/", s.serveGateway)
	mux.HandleFunc("/gateway", s.serveGateway)
	mux.HandleFunc("GET /file/{id}", s.serveFile)
	on := func(pattern, route, major string, interaction bool, do func(c call) (int, any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /api/v10"+path, func(w http.ResponseWriter, r *http.Request) {
			s.serve(w, r, route, major, interaction, do)
		})
	}
	on("GET /gateway/bot", "GET gateway", "", false, s.getGateway)
	on("GET /users/@me", "GET me", "", false, func(call) (int, any, error) { return 200, s.app.json(), nil })
	on("GET /users/@me/guilds", "GET guilds", "", false, s.getGuilds)
	on("GET /applications/@me", "GET application", "", false, s.getApplication)
	on("GET /applications/{app}/commands", "GET commands", "", false, s.getCommands)
	on("PUT /applications/{app}/commands", "PUT commands", "", false, s.putCommands)
	on("POST /interactions/{id}/{token}/callback", "POST callback", "token", true, s.respond)
	on("POST /webhooks/{app}/{token}", "POST followup", "token", true, s.followUp)
	on("GET /webhooks/{app}/{token}/messages/{message}", "GET response", "token", true, s.getResponse)
	on("PATCH /webhooks/{app}/{token}/messages/{message}", "PATCH response", "token", true, s.patchResponse)
	on("DELETE /webhooks/{app}/{token}/messages/{message}", "DELETE response", "token", true, s.deleteResponse)
	on("GET /channels/{channel}", "GET channel", "channel", false, s.getChannel)
	on("PATCH /channels/{channel}", "PATCH channel", "channel", false, s.patchChannel)
	on("GET /channels/{channel}/messages", "GET messages", "channel", false, s.getMessages)
	on("GET /channels/{channel}/messages/{message}", "GET message", "channel", false, s.getMessage)
	on("POST /channels/{channel}/messages", "POST messages", "channel", false, s.postMessage)
	on("PATCH /channels/{channel}/messages/{message}", "PATCH messages", "channel", false, s.patchMessage)
	on("DELETE /channels/{channel}/messages/{message}", "DELETE messages", "channel", false, s.deleteMessage)
	on("PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me", "PUT reaction", "channel", false, s.putReaction)
	on("DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me", "DELETE reaction", "channel", false, s.deleteReaction)
	on("POST /channels/{channel}/messages/{message}/threads", "POST threads", "channel", false, s.postThread)
	on("POST /users/@me/channels", "POST dm", "", false, s.postDM)
	on("POST /channels/{channel}/typing", "POST typing", "channel", false, s.postTyping)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.stats.Refused["404 "+r.Method+" "+r.URL.Path]++
		s.mu.Unlock()
		reply(w, 404, object{"message": "404: Not Found", "code": 0})
	})
	return mux
}

// serve counts and authorizes a request, checks the rate limits, and carries the
// request out.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, route, major string, interaction bool, do func(call) (int, any, error)) {
	s.mu.Lock()
	s.stats.Requests++
	cut := false
	for _, f := range s.faults {
		switch status := f(r); {
		case status == -1:
			cut = true
		case status != 0:
			s.mu.Unlock()
			reply(w, status, nil)
			return
		}
	}
	if !interaction && r.Header.Get("Authorization") != "Bot "+s.Token {
		s.stats.Invalid++
		s.mu.Unlock()
		reply(w, 401, object{"message": "401: Unauthorized", "code": 0})
		return
	}
	s.mu.Unlock()
	if !s.admit(w, route, r.PathValue(major), interaction) {
		return
	}
	c := call{r: r}
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		data, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
		if err == nil && len(data) > 0 {
			var v any
			err = json.Unmarshal(data, &v)
			switch v := v.(type) {
			case object:
				c.body = v
			case []any:
				c.list = v
			}
		}
		if err != nil {
			reply(w, 400, object{"message": "The request body contains invalid JSON.", "code": 50109})
			return
		}
	}
	s.mu.Lock()
	status, v, err := do(c)
	var e *refusal
	if errors.As(err, &e) {
		status, v = e.status, object{"message": e.message, "code": e.code}
		s.stats.Refused[strconv.Itoa(e.code)+" "+route+" "+e.message]++
		if e.status == 401 || e.status == 403 {
			s.stats.Invalid++
		}
	}
	s.touch()
	s.mu.Unlock()
	if cut {
		if h, ok := w.(http.Hijacker); ok {
			if conn, _, err := h.Hijack(); err == nil {
				_ = conn.Close()
				return
			}
		}
	}
	reply(w, status, v)
}

func (s *Server) getGateway(call) (int, any, error) {
	remaining, reset := s.remaining()
	return 200, object{
		"url": s.gatewayURL(), "shards": s.cfg.Shards,
		"session_start_limit": object{"total": s.cfg.Sessions, "remaining": remaining, "reset_after": reset.Milliseconds(), "max_concurrency": s.cfg.Concurrency},
	}, nil
}

func (s *Server) getApplication(call) (int, any, error) {
	o := object{"id": s.app.ID, "name": "footnote", "flags": s.cfg.Flags, "bot": s.app.json(), "bot_public": true, "bot_require_code_grant": false, "interactions_endpoint_url": nil, "approximate_guild_count": len(s.guilds)}
	maps.Copy(o, s.cfg.Application)
	return 200, o, nil
}

func (s *Server) getGuilds(call) (int, any, error) {
	all := []object{}
	for _, g := range s.guilds[:min(len(s.guilds), 200)] {
		all = append(all, object{"id": g.ID, "name": g.Name, "owner": false, "permissions": strconv.FormatInt(member&^g.denied, 10), "features": []any{}})
	}
	return 200, all, nil
}

func (s *Server) getCommands(call) (int, any, error) {
	all := []any{}
	for _, c := range s.commands {
		all = append(all, c)
	}
	return 200, all, nil
}

var (
	chatName = regexp.MustCompile(`^[-_'\p{Ll}\p{Lo}\p{N}]{1,32}$`)
	menuName = regexp.MustCompile(`^.{1,32}$`)
)

func (s *Server) putCommands(c call) (int, any, error) {
	had := map[string]json.RawMessage{}
	for _, raw := range s.commands {
		var x struct{ Name string }
		_ = json.Unmarshal(raw, &x) // it was checked when it was registered
		had[x.Name] = raw
	}
	if len(c.list) > 110 {
		return 0, nil, invalid("commands", "Must be 110 or fewer in length.")
	}
	var all []json.RawMessage
	made, menus := 0, 0
	for _, v := range c.list {
		o, _ := v.(object)
		if err := checkCommand(o); err != nil {
			return 0, nil, err
		}
		if number(o["type"]) == 3 {
			menus++
		}
		id := s.newID()
		if had[text(o["name"])] == nil {
			made++
		} else {
			var x struct{ ID string }
			_ = json.Unmarshal(had[text(o["name"])], &x) // it was checked when it was registered
			id = x.ID
		}
		o["id"], o["application_id"], o["version"] = id, s.app.ID, s.newID()
		if o["type"] == nil {
			o["type"] = 1
		}
		o["nsfw"] = false
		for key, to := range map[string]any{"integration_types": []int{0, 1}, "contexts": []int{0, 1, 2}} { // the application allows everything
			if o[key] == nil {
				o[key] = to
			}
		}
		raw, err := json.Marshal(o)
		if err != nil {
			return 0, nil, err
		}
		all = append(all, raw)
	}
	if menus > 5 {
		return 0, nil, invalid("commands", "Maximum of 5 message commands.")
	}
	if s.created+made > s.cfg.Commands {
		return 0, nil, tooManyCommands
	}
	s.created += made
	s.commands = all
	return s.getCommands(c)
}

// checkCommand checks a command, or an option, against the documented limits.
func checkCommand(o object) error {
	name := text(o["name"])
	if kind := number(o["type"]); kind == 2 || kind == 3 {
		if !menuName.MatchString(name) {
			return invalid("name", "Must be between 1 and 32 in length.")
		}
		if text(o["description"]) != "" || len(list(o["options"])) > 0 {
			return invalid("description", "Context menu commands cannot have description or options.")
		}
		return nil
	}
	if !chatName.MatchString(name) {
		return invalid("name", "Command name is invalid: "+name)
	}
	if n := length(text(o["description"])); n < 1 || n > 100 {
		return invalid("description", "Must be between 1 and 100 in length.")
	}
	options := list(o["options"])
	if len(options) > 25 {
		return invalid("options", "Must be 25 or fewer in length.")
	}
	optional := false
	for _, v := range options {
		x, _ := v.(object)
		if err := checkCommand(object{"name": x["name"], "description": x["description"], "options": x["options"]}); err != nil {
			return err
		}
		if required, _ := x["required"].(bool); required && optional {
			return invalid("options", "Required options must be placed before non-required options")
		} else if !required {
			optional = true
		}
		choices := list(x["choices"])
		if auto, _ := x["autocomplete"].(bool); len(choices) > 25 || auto && len(choices) > 0 {
			return invalid("choices", "Must be 25 or fewer in length, and none with autocomplete.")
		}
	}
	return nil
}

// channel returns a channel that the bot may see.
func (s *Server) channel(id string) (*Channel, error) {
	c := s.channels[id]
	if c == nil {
		return nil, unknownChannel
	}
	if c.permissions()&ViewChannel == 0 {
		return nil, missingAccess
	}
	return c, nil
}

// message returns the message that a request is about, and its channel.
func (s *Server) message(c call) (*Channel, *Message, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.path("message"))
	if m == nil || m.Ephemeral {
		return nil, nil, unknownMessage
	}
	return ch, m, nil
}

func (s *Server) getChannel(c call) (int, any, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return 0, nil, err
	}
	return 200, ch.json(), nil
}

func (s *Server) patchChannel(c call) (int, any, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return 0, nil, err
	}
	if archived, ok := c.body["archived"].(bool); ok {
		if !ch.thread() || ch.locked && ch.permissions()&ManageThreads == 0 {
			return 0, nil, missingPermission
		}
		ch.archived = archived
	}
	return 200, ch.json(), nil
}

func (s *Server) getMessages(c call) (int, any, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return 0, nil, err
	}
	if ch.permissions()&ReadMessageHistory == 0 {
		return 200, []any{}, nil
	}
	after := c.r.URL.Query().Get("after")
	limit, err := strconv.Atoi(c.r.URL.Query().Get("limit"))
	if err != nil {
		limit = 50
	}
	if limit < 1 || limit > 100 {
		return 0, nil, invalid("limit", "int value should be between 1 and 100.")
	}
	all := []object{}
	for _, m := range ch.messages {
		if !m.Deleted && !m.Ephemeral && (after == "" || newer(m.ID, after)) {
			all = append([]object{m.json(m.open(s) || s.cfg.Flags&contentFlags != 0)}, all...)
		}
	}
	if len(all) > limit {
		if after != "" {
			all = all[len(all)-limit:]
		} else {
			all = all[:limit]
		}
	}
	return 200, all, nil
}

func (s *Server) getMessage(c call) (int, any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return 0, nil, err
	}
	if ch.permissions()&ReadMessageHistory == 0 {
		return 0, nil, missingAccess
	}
	return 200, m.json(m.open(s) || s.cfg.Flags&contentFlags != 0), nil
}

func (s *Server) postMessage(c call) (int, any, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return 0, nil, err
	}
	may := ch.permissions()
	need := int64(SendMessages)
	if ch.thread() {
		need = SendMessagesInThreads
	}
	if may&need == 0 {
		return 0, nil, missingPermission
	}
	if len(list(c.body["embeds"])) > 0 && may&EmbedLinks == 0 {
		return 0, nil, missingPermission
	}
	if ch.kind == ForumChannel {
		return 0, nil, &refusal{400, 50008, "Cannot send messages in a non-text channel"}
	}
	if ch.archived && ch.locked {
		return 0, nil, archivedThread
	}
	if err := checkMessage(c.body, false); err != nil {
		return 0, nil, err
	}
	nonce := text(c.body["nonce"])
	if length(nonce) > 25 {
		return 0, nil, invalid("nonce", "Must be 25 or fewer in length.")
	}
	if enforce, _ := c.body["enforce_nonce"].(bool); enforce && nonce != "" {
		for _, m := range ch.messages {
			if m.nonce == nonce && m.Author == s.app {
				return 200, m.json(true), nil
			}
		}
	}
	reference := ""
	if ref, ok := c.body["message_reference"].(object); ok {
		reference = text(ref["message_id"])
		if ch.find(reference) == nil {
			if strict, given := ref["fail_if_not_exists"].(bool); strict || !given {
				return 0, nil, invalid("message_reference", "Unknown message")
			}
			reference = ""
		}
	}
	ch.archived = false
	m := s.add(ch, s.app, c.body, reference, false)
	return 200, m.json(true), nil
}

// guildOf returns the id of a channel's guild; empty for direct messages.
func guildOf(c *Channel) string {
	if c.guild == nil {
		return ""
	}
	return c.guild.ID
}

// add posts a message in a channel.
func (s *Server) add(ch *Channel, author *User, body object, reference string, ephemeral bool) *Message {
	m := &Message{ID: s.newID(), Author: author, channel: ch, Reference: reference, Ephemeral: ephemeral, posted: s.cfg.Now(), Changed: time.Now()}
	m.set(body)
	m.Pings = pings(s, m, body)
	m.nonce = text(body["nonce"])
	ch.messages = append(ch.messages, m)
	s.note(ch, m, "")
	if !ephemeral {
		s.emit(guildOf(ch), ch, "MESSAGE_CREATE", m)
	}
	return m
}

func (s *Server) patchMessage(c call) (int, any, error) {
	ch, m, err := s.message(c)
	switch {
	case err != nil:
		return 0, nil, err
	case m.Author != s.app:
		return 0, nil, otherAuthor
	case ch.archived:
		return 0, nil, archivedThread
	case len(list(c.body["embeds"])) > 0 && ch.permissions()&EmbedLinks == 0:
		return 0, nil, missingPermission
	}
	if err := s.edit(m, c.body); err != nil {
		return 0, nil, err
	}
	return 200, m.json(true), nil
}

// edit changes a message of the bot.
func (s *Server) edit(m *Message, body object) error {
	merged := object{}
	for k, v := range m.raw {
		merged[k] = v
	}
	for k, v := range body {
		merged[k] = v
	}
	if err := checkMessage(merged, false); err != nil {
		return err
	}
	m.set(merged)
	m.Edits++
	m.Changed = time.Now()
	s.note(m.channel, m, "edit")
	return nil
}

func (s *Server) deleteMessage(c call) (int, any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return 0, nil, err
	}
	if m.Author != s.app && ch.permissions()&ManageMessages == 0 {
		return 0, nil, missingPermission
	}
	m.Deleted = true
	s.note(ch, m, "delete")
	s.emit(guildOf(ch), ch, "MESSAGE_DELETE", object{"id": m.ID, "channel_id": ch.ID, "guild_id": guildOf(ch)})
	return 204, nil, nil
}

func (s *Server) putReaction(c call) (int, any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return 0, nil, err
	}
	if ch.permissions()&AddReactions == 0 {
		return 0, nil, missingPermission
	}
	m.reactions = append(m.reactions, c.path("emoji"))
	return 204, nil, nil
}

func (s *Server) deleteReaction(c call) (int, any, error) {
	_, m, err := s.message(c)
	if err != nil {
		return 0, nil, err
	}
	m.reactions = nil
	return 204, nil, nil
}

func (s *Server) postThread(c call) (int, any, error) {
	ch, m, err := s.message(c)
	if err != nil {
		return 0, nil, err
	}
	name := text(c.body["name"])
	switch d := number(c.body["auto_archive_duration"]); {
	case ch.permissions()&CreatePublicThreads == 0:
		return 0, nil, missingPermission
	case ch.thread() || ch.kind != TextChannel:
		return 0, nil, &refusal{400, 50024, "Cannot execute action on this channel type"}
	case m.Thread != nil:
		return 0, nil, hasThread
	case length(name) < 1 || length(name) > 100:
		return 0, nil, invalid("name", "Must be between 1 and 100 in length.")
	case d != 0 && d != 60 && d != 1440 && d != 4320 && d != 10080:
		return 0, nil, invalid("auto_archive_duration", "Value must be one of {60, 1440, 4320, 10080}.")
	}
	t := &Channel{ID: m.ID, Name: name, s: s, guild: ch.guild, parent: ch, kind: PublicThread, owner: s.app.ID}
	s.channels[t.ID] = t
	m.Thread = t
	s.emit(guildOf(ch), ch, "THREAD_CREATE", t.json())
	return 201, t.json(), nil
}

func (s *Server) postTyping(c call) (int, any, error) {
	ch, err := s.channel(c.path("channel"))
	if err != nil {
		return 0, nil, err
	}
	if ch.permissions()&SendMessages == 0 {
		return 0, nil, missingPermission
	}
	return 204, nil, nil
}

func (s *Server) postDM(c call) (int, any, error) {
	u := s.users[text(c.body["recipient_id"])]
	if u == nil || u.bot {
		return 0, nil, &refusal{400, 50033, "Invalid Recipient(s)"}
	}
	return 200, u.direct().json(), nil
}
