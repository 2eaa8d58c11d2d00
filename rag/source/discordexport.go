package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"footnote/rag/internal/lazyregexp"
)

// discordMessage is a message of DiscordChatExporter.
type discordMessage struct {
	ID          string           `json:"id"`
	Type        any              `json:"type"`
	Timestamp   string           `json:"timestamp"`
	Content     string           `json:"content"`
	Author      discordUser      `json:"author"`
	Mentions    []discordUser    `json:"mentions"`
	Attachments []discordFile    `json:"attachments"`
	Stickers    []map[string]any `json:"stickers"`
	Forwarded   *struct {
		Content     string        `json:"content"`
		Attachments []discordFile `json:"attachments"`
	} `json:"forwardedMessage"`
	Reference *struct {
		MessageID string `json:"messageId"`
	} `json:"reference"`
}

type discordUser struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Nickname string `json:"nickname"`
	IsBot    bool   `json:"isBot"`
}

func (u discordUser) name() string { return cmp.Or(u.Nickname, u.Name) }

type discordFile struct {
	Name string `json:"fileName"`
}

// loadDiscordExport reads a channel or thread that DiscordChatExporter saved as
// JSON.
func loadDiscordExport(f file, yield func(part) bool) error {
	var guild struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	var in struct {
		ID       string `json:"id"`
		Type     any    `json:"type"`
		Name     string `json:"name"`
		Category string `json:"category"`
	}
	var c channel
	people := map[string]string{}
	var unresolved []int // messages with mentions of people who may be known later
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))))
	err := object(d, func(key string) error {
		switch key {
		case "guild":
			return d.Decode(&guild)
		case "channel":
			return d.Decode(&in)
		case "messages":
			return array(d, func() error {
				var m discordMessage
				if err := d.Decode(&m); err != nil {
					return err
				}
				before := len(c.messages)
				m.keep(&c, people)
				if len(c.messages) > before && strings.Contains(m.Content, "<@") {
					unresolved = append(unresolved, before)
				}
				return nil
			})
		}
		return ignore(d)
	})
	if err != nil && len(c.messages) == 0 { // of an export that was interrupted, the rest counts
		return err
	}
	for _, i := range unresolved {
		c.messages[i].text = resolvePeople(c.messages[i].text, people)
	}
	c.name, c.site = shortName(in.Name), shortName(guild.Name)
	kind := fmt.Sprint(in.Type)
	c.thread = strings.Contains(kind, "Thread") || kind == "10" || kind == "11" || kind == "12"
	if !c.thread && !strings.HasPrefix(kind, "Direct") && kind != "1" && kind != "3" {
		c.name = "#" + strings.TrimPrefix(c.name, "#")
	}
	server := guild.ID
	if n, err := strconv.ParseUint(server, 10, 64); err != nil || n == 0 {
		server = "@me" // where Discord shows direct messages
	}
	if isSnowflake(in.ID) {
		c.link = func(message string) string {
			if !isSnowflake(message) {
				return ""
			}
			return "https://discord.com/channels/" + server + "/" + in.ID + "/" + message
		}
	}
	c.parts("", yield)
	return nil
}

func isSnowflake(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// keep adds the message to c, and the people whom it names to people.
func (m discordMessage) keep(c *channel, people map[string]string) {
	for _, u := range append(m.Mentions, m.Author) {
		if u.ID != "" {
			people[u.ID] = shortName(u.name())
		}
	}
	switch fmt.Sprint(m.Type) {
	case "Default", "Reply", "0", "19", "<nil>":
	default:
		return // a join, a pin or another event
	}
	at, ok := chatTime(m.Timestamp)
	if m.Author.IsBot || !ok {
		return
	}
	out := post{id: m.ID, author: m.Author.name(), at: at, text: discordText(m.Content)}
	files := m.Attachments
	if m.Forwarded != nil {
		out.text += discordText(m.Forwarded.Content)
		files = append(files, m.Forwarded.Attachments...)
	}
	for _, a := range files {
		out.files = append(out.files, a.Name)
	}
	if m.Reference != nil {
		out.reply = m.Reference.MessageID
	}
	c.keep(out)
}

// chatTime parses the time of a message. It keeps its zone, because the clock
// that its readers saw is the one to show.
func chatTime(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", s)
	}
	return t, err == nil && !published(t).IsZero()
}

var (
	discordEmoji   = lazyregexp.New(`<a?:(\w+):\d+>`)
	discordTime    = lazyregexp.New(`<t:(-?\d{1,12})(?::\w)?>`)
	discordSlash   = lazyregexp.New(`</([\w -]+):\d+>`)
	discordMention = lazyregexp.New(`<@!?(\d+)>`)
	discordOther   = lazyregexp.New(`<(?:@&|#)\d+>`)
)

// discordText returns the text of a message. It keeps mentions of people, which
// resolvePeople replaces.
func discordText(s string) string {
	if strings.Contains(s, "<") {
		s = discordEmoji.ReplaceAllString(s, ":$1:")
		s = discordSlash.ReplaceAllString(s, "/$1")
		s = discordOther.ReplaceAllString(s, "")
		s = discordTime.ReplaceAllStringFunc(s, func(t string) string {
			n, err := strconv.ParseInt(discordTime.FindStringSubmatch(t)[1], 10, 64)
			if err != nil {
				return ""
			}
			return time.Unix(n, 0).UTC().Format("2 January 2006, 15:04 MST")
		})
	}
	return chatText(s)
}

func resolvePeople(s string, people map[string]string) string {
	return discordMention.ReplaceAllStringFunc(s, func(m string) string {
		name := people[discordMention.FindStringSubmatch(m)[1]]
		return "@" + cmp.Or(name, "somebody")
	})
}
