package discordtest

import (
	"fmt"
	"regexp"
	"strings"
)

// line is an entry of the transcript.
type line struct{ channel, text string }

// say adds an entry to the transcript.
func (s *Server) say(c *Channel, what string) {
	s.log = append(s.log, line{c.label(), what})
	if len(s.log) > 20000 {
		s.log = append([]line(nil), s.log[10000:]...)
	}
}

// label returns the name of a channel in the transcript.
func (c *Channel) label() string {
	switch {
	case c.kind == DMChannel:
		return "direct message with " + c.user.Name
	case c.parent != nil:
		return "#" + c.parent.Name + " › " + c.Name
	}
	return "#" + c.Name
}

// note adds a message to the transcript. what is "edit", "delete", or something
// else for a new message.
func (s *Server) note(c *Channel, m *Message, what string) {
	var b strings.Builder
	b.WriteString(m.Author.Name)
	switch what {
	case "delete":
		s.say(c, m.Author.Name+" deletes: "+strings.SplitN(s.names(m.Content), "\n", 2)[0])
		return
	case "edit":
		b.WriteString(" (edited)")
	}
	if m.Ephemeral {
		b.WriteString(" (seen by one)")
	}
	b.WriteString(": ")
	if r := c.find(m.Reference); r != nil {
		fmt.Fprintf(&b, "↪ %s ", r.Author.Name)
	}
	b.WriteString(s.names(m.Content))
	for _, e := range m.Embeds {
		b.WriteString("\n┃ " + strings.ReplaceAll(strings.TrimSpace(strings.Join([]string{e.Author.Name, e.Title, e.Description}, "\n")), "\n", "\n┃ "))
		for _, f := range e.Fields {
			b.WriteString("\n┃ " + f.Name + ": " + strings.ReplaceAll(f.Value, "\n", "\n┃ "))
		}
		if e.Footer.Text != "" {
			b.WriteString("\n┃ " + e.Footer.Text)
		}
	}
	var buttons []string
	for _, x := range m.Buttons {
		buttons = append(buttons, "("+x.Label+")")
	}
	if len(buttons) > 0 {
		b.WriteString("\n" + strings.Join(buttons, " "))
	}
	if len(m.Pings) > 0 && m.Author == s.app {
		fmt.Fprintf(&b, "\n(pings %s)", strings.Join(m.Pings, ", "))
	}
	s.say(c, b.String())
}

var channelName = regexp.MustCompile(`<#([0-9]+)>`)

// names returns a text with mentions as people see them.
func (s *Server) names(content string) string {
	for _, f := range channelName.FindAllStringSubmatch(content, -1) {
		if c := s.channels[f[1]]; c != nil {
			content = strings.ReplaceAll(content, f[0], "#"+c.Name)
		}
	}
	return mention.ReplaceAllStringFunc(content, func(m string) string {
		f := mention.FindStringSubmatch(m)
		if u := s.users[f[2]]; u != nil && f[1] != "&" {
			return "@" + u.Name
		}
		for _, g := range s.guilds {
			for _, r := range g.roles {
				if r.ID == f[2] {
					return "@" + r.Name
				}
			}
		}
		return m
	})
}

// Transcript returns everything that people have seen so far, in order. It has a
// heading for each change of channel, and shows names in place of ids.
func (s *Server) Transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	at := ""
	for _, l := range s.log {
		if l.channel != at {
			at = l.channel
			fmt.Fprintf(&b, "\n== %s\n", at)
		}
		b.WriteString(l.text + "\n")
	}
	return strings.TrimLeft(b.String(), "\n")
}
