package bot

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/rag"
	"footnote/rag/text"
)

// admin does what /footnote says. Discord lets only those use it who manage the
// server, unless the server says otherwise; that is checked again here.
func (l *live) admin(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	name, o := d.Options[0].Name, optionsOf(d.Options[0].Options)
	if name == "forget-me" {
		l.forget(ctx, i)
		return
	}
	switch {
	case i.GuildID == "":
		l.tell(ctx, i, "That is for servers; here there is `/footnote forget-me`.")
		return
	case !may(i, discordgo.PermissionManageGuild):
		l.Log.Warn("refused: not an admin", "command", name)
		l.tell(ctx, i, "Only people who manage the server can do that.")
		return
	}
	switch name {
	case "setup":
		l.setup(ctx, i, o)
	case "status":
		l.status(ctx, i)
	case "add":
		l.add(ctx, i, d, o)
	case "sources":
		l.sources(ctx, i, o.text("find"))
	case "remove":
		l.remove(ctx, i, o.text("article"))
	default:
		l.tell(ctx, i, "I do not know this command any more: type / to see those I have.")
	}
}

// grantable are the collections that an admin of a server may give to its
// channels: all but those given in, or belonging to, another server.
func (l *live) grantable(ctx context.Context, server string) []string {
	all, _, err := l.listed(ctx)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
		return nil
	}
	given := l.settings.given()
	var mine []string
	for _, c := range all {
		holder, taken := given[c]
		if taken && holder != server || strings.HasPrefix(c, ownPrefix) && c != own(server) {
			continue
		}
		mine = append(mine, c)
	}
	if !slices.Contains(mine, own(server)) {
		mine = append(mine, own(server))
	}
	return mine
}

// errSays is a wish that cannot be met, in a sentence for who wished it.
type errSays string

func (e errSays) Error() string { return string(e) }

// wishes are what /footnote setup asks to change.
func (l *live) wishes(ctx context.Context, i *discordgo.Interaction, o options) ([]func(*place), error) {
	var all []func(*place)
	whole := o.text("channel") == ""
	for name, set := range map[string]func(*place, int){
		"per-person": func(p *place, n int) { p.PerPerson = n }, "per-channel": func(p *place, n int) { p.PerChannel = n }, "per-server": func(p *place, n int) { p.PerServer = n },
	} {
		if n, ok := o.number(name); ok {
			if n < 1 || n > 100000 {
				return nil, errSays("`" + name + "` is a number of questions an hour, from 1 to 100000.")
			}
			if !whole {
				return nil, errSays("`" + name + "` is for the whole server: leave `channel` out.")
			}
			all = append(all, func(p *place) { set(p, n) })
		}
	}
	for name, set := range map[string]func(*place, string){"trusted": func(p *place, id string) { p.Trusted = id }, "helper": func(p *place, id string) { p.Helper = id }} {
		if id := o.text(name); id != "" {
			if !whole {
				return nil, errSays("`" + name + "` is for the whole server: leave `channel` out.")
			}
			if id == i.GuildID {
				return nil, errSays("`" + name + "` cannot be everyone: make a role for it.")
			}
			all = append(all, func(p *place) { set(p, id) })
		}
	}
	if o["keep-questions"] != nil {
		if !whole {
			return nil, errSays("`keep-questions` is for the whole server: leave `channel` out.")
		}
		all = append(all, func(p *place) { p.Keep = o.yes("keep-questions") })
	}
	if o["threads"] != nil {
		all = append(all, func(p *place) { yes := o.yes("threads"); p.Threads = &yes })
	}
	if n, ok := o.number("confidence"); ok {
		if n < 0 || n > 100 {
			return nil, errSays("`confidence` is a number of percent, from 0 to 100.")
		}
		all = append(all, func(p *place) { p.Confidence = float64(n) / 100 })
	}
	if s := Policy(o.text("policy")); s != "" {
		if !slices.Contains([]Policy{Off, Asked, Confident, Always}, s) {
			return nil, errSays("`policy` is off, asked, confident or always.")
		}
		if s.content() && !l.mayRead {
			return nil, errSays("To answer messages that do not name me I need the Message Content Intent. Whoever runs me switches it on at <" + l.api.Web() + "/developers/applications/" + l.app + "/bot> under Privileged Gateway Intents, and starts me anew; then say this again.")
		}
		all = append(all, func(p *place) { p.Policy = s })
	}
	if s := o.text("library"); s != "" {
		collections, err := l.wishedCollections(ctx, i.GuildID, s)
		if err != nil {
			return nil, err
		}
		all = append(all, func(p *place) { p.Collections = collections })
	}
	return all, nil
}

func (l *live) wishedCollections(ctx context.Context, server, list string) ([]string, error) {
	if strings.TrimSpace(list) == "default" {
		return nil, nil
	}
	may := l.grantable(ctx, server)
	var all []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		name = collectionOf(server, name)
		if !slices.Contains(may, name) {
			var known []string
			for _, c := range may {
				known = append(known, "“"+escape(nameOf(c))+"”")
			}
			return nil, errSays("There is no collection “" + escape(cutUnits(name, 80)) + "” to give: there are " + strings.Join(known, ", ") + ".")
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func (l *live) setup(ctx context.Context, i *discordgo.Interaction, o options) {
	changes, err := l.wishes(ctx, i, o)
	if id := o.text("channel"); err == nil && id != "" {
		if c := l.channel(ctx, id, i.GuildID); c.unknown || c.server != i.GuildID {
			err = errSays("`channel` is not a channel of this server, or I may not see it.")
		}
	}
	if err != nil {
		l.tell(ctx, i, "%s", err.Error())
		return
	}
	if len(changes) == 0 {
		l.status(ctx, i)
		return
	}
	scope, where := serverScope(i.GuildID), "the server"
	if id := o.text("channel"); id != "" {
		scope, where = channelScope(id), "<#"+id+">"
	}
	err = l.settings.change(ctx, scope, func(p *place) {
		if scope != serverScope(i.GuildID) {
			p.Server = i.GuildID
		}
		for _, f := range changes {
			f(p)
		}
	})
	if err != nil {
		l.Log.Error("settings not changed", "cause", err)
		l.tell(ctx, i, "%s", notWritten)
		return
	}
	l.Log.Info("settings changed", "scope", scope, "by", userOf(i).ID)
	l.stale()
	id := i.ChannelID
	if o.text("channel") != "" {
		id = o.text("channel")
	}
	l.tell(ctx, i, "Set for %s.\n%s", where, l.describe(ctx, i.GuildID, l.channel(ctx, id, i.GuildID)))
	if read := l.settings.content() && l.mayRead; read != l.reading.Load() {
		for _, g := range l.gateways {
			g.Renew() // with the intent to read messages, or without
		}
	}
}

// describe says what holds in a channel.
func (l *live) describe(ctx context.Context, server string, c *channel) string {
	p, s := l.place(c), l.settings.server(server)
	role := func(id string) string {
		if id == "" {
			return "none"
		}
		return "<@&" + id + ">"
	}
	or := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	var names []string
	f, err := l.visible(ctx, c)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
	}
	for _, x := range f.Collections {
		names = append(names, escape(nameOf(x)))
	}
	policy := map[Policy]string{Off: "off", Asked: "when asked", Confident: "when asked, and to each message that the articles answer", Always: "to each message"}[p.Policy]
	if p.threads() {
		policy += ", in threads"
	}
	lines := []string{
		"**In <#" + c.id + ">** I answer " + policy + ", from: " + cutUnits(strings.Join(names, ", "), 600) + ".",
		"**Trusted** role: " + role(s.Trusted) + "; **helper** role: " + role(s.Helper) + ".",
		fmt.Sprintf("**Questions an hour**: %d a person, %d a channel, %d the server.", or(s.PerPerson, perPerson), or(s.PerChannel, perChannel), or(s.PerServer, perServer)),
	}
	if p.Policy == Confident && p.Confidence > 0 {
		lines = append(lines, fmt.Sprintf("**Confident** from %.0f percent on.", 100*p.Confidence))
	}
	if s.Keep {
		lines = append(lines, "The words of questions are kept with feedback.")
	} else {
		lines = append(lines, "The words of answered questions are not kept.")
	}
	return strings.Join(lines, "\n")
}

// status says what is set, and what is amiss.
func (l *live) status(ctx context.Context, i *discordgo.Interaction) {
	c := l.channel(ctx, i.ChannelID, i.GuildID)
	says := l.describe(ctx, i.GuildID, c)
	connected := 0
	for _, g := range l.gateways {
		if g.Connected() {
			connected++
		}
	}
	_, infos, err := l.listed(ctx)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
	}
	f, err := l.visible(ctx, c)
	n := 0
	for _, x := range infos {
		if err == nil && slices.Contains(f.Collections, x.Collection) {
			n++
		}
	}
	says += fmt.Sprintf("\n**Articles** that may be quoted here: %d. **Waiting** questions: %d. **Connections**: %d of %d.", n, l.queue.length(), connected, len(l.gateways))
	if missing := missingPermissions(i.AppPermissions, c.thread()); missing != "" {
		says += "\n**Missing here**: " + missing + ". Give them to my role, or invite me anew by the link that `footnote doctor` prints."
	}
	if l.settings.content() && !l.mayRead {
		says += "\n**Amiss**: a channel is set to have each message answered, and my Message Content Intent is off."
	}
	l.tell(ctx, i, "%s", says)
}

func missingPermissions(have int64, thread bool) string {
	var names []string
	for _, p := range needed {
		if have&(p.bit|discordgo.PermissionAdministrator) == 0 && !(thread && p.bit == discordgo.PermissionSendMessages) {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ", ")
}

// maxFile is the size of an attached article.
const maxFile = 4 << 20

func (l *live) add(ctx context.Context, i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData, o options) {
	collection := own(i.GuildID)
	if c := collectionOf(i.GuildID, o.text("library")); c != "" && c != collection {
		if l.settings.given()[c] != i.GuildID {
			l.tell(ctx, i, "Articles can be added to the server's own, or to a collection that was given to a channel here with `/footnote setup library:`; “%s” is neither.", escape(cutUnits(c, 80)))
			return
		}
		collection = c
	}
	var file *discordgo.MessageAttachment
	if id := o.text("file"); id != "" && data.Resolved != nil {
		file = data.Resolved.Attachments[id]
	}
	switch {
	case file == nil && text.Normalize(o.text("text")) == "":
		l.tell(ctx, i, "There is nothing to add: attach a `file`, or give a `text`.")
		return
	case file != nil && file.Size > maxFile:
		l.tell(ctx, i, "That file is larger than %d MiB: whoever runs me can add it with `footnote add`.", maxFile>>20)
		return
	case o.text("link") != "" && link("x", o.text("link")) == "x":
		l.tell(ctx, i, "`link` has to be an address, as in https://example.org/article.")
		return
	}
	if l.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, body{"flags": ephemeral}) != nil {
		return
	}
	out := &interactionOutput{l: l, i: i, private: true}
	says := ""
	d, err := l.article(ctx, file, o)
	if err != nil {
		says = "I could not add that: " + escape(cutUnits(err.Error(), 300)) + "."
	} else {
		d.Collection = collection
		d.ID = rag.DocumentID(collection + " " + d.Source)
		if err = l.Articles.Add(ctx, d); err != nil {
			says = "I could not add that: try again in a minute."
		}
	}
	if err != nil {
		l.Log.Error("article not added", "cause", err)
	} else {
		l.stale()
		says = "Added " + source(d.Title, d.URL, d.Published) + "."
	}
	if err := out.show(ctx, message{Content: says}); err != nil {
		l.Log.Warn("not told what came of an article", "cause", err)
	}
}

// article makes an article of a file or a text.
func (l *live) article(ctx context.Context, file *discordgo.MessageAttachment, o options) (rag.Document, error) {
	d := rag.Document{Text: clean(o.text("text"))}
	name := "text/" + rag.DocumentID(d.Text)
	if file != nil {
		data, err := l.download(ctx, file.URL)
		if err != nil {
			return d, err
		}
		if d, err = l.Read(ctx, file.Filename, data); err != nil {
			return d, err
		}
		name = "file/" + file.Filename
	}
	if text.Normalize(d.Text) == "" {
		return d, errSays("there is no text in it")
	}
	if t := strings.Join(strings.Fields(clean(o.text("title"))), " "); t != "" {
		d.Title = t
	}
	if d.Title == "" {
		first, _, _ := strings.Cut(strings.TrimSpace(d.Text), "\n")
		d.Title = cutUnits(first, maxTitle)
	}
	if a := o.text("link"); a != "" {
		d.URL = a
	}
	if d.Published.IsZero() {
		d.Published = l.Now().UTC().Truncate(24 * time.Hour)
	}
	d.Source = "discord:" + name
	if d.URL != "" {
		d.Source = d.URL
	}
	return d, nil
}

func (l *live) download(ctx context.Context, address string) ([]byte, error) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errSays("the file has no address")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errSays("the file has no address")
	}
	res, err := l.api.HTTP.Do(req)
	if err != nil {
		return nil, errSays("the file could not be fetched")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errSays("the file could not be fetched: " + res.Status)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errSays("the file is too large")
	}
	return data, err
}

func (l *live) sources(ctx context.Context, i *discordgo.Interaction, find string) {
	f, err := l.visible(ctx, l.channel(ctx, i.ChannelID, i.GuildID))
	_, infos, e := l.listed(ctx)
	if err != nil || e != nil {
		l.Log.Error("articles not listed", "cause", err)
		l.tell(ctx, i, "I cannot reach the articles just now: try again in a minute.")
		return
	}
	var b strings.Builder
	shown, all := 0, 0
	for _, x := range infos {
		if !slices.Contains(f.Collections, x.Collection) || !matches(x.Title, find) {
			continue
		}
		all++
		line := "- " + source(x.Title, x.URL, x.Published) + " (" + escape(nameOf(x.Collection)) + ")\n"
		if units(b.String())+units(line) < maxDescription-100 {
			b.WriteString(line)
			shown++
		}
	}
	if all == 0 {
		l.tell(ctx, i, "No article may be quoted here, or none has such a title.")
		return
	}
	if shown < all {
		fmt.Fprintf(&b, "-# and %d more; `find` narrows it down", all-shown)
	}
	l.tellMessage(ctx, i, message{Title: fmt.Sprintf("Articles that may be quoted here: %d", all), Notes: b.String()})
}

func (l *live) remove(ctx context.Context, i *discordgo.Interaction, id string) {
	_, infos, err := l.listed(ctx)
	if err != nil {
		l.Log.Error("articles not listed", "cause", err)
		l.tell(ctx, i, "I cannot reach the articles just now: try again in a minute.")
		return
	}
	for _, x := range infos {
		if x.Collection != own(i.GuildID) || x.ID != id && !strings.EqualFold(x.Title, id) {
			continue
		}
		if err := l.Articles.Remove(ctx, x.ID); err != nil {
			l.Log.Error("article not removed", "article", x.ID, "cause", err)
			l.tell(ctx, i, "I could not remove that: try again in a minute.")
			return
		}
		l.stale()
		l.tell(ctx, i, "Removed %s.", source(x.Title, x.URL, x.Published))
		return
	}
	l.tell(ctx, i, "No article that was added in this server is called so: choose one that I propose. Others are removed with `footnote remove` by whoever runs me.")
}

// forget removes what is recorded and remembered of a person.
func (l *live) forget(ctx context.Context, i *discordgo.Interaction) {
	user := userOf(i).ID
	who, err := l.Records.Person(ctx, "discord/"+user)
	n := 0
	if err == nil {
		n, err = l.Records.Forget(ctx, who)
	}
	if err != nil {
		l.Log.Error("person not forgotten", "cause", err)
		l.tell(ctx, i, "I could not do that just now: try again in a minute.")
		return
	}
	l.quotas.forget(who)
	for _, p := range l.answers.pairs() {
		if p.value.job.asker == user {
			l.answers.drop(p.key)
			for _, id := range p.value.job.out.posted() {
				if talk, _, ok := l.talkOf.get(id); ok {
					l.talks.drop(talk)
				}
				l.talkOf.drop(id)
			}
			for _, r := range l.recent.pairs() {
				if r.value.text == p.value.question {
					l.recent.drop(r.key)
				}
			}
		}
	}
	l.cache.clear()
	l.tell(ctx, i, "Forgotten: %s of feedback and open questions, what you asked of late, and your quota. Messages in channels are yours to delete.", entries(n))
}

func entries(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
