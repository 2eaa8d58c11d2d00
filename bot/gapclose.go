package bot

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/internal/discord"
	"footnote/rag"
	"footnote/rag/text"
)

// offerSource offers to make an article of a trusted person's reply to an
// answer that was none, or to a call for a person. It reports whether the
// message was such a reply, or any to a call: that is for a person, and asks
// the bot nothing.
func (l *live) offerSource(ctx context.Context, c *channel, m *discordgo.Message) bool {
	if c.server == "" || l.named(m) {
		return false
	}
	call := strings.HasSuffix(m.ReferencedMessage.Content, callNote)
	s := l.settings.server(c.server)
	has := func(role string) bool {
		return role != "" && m.Member != nil && slices.Contains(m.Member.Roles, role)
	}
	if !has(s.Trusted) && !(call && has(s.Helper)) {
		return call
	}
	key, _, ok := l.answerOf.get(m.ReferencedMessage.ID)
	x, _, known := l.answers.get(key)
	switch {
	case call:
	case ok && known && !x.gap:
		return false
	case !ok && !strings.Contains(m.ReferencedMessage.Content, "The articles do not"):
		return false
	}
	_, err := l.say(ctx, c.id, message{
		Reply: m.ID, Nonce: nonce("source", m.ID), Content: "Shall I take this as a source, so that the next who asks is answered from it?",
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: menuSource, Style: discordgo.PrimaryButton, CustomID: buttonID("source", m.ID, m.Author.ID)},
			discordgo.Button{Label: "Delete", Style: discordgo.SecondaryButton, CustomID: buttonID("delete", "offer", m.Author.ID)},
		}}},
	})
	if err != nil {
		l.Log.Warn("source not offered", "message", m.ID, "cause", err)
	}
	return true
}

// untrusted tells who may make articles.
const untrusted = "Only people of the trusted role and those who manage the server can add sources. An admin sets the role with `/footnote setup trusted:`."

func (l *live) menuSource(ctx context.Context, i *discordgo.Interaction, d discordgo.ApplicationCommandInteractionData) {
	if !l.trusted(i) {
		l.tell(ctx, i, untrusted)
		return
	}
	m := target(d)
	if m == nil {
		l.tell(ctx, i, "That message is gone.")
		return
	}
	l.sourceForm(ctx, i, m)
}

// addReply does what the button below an offer says.
func (l *live) addReply(ctx context.Context, i *discordgo.Interaction, id string) {
	if !l.trusted(i) {
		l.tell(ctx, i, untrusted)
		return
	}
	m, err := l.message(ctx, i.ChannelID, id)
	if err != nil {
		l.Log.Warn("reply not read", "message", id, "cause", err)
		l.tell(ctx, i, "I cannot read that message any more: it was deleted, or I lack the permission Read Message History.")
		return
	}
	l.sourceForm(ctx, i, m)
}

func (l *live) message(ctx context.Context, channel, id string) (*discordgo.Message, error) {
	var m discordgo.Message
	err := l.api.Do(ctx, http.MethodGet, "/channels/"+channel+"/messages/"+id, nil, &m)
	return &m, err
}

// sourceForm shows the article to be, so that it can be put right first.
func (l *live) sourceForm(ctx context.Context, i *discordgo.Interaction, m *discordgo.Message) {
	text := strings.TrimSpace(l.stripped(m.Content))
	if m.Author == nil || m.Author.ID == l.me {
		l.tell(ctx, i, "That is one of my own messages; choose what a person wrote.")
		return
	}
	title, _ := l.questionOf(ctx, i.ChannelID, m)
	if title == "" {
		title, _, _ = strings.Cut(text, "\n")
	}
	input := func(id, label, value string, style discordgo.TextInputStyle, most int) discordgo.MessageComponent {
		return discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.TextInput{CustomID: id, Label: label, Value: cutUnits(value, most), Style: style, Required: true, MaxLength: most}}}
	}
	_ = l.respond(ctx, i, discordgo.InteractionResponseModal, body{ // it is logged there
		"title": menuSource, "custom_id": buttonID("source", m.ID, i.ID),
		"components": []discordgo.MessageComponent{
			input("title", "Title: the question it answers", strings.Join(strings.Fields(title), " "), discordgo.TextInputShort, maxTitle),
			input("text", "Text", text, discordgo.TextInputParagraph, 4000),
		},
	})
}

// questionOf finds the question that a message answers: that of the answer it
// replies to, and the words that it was searched by, or the message it replies
// to; empty if neither is there.
func (l *live) questionOf(ctx context.Context, channel string, m *discordgo.Message) (asked, searched string) {
	ref := m.ReferencedMessage
	if ref == nil && m.MessageReference != nil {
		var err error
		if ref, err = l.message(ctx, channel, m.MessageReference.MessageID); err != nil {
			l.Log.Warn("message replied to not read", "cause", err)
		}
	}
	if ref == nil || ref.Author == nil {
		return "", ""
	}
	if key, _, ok := l.answerOf.get(ref.ID); ok {
		if x, _, ok := l.answers.get(key); ok {
			return x.question, x.answer.Searched
		}
	}
	if ref.Author.ID != l.me {
		return l.stripped(ref.Content), ""
	}
	if head, ok := strings.CutSuffix(ref.Content, "”\n"+callNote); ok {
		_, asked, _ := strings.Cut(head, "“")
		return unescape(asked), ""
	}
	if line, rest, ok := strings.Cut(ref.Content, "\n"); ok && rest != "" && strings.HasPrefix(line, "> ") {
		return unescape(line[2:]), ""
	}
	if ref.MessageReference != nil {
		if asked, err := l.message(ctx, channel, ref.MessageReference.MessageID); err == nil && asked.Author != nil && asked.Author.ID != l.me {
			return l.stripped(asked.Content), ""
		}
	}
	return "", ""
}

// unescape is what was escaped, near enough to be looked for.
func unescape(s string) string { return strings.NewReplacer(`\`, "", "\u200b", "").Replace(s) }

// addForm adds the article that the form describes, and closes the gap.
func (l *live) addForm(ctx context.Context, i *discordgo.Interaction, id string, values map[string]string) {
	if !l.trusted(i) {
		l.tell(ctx, i, untrusted)
		return
	}
	if l.respond(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, body{}) != nil {
		return
	}
	out := &interactionOutput{l: l, i: i}
	says, err := l.addMessage(ctx, i, id, values)
	if err != nil {
		l.Log.Error("source not added", "message", id, "cause", err)
		says = "I could not add that: try again in a minute."
	}
	if err := out.show(ctx, message{Content: says}); err != nil {
		l.Log.Warn("not told that a source was added", "cause", err)
	}
}

func (l *live) addMessage(ctx context.Context, i *discordgo.Interaction, id string, values map[string]string) (string, error) {
	m, err := l.message(ctx, i.ChannelID, id)
	if discord.Is(err, discord.UnknownMessage) {
		return "That message is gone, and there is nothing to lead readers to: write it again, and choose " + menuSource + " there.", nil
	} else if err != nil {
		return "", err
	}
	c := l.channel(ctx, i.ChannelID, i.GuildID)
	filter, err := l.visible(ctx, c)
	if err != nil {
		return "", err
	}
	collection := own(c.server)
	if !slices.Contains(filter.Collections, collection) {
		collection = filter.Collections[0] // the channel was given collections of its own
	}
	link := fmt.Sprintf("%s/channels/%s/%s/%s", l.api.Web(), c.server, c.id, id)
	d := rag.Document{
		ID: rag.DocumentID(link), Source: link, URL: link, Title: strings.Join(strings.Fields(clean(values["title"])), " "), Collection: collection,
		Published: m.Timestamp, Text: clean(values["text"]), Author: strings.Join(strings.Fields(clean(nameOfUser(m.Author))), " "),
	}
	if text.Normalize(values["text"]) == "" {
		return "There is no text in that, so I have not added it.", nil
	}
	if err := l.Articles.Add(ctx, d); err != nil {
		return "", err
	}
	l.stale()
	asked, searched := l.questionOf(ctx, i.ChannelID, m)
	closed := l.closeGap(ctx, filter, d.ID, values["title"], asked, searched)
	says := "Added " + source(d.Title, d.URL, d.Published) + " as a source."
	if closed {
		says += " The question is no longer open: the next who asks is answered from it."
	}
	return says, nil
}

func nameOfUser(u *discordgo.User) string {
	if u.GlobalName != "" {
		return u.GlobalName
	}
	return u.Username
}

// closeGap closes the open gaps of a question, in any of its words, by an
// article, and reports whether there were any.
func (l *live) closeGap(ctx context.Context, f rag.Filter, doc string, words ...string) bool {
	for i := range words {
		words[i] = text.Normalize(words[i])
	}
	gaps, err := l.Records.Gaps(ctx, f)
	if err != nil {
		l.Log.Error("gaps not read", "cause", err)
		return false
	}
	closed := false
	for _, g := range gaps {
		n := text.Normalize(g.Question)
		if n == "" || !g.Closed.IsZero() || !slices.Contains(words, n) {
			continue
		}
		if err := l.Records.CloseGap(ctx, g.ID, doc, l.Now()); err != nil {
			l.Log.Error("gap not closed", "gap", g.ID, "cause", err)
			continue
		}
		closed = true
	}
	return closed
}

// gaps lists the open questions that were asked where no more could be seen
// than here.
func (l *live) gaps(ctx context.Context, i *discordgo.Interaction) {
	if !l.trusted(i) && !may(i, discordgo.PermissionManageMessages) {
		l.tell(ctx, i, "Only moderators and people of the trusted role can see the open questions.")
		return
	}
	filter, err := l.visible(ctx, l.channel(ctx, i.ChannelID, i.GuildID))
	var gaps []rag.Gap
	if err == nil {
		gaps, err = l.Records.Gaps(ctx, filter)
	}
	_, infos, e := l.listed(ctx)
	if err != nil || e != nil {
		l.Log.Error("gaps not read", "cause", err)
		l.tell(ctx, i, "I cannot reach my records just now: try again in a minute.")
		return
	}
	var b strings.Builder
	hidden, n, more := 0, 0, 0
	for _, g := range gaps {
		if !g.Closed.IsZero() {
			continue
		}
		if g.Question == "" {
			hidden++
			continue
		}
		n++
		line := fmt.Sprintf("**%d.** %s\n-# asked %s, last on %s%s\n", n, escape(cutUnits(g.Question, 300)), times(g.Times), g.Last.Format("2006-01-02"), l.nearest(infos, filter, g.Nearest))
		if more > 0 || units(b.String())+units(line) > maxDescription-250 { // what follows below has to fit
			more++
			continue
		}
		b.WriteString(line)
	}
	if more > 0 {
		fmt.Fprintf(&b, "-# and %d more, asked less often\n", more)
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "-# and %d that were asked in private", hidden)
	}
	if b.Len() == 0 {
		l.tell(ctx, i, "No question is open here.")
		return
	}
	l.tellMessage(ctx, i, message{Title: "Open questions", Notes: strings.TrimSpace(b.String()) + "\n\n-# Reply to one where it was asked, and choose Apps › " + menuSource + " on the reply."})
}

func (l *live) nearest(infos []rag.Info, f rag.Filter, doc string) string {
	for _, x := range infos {
		if x.ID == doc && within(f, x.Collection).Collections != nil {
			return "; nearest: " + source(x.Title, x.URL, x.Published)
		}
	}
	return ""
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
