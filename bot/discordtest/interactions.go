package discordtest

import (
	"fmt"
	"time"
)

// interaction returns the interaction of a token that was acknowledged and is
// still valid.
func (s *Server) interaction(token string) (*Interaction, error) {
	i := s.interactions[token]
	switch {
	case i == nil:
		return nil, unknownWebhook
	case time.Since(i.began) > s.cfg.Lifetime:
		return nil, expiredToken
	case i.acked.IsZero():
		return nil, unknownWebhook
	}
	return i, nil
}

// Expire makes an interaction so old that it can no longer be answered.
func (i *Interaction) Expire() {
	i.s.mu.Lock()
	defer i.s.mu.Unlock()
	i.began = i.began.Add(-i.s.cfg.Lifetime - time.Second)
}

// respond handles the first response to an interaction.
func (s *Server) respond(c call) (int, any, error) {
	i := s.interactions[c.path("token")]
	if i == nil || i.ID != c.path("id") {
		return 0, nil, unknownInteraction
	}
	if !i.acked.IsZero() {
		return 0, nil, acknowledged
	}
	if time.Since(i.began) > s.cfg.AckTimeout {
		return 0, nil, unknownInteraction
	}
	kind := int(number(c.body["type"]))
	data, _ := c.body["data"].(object)
	private := int(number(data["flags"]))&64 != 0
	switch kind {
	case 4:
		if i.kind == 4 {
			return 0, nil, invalid("type", "autocompletion takes only choices")
		}
		if err := checkMessage(data, false); err != nil {
			return 0, nil, err
		}
		i.original = s.add(i.Channel, s.app, data, "", private)
	case 5:
		if i.kind == 4 {
			return 0, nil, invalid("type", "autocompletion takes only choices")
		}
		i.state.Thinking = true
		s.say(i.Channel, "footnote is thinking…"+map[bool]string{true: " (only " + i.User.Name + " sees this)"}[private])
	case 6, 7:
		if i.source == nil {
			return 0, nil, invalid("type", "there is no message to update")
		}
		i.original = i.source
		if kind == 7 {
			if err := s.edit(i.source, data); err != nil {
				return 0, nil, err
			}
		}
	case 8:
		if i.kind != 4 {
			return 0, nil, invalid("type", "choices are for autocompletion")
		}
		choices := list(data["choices"])
		if len(choices) > 25 {
			return 0, nil, invalid("choices", "Must be 25 or fewer in length.")
		}
		i.state.Choices = []string{}
		for _, v := range choices {
			x, _ := v.(object)
			for _, key := range []string{"name", "value"} {
				if err := within("choices."+key, text(x[key]), 1, 100); err != nil {
					return 0, nil, err
				}
			}
			i.state.Choices = append(i.state.Choices, text(x["name"]))
		}
	case 9:
		if i.kind == 5 || i.kind == 4 {
			return 0, nil, invalid("type", "a form cannot open a form")
		}
		if err := within("custom_id", text(data["custom_id"]), 1, 100); err != nil {
			return 0, nil, err
		}
		if err := within("title", text(data["title"]), 1, 45); err != nil {
			return 0, nil, err
		}
		if err := checkRows(data, true); err != nil {
			return 0, nil, err
		}
		f := &Form{ID: text(data["custom_id"]), Title: text(data["title"])}
		for _, r := range list(data["components"]) {
			row, _ := r.(object)
			for _, v := range list(row["components"]) {
				x, _ := v.(object)
				f.Fields = append(f.Fields, text(x["custom_id"]))
				f.Labels = append(f.Labels, text(x["label"]))
			}
		}
		i.state.Form = f
		s.say(i.Channel, fmt.Sprintf("footnote shows %s a form: %s", i.User.Name, f.Title))
	default:
		return 0, nil, invalid("type", fmt.Sprintf("no such type: %d", kind))
	}
	i.state.Private = private
	i.acked = time.Now()
	return 204, nil, nil
}

func (s *Server) followUp(c call) (int, any, error) {
	i, err := s.interaction(c.path("token"))
	if err != nil {
		return 0, nil, err
	}
	if err := checkMessage(c.body, false); err != nil {
		return 0, nil, err
	}
	private := int(number(c.body["flags"]))&64 != 0
	if i.state.Thinking && i.original == nil {
		i.original = s.add(i.Channel, s.app, c.body, "", i.state.Private)
		i.state.Thinking = false
		return 200, i.original.json(true), nil
	}
	m := s.add(i.Channel, s.app, c.body, "", private)
	i.followUps = append(i.followUps, m)
	return 200, m.json(true), nil
}

// message returns one of the messages that answer an interaction.
func (i *Interaction) message(id string) *Message {
	if id == "@original" {
		return i.original
	}
	for _, m := range i.followUps {
		if m.ID == id {
			return m
		}
	}
	if i.original != nil && i.original.ID == id {
		return i.original
	}
	return nil
}

func (s *Server) getResponse(c call) (int, any, error) {
	i, err := s.interaction(c.path("token"))
	if err != nil {
		return 0, nil, err
	}
	m := i.message(c.path("message"))
	if m == nil || m.Deleted {
		return 0, nil, unknownMessage
	}
	return 200, m.json(true), nil
}

func (s *Server) patchResponse(c call) (int, any, error) {
	i, err := s.interaction(c.path("token"))
	if err != nil {
		return 0, nil, err
	}
	m := i.message(c.path("message"))
	if m == nil && c.path("message") == "@original" && i.state.Thinking {
		if err := checkMessage(c.body, false); err != nil {
			return 0, nil, err
		}
		i.state.Thinking = false
		i.original = s.add(i.Channel, s.app, c.body, "", i.state.Private)
		return 200, i.original.json(true), nil
	}
	if m == nil || m.Deleted {
		return 0, nil, unknownMessage
	}
	if err := s.edit(m, c.body); err != nil {
		return 0, nil, err
	}
	return 200, m.json(true), nil
}

func (s *Server) deleteResponse(c call) (int, any, error) {
	i, err := s.interaction(c.path("token"))
	if err != nil {
		return 0, nil, err
	}
	m := i.message(c.path("message"))
	if m == nil || m.Deleted {
		return 0, nil, unknownMessage
	}
	m.Deleted = true
	s.note(i.Channel, m, "delete")
	return 204, nil, nil
}
