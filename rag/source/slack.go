package source

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"footnote/rag/internal/lazyregexp"
)

var (
	slackID     = lazyregexp.New(`^[UWCGD][0-9A-Z]{6,}$`)
	slackTime   = lazyregexp.New(`^\d{9,11}\.\d{1,9}$`)
	slackDirect = lazyregexp.New(`^(?:D[0-9A-Z]{6,}|mpdm-.*)$`) // the folder of direct messages
	slackDay    = lazyregexp.New(`^\d{4}-\d\d-\d\d\.json$`)
)

// slackNames resolves the IDs of people and channels.
type slackNames struct {
	people   map[string]string
	bots     map[string]bool
	channels map[string]string
}

func newSlackNames() slackNames {
	return slackNames{people: map[string]string{}, bots: map[string]bool{}, channels: map[string]string{}}
}

// slackMessage is a message of a Slack export.
type slackMessage struct {
	Type     string `json:"type"`
	Subtype  string `json:"subtype"`
	User     string `json:"user"`
	Username string `json:"username"`
	BotID    string `json:"bot_id"`
	Text     string `json:"text"`
	TS       string `json:"ts"`
	Thread   string `json:"thread_ts"`
	Hidden   bool   `json:"hidden"`
	Profile  *struct {
		Real    string `json:"real_name"`
		Display string `json:"display_name"`
	} `json:"user_profile"`
	Files []struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	} `json:"files"`
}

// isSlack reports whether an archive is a Slack export, and the folder in it.
func isSlack(z *zip.Reader) (root string, ok bool) {
	for _, e := range z.File {
		if dir, base := path.Split(e.Name); base == "users.json" {
			days := slices.ContainsFunc(z.File, func(e *zip.File) bool {
				rest, in := strings.CutPrefix(e.Name, dir)
				return in && strings.Count(rest, "/") == 1 && slackDay.MatchString(path.Base(rest))
			})
			if days {
				return dir, true
			}
		}
	}
	return "", false
}

// loadSlack yields the conversations of a Slack export. It leaves out private
// channels and direct messages, which only their members can read in Slack.
func loadSlack(f file, z *zip.Reader, root string, yield func(part) bool) error {
	names := newSlackNames()
	if err := names.read(f, z, root); err != nil {
		return err
	}
	private := slackPrivate(f, z, root)
	days := map[string][]*zip.File{}
	var order []string
	for _, e := range z.File {
		rest, in := strings.CutPrefix(e.Name, root)
		dir, base := path.Split(rest)
		dir = strings.TrimSuffix(dir, "/")
		if !in || dir == "" || strings.Contains(dir, "/") || !slackDay.MatchString(base) || inside(e.Name) != nil {
			continue
		}
		if days[dir] == nil {
			order = append(order, dir)
		}
		days[dir] = append(days[dir], e)
	}
	for _, dir := range order {
		if private[dir] || slackDirect.MatchString(dir) {
			err := &Skipped{Reason: Private}
			if !slackDirect.MatchString(dir) {
				err.Err = errors.New("to include this channel, unpack the export and add its folder")
			}
			if !yield(part{name: dir, err: err}) {
				return nil
			}
			continue
		}
		c := channel{name: "#" + oneLine(tidy(dir))}
		slices.SortFunc(days[dir], func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
		for _, e := range days[dir] {
			day, err := zipped(f, e)
			if err == nil {
				err = readSlackDay(day.data, &c, names)
			}
			if err != nil && !yield(part{name: strings.TrimPrefix(e.Name, root), err: err}) {
				return nil
			}
		}
		if !c.parts(dir+"/", yield) {
			return nil
		}
	}
	return nil
}

// slackPrivate returns the folders of private channels and direct messages.
func slackPrivate(f file, z *zip.Reader, root string) map[string]bool {
	private := map[string]bool{}
	for _, list := range []string{"groups.json", "dms.json", "mpims.json"} {
		var all []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		data, err := member(f, z, root+list)
		if err != nil || json.Unmarshal(data, &all) != nil {
			continue
		}
		for _, c := range all {
			private[cmp.Or(c.Name, c.ID)] = true
		}
	}
	return private
}

// read reads the lists of people and channels.
func (n slackNames) read(f file, z *zip.Reader, root string) error {
	data, err := member(f, z, root+"users.json")
	if err != nil {
		return err
	}
	var users []struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		IsBot   bool   `json:"is_bot"`
		Real    string `json:"real_name"`
		Profile struct {
			Real    string `json:"real_name"`
			Display string `json:"display_name"`
		} `json:"profile"`
	}
	if err := json.Unmarshal(data, &users); err != nil {
		return fmt.Errorf("users.json: %w", err)
	}
	for _, u := range users {
		n.people[u.ID] = shortName(cmp.Or(u.Profile.Display, u.Profile.Real, u.Real, u.Name))
		n.bots[u.ID] = u.IsBot || u.ID == "USLACKBOT"
	}
	var channels []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	if data, err = member(f, z, root+"channels.json"); err == nil && json.Unmarshal(data, &channels) == nil {
		for _, c := range channels {
			n.channels[c.ID] = shortName(c.Name)
		}
	}
	return nil
}

// loadSlackDay reads one day of one channel, a file of an unpacked export. The
// folder names the channel.
func loadSlackDay(f file, yield func(part) bool) error {
	c := channel{name: "Slack"}
	dir := path.Base(path.Dir(f.name))
	if slackDirect.MatchString(dir) {
		return &Skipped{Reason: Private}
	}
	if dir != "." && dir != "/" {
		c.name = "#" + oneLine(tidy(dir))
	}
	if err := readSlackDay(f.data, &c, newSlackNames()); err != nil {
		return err
	}
	c.parts("", yield)
	return nil
}

// readSlackDay adds the messages of one day to c.
func readSlackDay(data []byte, c *channel, names slackNames) error {
	var day []slackMessage
	d := json.NewDecoder(bytes.NewReader(data))
	err := array(d, func() error {
		var m slackMessage
		err := d.Decode(&m)
		day = append(day, m)
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range day {
		if p := m.Profile; p != nil && names.people[m.User] == "" && cmp.Or(p.Display, p.Real) != "" {
			names.people[m.User] = shortName(cmp.Or(p.Display, p.Real))
		}
	}
	for _, m := range day {
		m.keep(c, names)
	}
	return nil
}

// keep adds the message to c.
func (m slackMessage) keep(c *channel, names slackNames) {
	switch m.Subtype {
	case "", "thread_broadcast", "me_message", "file_share":
	default:
		return // a bot, a join, a topic, a deleted message
	}
	at, ok := slackMoment(m.TS)
	if m.Type != "message" || m.Hidden || m.BotID != "" || names.bots[m.User] || !ok {
		return
	}
	out := post{id: m.TS, author: cmp.Or(names.people[m.User], m.Username, m.User), at: at, thread: m.Thread}
	out.text = chatText(html.UnescapeString(slackLink.ReplaceAllStringFunc(m.Text, names.replace)))
	for _, file := range m.Files {
		if name := cmp.Or(file.Name, file.Title); name != "" {
			out.files = append(out.files, name)
		}
	}
	c.keep(out)
}

// slackMoment parses a timestamp such as "1714557600.000100", in UTC.
func slackMoment(ts string) (time.Time, bool) {
	if !slackTime.MatchString(ts) {
		return time.Time{}, false
	}
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	t := time.Unix(n, 0).UTC()
	return t, err == nil && !published(t).IsZero()
}

var slackLink = lazyregexp.New(`<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>`)

// replace returns the text of a mention or a link: "<@U1>", "<#C1|general>",
// "<!here>" or "<https://example.org|label>".
func (n slackNames) replace(s string) string {
	m := slackLink.FindStringSubmatch(s)
	sign, target, label := m[1], m[2], m[3]
	switch sign {
	case "@":
		return "@" + cmp.Or(n.people[target], label, "somebody")
	case "#":
		return "#" + cmp.Or(label, n.channels[target], "channel")
	case "!":
		if label != "" {
			return label
		}
		target, _, _ = strings.Cut(target, "^")
		return "@" + target
	}
	return cmp.Or(label, strings.TrimPrefix(target, "mailto:"))
}
