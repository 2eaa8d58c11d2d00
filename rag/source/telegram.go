package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

// telegramMessage is a message of a Telegram export.
type telegramMessage struct {
	ID       json.Number     `json:"id"`
	Type     string          `json:"type"`
	Date     string          `json:"date"`
	Unix     string          `json:"date_unixtime"`
	From     string          `json:"from"`
	Reply    json.Number     `json:"reply_to_message_id"`
	Text     json.RawMessage `json:"text"` // text, or an array of text and entities
	File     string          `json:"file"`
	FileName string          `json:"file_name"`
	Photo    string          `json:"photo"`
	Media    string          `json:"media_type"`
	ViaBot   string          `json:"via_bot"`
	Poll     *struct {
		Question string `json:"question"`
		Answers  []struct {
			Text string `json:"text"`
		} `json:"answers"`
	} `json:"poll"`
}

// loadTelegram reads the export of one chat, or of all chats of an account. Of
// all chats, it leaves out those between two people.
func loadTelegram(f file, yield func(part) bool) error {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))))
	var c channel
	var kind string
	more := true
	err := object(d, func(key string) error {
		switch key {
		case "chats", "left_chats":
			return object(d, func(key string) error {
				if key != "list" {
					return ignore(d)
				}
				n := 0
				return array(d, func() error {
					var one channel
					var kind string
					n++
					err := object(d, func(key string) error { return one.telegram(d, key, &kind) })
					if err != nil || !more {
						return err
					}
					name := strings.ReplaceAll(cmp.Or(one.name, strconv.Itoa(n)), "/", "_")
					switch kind {
					case "saved_messages", "personal_chat", "bot_chat":
						err := &Skipped{Reason: Private, Err: errors.New("to include this chat, export it by itself")}
						more = yield(part{name: name, err: err})
					default:
						more = one.parts(name+"/", yield)
					}
					return nil
				})
			})
		}
		return c.telegram(d, key, &kind)
	})
	if err != nil && len(c.messages) == 0 {
		return err
	}
	if more {
		c.parts("", yield)
	}
	return nil
}

// telegram reads the value of a key of a chat.
func (c *channel) telegram(d *json.Decoder, key string, kind *string) error {
	switch key {
	case "name":
		var name *string
		err := d.Decode(&name)
		if name != nil {
			c.name = shortName(*name)
		}
		return err
	case "type":
		return d.Decode(kind)
	case "messages":
		return array(d, func() error {
			var m telegramMessage
			if err := d.Decode(&m); err != nil {
				return err
			}
			m.keep(c)
			return nil
		})
	}
	return ignore(d)
}

// keep adds the message to c.
func (m telegramMessage) keep(c *channel) {
	at, ok := m.time()
	if m.Type != "message" || m.ViaBot != "" || !ok {
		return
	}
	out := post{id: m.ID.String(), author: m.From, at: at, reply: m.Reply.String(), text: telegramText(m.Text)}
	switch name := cmp.Or(m.FileName, m.File, m.Photo); {
	case m.Media == "sticker" || name == "":
	case strings.HasPrefix(name, "("): // "(File not included. …)"
		out.files = []string{cmp.Or(strings.ReplaceAll(m.Media, "_", " "), "a file")}
	default:
		out.files = []string{path.Base(name)}
	}
	if m.Poll != nil {
		out.text += "\nPoll: " + oneLine(tidy(m.Poll.Question))
		for _, a := range m.Poll.Answers {
			out.text += "\n- " + oneLine(tidy(a.Text))
		}
		out.text = strings.TrimPrefix(out.text, "\n")
	}
	c.keep(out)
}

// time returns when the message was sent, in the zone of the account.
func (m telegramMessage) time() (time.Time, bool) {
	t, ok := chatTime(m.Date)
	n, err := strconv.ParseInt(m.Unix, 10, 64)
	if !ok || err != nil {
		return t, ok
	}
	offset := t.Unix() - n
	if offset < -14*3600 || offset > 14*3600 {
		return t, ok
	}
	return time.Unix(n, 0).In(time.FixedZone("", int(offset))), true
}

// telegramText returns the text of a message, code indented by four spaces.
func telegramText(raw json.RawMessage) string {
	var plain string
	if json.Unmarshal(raw, &plain) == nil {
		return tidy(plain)
	}
	var runs []json.RawMessage
	if json.Unmarshal(raw, &runs) != nil {
		return ""
	}
	var b strings.Builder
	for _, run := range runs {
		var entity struct {
			Type string `json:"type"`
			Text string `json:"text"`
		}
		if json.Unmarshal(run, &plain) == nil {
			b.WriteString(plain)
		} else if json.Unmarshal(run, &entity) == nil && entity.Type == "pre" {
			for _, line := range strings.Split(strings.Trim(entity.Text, "\n"), "\n") {
				fmt.Fprintf(&b, "\n    %s", line)
			}
			b.WriteByte('\n')
		} else {
			b.WriteString(entity.Text)
		}
	}
	return tidy(b.String())
}
