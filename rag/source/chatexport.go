package source

import (
	"bytes"
	"encoding/json"
)

// chatExport returns the loader of a chat export in JSON, by its structure; nil
// if data is something else.
func chatExport(data []byte) parts {
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	d := json.NewDecoder(bytes.NewReader(data))
	if bytes.HasPrefix(data, []byte("[")) {
		var first struct {
			Type string `json:"type"`
			TS   string `json:"ts"`

			// Of the lists of people and channels in a Slack export.
			ID      string `json:"id"`
			Team    string `json:"team_id"`
			Members []any  `json:"members"`
		}
		if _, err := d.Token(); err != nil || !d.More() || d.Decode(&first) != nil {
			return nil
		}
		switch {
		case first.Type == "message" && slackTime.MatchString(first.TS):
			return loadSlackDay
		case slackID.MatchString(first.ID) && (first.Team != "" || first.Members != nil):
			return func(file, func(part) bool) error { return &Skipped{Reason: Other} }
		}
		return nil
	}
	var found parts
	keys := map[string]bool{}
	err := object(d, func(key string) error {
		keys[key] = true
		switch {
		case key == "messages" && keys["guild"] && keys["channel"]:
			found = loadDiscordExport
		case key == "messages" && keys["name"] && keys["type"] && keys["id"]:
			found = loadTelegram
		case key == "chats":
			var chats struct {
				List []struct {
					Messages json.RawMessage `json:"messages"`
				} `json:"list"`
			}
			if d.Decode(&chats) != nil || len(chats.List) == 0 || chats.List[0].Messages == nil {
				return errJSONShape
			}
			found = loadTelegram
		default:
			return ignore(d)
		}
		return errFound
	})
	if err == errFound {
		return found
	}
	return nil
}
