package discord

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// Inspection is what Discord says about the bot, and what its admins have set.
type Inspection struct {
	Name    string // of the bot
	App     string // id of its application
	Invite  string // address where an admin adds the bot to a server
	Page    string // address of the application's page
	Servers []Server

	MayRead bool     // the application has the Message Content Intent
	Unasked []string // ids of the channels and servers that need this intent, because messages are answered there that do not name the bot

	Open    bool // the bot was last started with Open
	Decided bool // a server has a grant; without any, the bot's only server gets all collections

	Private   bool   // only the application's owner can invite the bot
	Grant     bool   // invitations fail, because the application requires a code grant
	Elsewhere string // address that Discord sends interactions to; empty: to the bot, as it must be

	Shards    int // as many as Discord recommends
	Remaining int // sessions that may be started today
}

// Server is a server that the bot is a member of.
type Server struct {
	ID, Name string
	Missing  string // names of the permissions that the bot lacks there; empty: none
	Grant    Grant  // what the operator lets it use
}

// Inspect asks Discord about the bot without starting a session. It needs
// Token, and Records for what admins have set, unless nobody has set anything.
// It lists at most 200 servers. It returns [ErrToken], wrapped, if Discord
// refuses the token.
func (b Bot) Inspect(ctx context.Context) (Inspection, error) {
	b = b.withDefaults()
	api := b.client()
	defer api.HTTP.CloseIdleConnections()
	app, info, err := fetchApplication(ctx, api)
	if err != nil {
		return Inspection{}, err
	}
	s := Inspection{
		Name: app.Bot.Username, App: app.ID, Invite: inviteTo(api, app.ID), Page: api.Web() + "/developers/applications/" + app.ID,
		MayRead: app.identity().mayRead, Private: app.Public != nil && !*app.Public, Grant: app.Grant, Elsewhere: app.Elsewhere,
		Shards: max(1, info.Shards), Remaining: info.Limit.Remaining,
	}
	var servers []struct {
		ID, Name    string
		Permissions string
	}
	if err := api.Do(ctx, http.MethodGet, "/users/@me/guilds", nil, &servers); err != nil {
		return Inspection{}, err
	}
	for _, g := range servers {
		missing := ""
		if have, err := strconv.ParseInt(g.Permissions, 10, 64); err == nil { // if Discord does not say, nothing counts as missing
			missing = missingPermissions(have, false)
		}
		s.Servers = append(s.Servers, Server{ID: g.ID, Name: cmp.Or(g.Name, g.ID), Missing: missing})
	}
	if b.Records == nil {
		return s, nil
	}
	set, err := loadSettings(ctx, b.Records)
	if err != nil {
		return Inspection{}, err
	}
	s.Unasked = set.readAll()
	return s, s.readGrants(ctx, Grants{b.Records})
}

// readGrants sets what the operator has granted.
func (s *Inspection) readGrants(ctx context.Context, g Grants) (err error) {
	if s.Open, err = g.Open(ctx); err != nil {
		return err
	}
	all, err := g.List(ctx)
	if err != nil {
		return err
	}
	s.Decided = slices.ContainsFunc(all, func(x Grant) bool { return x.Server != Direct })
	for i := range s.Servers {
		if s.Servers[i].Grant, err = g.Of(ctx, s.Servers[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// inviteTo returns the address where an admin adds an application's bot to a
// server, with commands and [Permissions].
func inviteTo(api *protocol.Client, app string) string {
	return api.Web() + "/oauth2/authorize?" + url.Values{
		"client_id": {app}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(Permissions, 10)},
	}.Encode()
}

// permissions are those of [Permissions], with Discord's names.
var permissions = []struct {
	bit  int64
	name string
}{
	{discordgo.PermissionViewChannel, "View Channels"},
	{discordgo.PermissionSendMessages, "Send Messages"},
	{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"},
	{discordgo.PermissionCreatePublicThreads, "Create Public Threads"},
	{discordgo.PermissionEmbedLinks, "Embed Links"},
	{discordgo.PermissionReadMessageHistory, "Read Message History"},
}

// missingPermissions returns the names of the permissions that have lacks, with
// commas between them. In a thread, Send Messages is not needed.
func missingPermissions(have int64, thread bool) string {
	var names []string
	for _, p := range permissions {
		if have&(p.bit|discordgo.PermissionAdministrator) == 0 && !(thread && p.bit == discordgo.PermissionSendMessages) {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ", ")
}
