package discordtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

func text(v any) string    { s, _ := v.(string); return s }
func list(v any) []any     { l, _ := v.([]any); return l }
func number(v any) float64 { f, _ := v.(float64); return f }

// length returns the length in UTF-16 units, which is never less than what
// Discord counts.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// within checks that a text has between least and most units.
func within(where, s string, least, most int) error {
	if n := length(s); n < least || n > most {
		return invalid(where, fmt.Sprintf("Must be between %d and %d in length.", least, most))
	}
	return nil
}

// web checks that a text is empty or a web address.
func web(where, s string) error {
	if s == "" {
		return nil
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || length(s) > 2048 {
		return invalid(where, "Not a well formed URL.")
	}
	return nil
}

// checkMessage checks a message against the documented limits.
func checkMessage(o object, modal bool) error {
	if err := within("content", text(o["content"]), 0, 2000); err != nil {
		return err
	}
	embeds := list(o["embeds"])
	if len(embeds) > 10 {
		return invalid("embeds", "Must be 10 or fewer in length.")
	}
	total := 0
	for i, v := range embeds {
		n, err := checkEmbed(fmt.Sprintf("embeds.%d", i), v)
		if err != nil {
			return err
		}
		total += n
	}
	if total > 6000 {
		return invalid("embeds", "Embed size exceeds maximum size of 6000")
	}
	if strings.TrimSpace(text(o["content"])) == "" && len(embeds) == 0 {
		return emptyMessage
	}
	if m, ok := o["allowed_mentions"].(object); ok {
		parse := list(m["parse"])
		if len(list(m["roles"])) > 0 && slices.Contains(parse, any("roles")) || len(list(m["users"])) > 0 && slices.Contains(parse, any("users")) {
			return invalid("allowed_mentions", "parse and ids are mutually exclusive")
		}
	}
	return checkRows(o, modal)
}

func checkEmbed(where string, v any) (int, error) {
	o, ok := v.(object)
	if !ok {
		return 0, invalid(where, "Only dictionaries may be used in a DictType")
	}
	footer, _ := o["footer"].(object)
	author, _ := o["author"].(object)
	fields := list(o["fields"])
	checks := []error{
		within(where+".title", text(o["title"]), 0, 256),
		within(where+".description", text(o["description"]), 0, 4096),
		within(where+".footer.text", text(footer["text"]), 0, 2048),
		within(where+".author.name", text(author["name"]), 0, 256),
		web(where+".url", text(o["url"])),
		web(where+".author.url", text(author["url"])),
	}
	n := length(text(o["title"])) + length(text(o["description"])) + length(text(footer["text"])) + length(text(author["name"]))
	if len(fields) > 25 {
		return 0, invalid(where+".fields", "Must be 25 or fewer in length.")
	}
	for _, f := range fields {
		x, _ := f.(object)
		checks = append(checks, within(where+".fields.name", text(x["name"]), 1, 256), within(where+".fields.value", text(x["value"]), 1, 1024))
		n += length(text(x["name"])) + length(text(x["value"]))
	}
	for _, err := range checks {
		if err != nil {
			return 0, err
		}
	}
	if n == 0 {
		return 0, invalid(where, "This field is required")
	}
	return n, nil
}

// checkRows checks buttons, menus and fields against the limits.
func checkRows(o object, modal bool) error {
	rows := list(o["components"])
	if len(rows) > 5 {
		return invalid("components", "Must be between 1 and 5 in length.")
	}
	seen := map[string]bool{}
	for _, r := range rows {
		row, _ := r.(object)
		inner := list(row["components"])
		if number(row["type"]) != 1 || len(inner) < 1 || len(inner) > 5 {
			return invalid("components", "A row must hold between 1 and 5.")
		}
		for _, v := range inner {
			x, _ := v.(object)
			id := text(x["custom_id"])
			kind, style := number(x["type"]), number(x["style"])
			link := kind == 2 && style == 5
			if !link {
				if err := within("components.custom_id", id, 1, 100); err != nil {
					return err
				}
				if seen[id] {
					return invalid("components.custom_id", "Component custom id cannot be duplicated")
				}
				seen[id] = true
			}
			var err error
			switch {
			case modal != (kind == 4):
				err = invalid("components.type", "A modal holds text inputs, and a message holds none.")
			case kind == 2:
				_, emoji := x["emoji"].(object)
				least := 1
				if emoji {
					least = 0
				}
				err = within("components.label", text(x["label"]), least, 80)
				if err == nil && link {
					err = web("components.url", text(x["url"]))
				}
			case kind == 3:
				options := list(x["options"])
				if len(options) < 1 || len(options) > 25 || len(inner) > 1 {
					err = invalid("components.options", "Must be between 1 and 25 in length.")
				}
				for _, p := range options {
					q, _ := p.(object)
					for _, e := range []error{within("components.options.label", text(q["label"]), 1, 100), within("components.options.value", text(q["value"]), 1, 100), within("components.options.description", text(q["description"]), 0, 100)} {
						if e != nil {
							err = e
						}
					}
				}
			case kind == 4:
				err = within("components.label", text(x["label"]), 1, 45)
				if err == nil {
					err = within("components.placeholder", text(x["placeholder"]), 0, 100)
				}
				if err == nil {
					err = within("components.value", text(x["value"]), 0, 4000)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// set sets the fields of a message from a body that was checked.
func (m *Message) set(body object) {
	m.raw = body
	m.Content = text(body["content"])
	m.Embeds, m.Buttons = nil, nil
	if raw, err := json.Marshal(body["embeds"]); err == nil {
		_ = json.Unmarshal(raw, &m.Embeds) // the body was checked
	}
	for _, r := range list(body["components"]) {
		row, _ := r.(object)
		for _, v := range list(row["components"]) {
			x, _ := v.(object)
			emoji, _ := x["emoji"].(object)
			disabled, _ := x["disabled"].(bool)
			b := Button{Label: strings.TrimSpace(text(emoji["name"]) + " " + text(x["label"]) + text(x["placeholder"])), ID: text(x["custom_id"]), URL: text(x["url"]), Disabled: disabled, kind: int(number(x["type"]))}
			for _, p := range list(x["options"]) {
				q, _ := p.(object)
				b.Options = append(b.Options, text(q["value"]))
			}
			m.Buttons = append(m.Buttons, b)
		}
	}
}

var mention = regexp.MustCompile(`<@([!&]?)([0-9]+)>|@(everyone|here)`)

// pings returns whom a message pings: without allowed_mentions, everybody that
// it mentions.
func pings(s *Server, m *Message, body object) []string {
	allowed, limited := body["allowed_mentions"].(object)
	var all []string
	may := func(kind, id string) bool {
		return !limited || slices.Contains(list(allowed["parse"]), any(kind)) || slices.Contains(list(allowed[kind]), any(id))
	}
	for _, f := range mention.FindAllStringSubmatch(m.Content, -1) {
		switch {
		case f[3] != "":
			if may("everyone", "") {
				all = append(all, f[3])
			}
		case f[1] == "&":
			if may("roles", f[2]) {
				all = append(all, f[2])
			}
		case s.users[f[2]] != nil:
			if may("users", f[2]) {
				all = append(all, f[2])
			}
		}
	}
	if r := m.channel.find(m.Reference); r != nil {
		if replied, given := allowed["replied_user"].(bool); !limited || given && replied {
			all = append(all, r.Author.ID)
		}
	}
	return all
}
