package discord

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/rag"
	"footnote/rag/text"
)

// articleCommands add, list and remove articles: /footnote add, sources and
// remove.
type articleCommands struct {
	articles Articles
	read     func(ctx context.Context, name string, data []byte) (rag.Document, error)
	http     *http.Client // fetches attached files
	send     *sender
	channels *channels
	access   *access
	catalog  *catalog
	log      *slog.Logger
	now      func() time.Time
}

const (
	maxFile      = 4 << 20 // bytes of an attached file
	notAdded     = "I couldn't add that. Try again in a minute."
	notReachable = "I can't reach the articles right now. Try again in a minute."
)

// add adds an article from a file or a text.
func (h *articleCommands) add(ctx context.Context, i *discordgo.Interaction, data discordgo.ApplicationCommandInteractionData, o options) {
	var file *discordgo.MessageAttachment
	if id := o.text("file"); id != "" && data.Resolved != nil {
		file = data.Resolved.Attachments[id]
	}
	switch {
	case file == nil && text.Normalize(o.text("text")) == "":
		h.send.tell(ctx, i, "There is nothing to add. Attach a `file`, or give a `text`.")
		return
	case file != nil && file.Size > maxFile:
		h.send.tell(ctx, i, "That file is larger than %d MiB. The person who runs me can add it with `footnote add`.", maxFile>>20)
		return
	case o.text("link") != "" && link("x", o.text("link")) == "x":
		h.send.tell(ctx, i, "`link` must be a web address such as https://example.org/article.")
		return
	}
	if h.send.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, body{"flags": ephemeral}) != nil {
		return
	}
	out := &interactionOutput{send: h.send, i: i, private: true}
	tell := func(says string) {
		if err := out.show(ctx, message{Content: says}); err != nil {
			h.log.Warn("cannot tell the person about the article", "cause", err)
		}
	}
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	filter, err := h.access.visible(ctx, c)
	if err != nil {
		h.log.Error("cannot list articles", "cause", err)
		tell(notAdded)
		return
	}
	says := ""
	d, err := h.article(ctx, file, o)
	if err != nil {
		says = "I couldn't add that: " + escape(cutUnits(err.Error(), 300)) + "."
	} else {
		d.Collection = h.access.addTo(c, filter)
		d.ID = rag.DocumentID(d.Collection + " " + d.Source)
		if err = h.articles.Add(ctx, d); err != nil {
			says = notAdded
		}
	}
	if err != nil {
		h.log.Error("cannot add article", "cause", err)
	} else {
		h.catalog.changed()
		says = "Added " + source(d.Title, d.URL, d.Published) + "."
		if d.Collection == ownOf(c) {
			says += " I quote it in this channel only, because the channel's sources leave out “" + nameOf(own(c.server)) + "”."
		}
	}
	tell(says)
}

// article returns the article that a file or a text makes.
func (h *articleCommands) article(ctx context.Context, file *discordgo.MessageAttachment, o options) (rag.Document, error) {
	d := rag.Document{Text: bot.Clean(o.text("text"))}
	name := "text/" + rag.DocumentID(d.Text)
	if file != nil {
		data, err := h.download(ctx, file.URL)
		if err != nil {
			return d, err
		}
		if d, err = h.read(ctx, file.Filename, data); err != nil {
			return d, err
		}
		name = "file/" + file.Filename
	}
	if text.Normalize(d.Text) == "" {
		return d, problem("it contains no text")
	}
	if t := oneLine(o.text("title")); t != "" {
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
		d.Published = h.now().UTC().Truncate(24 * time.Hour)
	}
	d.Source = "discord:" + name
	if d.URL != "" {
		d.Source = d.URL
	}
	return d, nil
}

// download returns an attached file. Its errors do not contain the address.
func (h *articleCommands) download(ctx context.Context, address string) ([]byte, error) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, problem("Discord gave no web address for the file")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, problem("Discord gave no web address for the file")
	}
	res, err := h.http.Do(req)
	if err != nil {
		return nil, problem("downloading the file failed")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, problem("downloading the file failed: " + res.Status)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = problem("the file is too large")
	}
	return data, err
}

// list lists the articles that may be quoted in the channel and whose titles
// match the words in find.
func (h *articleCommands) list(ctx context.Context, i *discordgo.Interaction, find string) {
	f, err := h.access.visible(ctx, h.channels.find(ctx, i.ChannelID, i.GuildID))
	_, infos, e := h.catalog.list(ctx)
	if err = cmp.Or(err, e); err != nil {
		h.log.Error("cannot list articles", "cause", err)
		h.send.tell(ctx, i, notReachable)
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
	switch {
	case all == 0 && find == "":
		h.send.tell(ctx, i, "There are no articles that I can quote here.")
		return
	case all == 0:
		h.send.tell(ctx, i, "No article that I can quote here has a title with these words.")
		return
	}
	if shown < all {
		fmt.Fprintf(&b, "-# and %d more; use `find` to narrow the list", all-shown)
	}
	h.send.tellMessage(ctx, i, message{Title: fmt.Sprintf("Articles I can quote here: %d", all), Notes: b.String()})
}

// remove removes an article that people have added and that may be quoted in the
// channel. id is its ID or its title.
func (h *articleCommands) remove(ctx context.Context, i *discordgo.Interaction, id string) {
	c := h.channels.find(ctx, i.ChannelID, i.GuildID)
	f, err := h.access.visible(ctx, c)
	_, infos, e := h.catalog.list(ctx)
	if err = cmp.Or(err, e); err != nil {
		h.log.Error("cannot list articles", "cause", err)
		h.send.tell(ctx, i, notReachable)
		return
	}
	for _, x := range infos {
		if !added(c, f, x.Collection) || x.ID != id && !strings.EqualFold(x.Title, id) {
			continue
		}
		if err := h.articles.Remove(ctx, x.ID); err != nil {
			h.log.Error("cannot remove article", "article", x.ID, "cause", err)
			h.send.tell(ctx, i, "I couldn't remove that. Try again in a minute.")
			return
		}
		h.catalog.changed()
		h.send.tell(ctx, i, "Removed %s.", source(x.Title, x.URL, x.Published))
		return
	}
	h.send.tell(ctx, i, "No such article was added here. Pick one from the list. The person who runs me can remove other articles with `footnote remove`.")
}

// added reports whether people have added the articles of a collection on the
// channel's server, and f selects it.
func added(c *channel, f rag.Filter, collection string) bool {
	return (collection == own(c.server) || collection == ownOf(c)) && slices.Contains(f.Collections, collection)
}
