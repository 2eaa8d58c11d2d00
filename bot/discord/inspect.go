package discord

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// Seen is what Discord says of the bot, and what its admins have set.
type Inspection struct {
	Name    string // of the bot
	App     string // id of its application
	Invite  string // address at which the admin of a server lets it in
	Page    string // address of the application's page
	Servers []Server

	MayRead bool     // the application has the Message Content Intent
	Unasked []string // ids of the channels and servers where it is needed: messages are answered there that do not name the bot

	Private   bool   // only the application's owner can invite the bot
	Grant     bool   // an invitation fails, for it needs a code grant that nobody takes
	Elsewhere string // address that commands go to instead of to the bot; empty: they go to the bot

	Shards    int // that Discord recommends
	Remaining int // sessions that may be begun today
}

// Server is a server that the bot is a member of.
type Server struct {
	ID, Name string
	Missing  string // names of the permissions that the bot lacks in it; empty: none
}

// Look asks Discord about the bot and begins no session. It needs Token, and
// Records for what admins have set; nil is a bot that nobody has set up. Of
// its servers it gives 200 at most. It returns [ErrToken], wrapped, if Discord
// refuses the token.
func (d Bot) Inspect(ctx context.Context) (Inspection, error) {
	d = d.defaults()
	api := &protocol.Client{API: d.API, Token: d.Token, Log: d.Log, HTTP: d.client()}
	defer api.HTTP.CloseIdleConnections()
	app, start, err := begin(ctx, api)
	if err != nil {
		return Inspection{}, err
	}
	s := Inspection{
		Name: app.Bot.Username, App: app.ID, Invite: inviteTo(api, app.ID), Page: api.Web() + "/developers/applications/" + app.ID,
		MayRead: app.Flags&contentFlags != 0, Private: app.Public != nil && !*app.Public, Grant: app.Grant, Elsewhere: app.Elsewhere,
		Shards: max(1, start.Shards), Remaining: start.Limit.Remaining,
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
		if have, err := strconv.ParseInt(g.Permissions, 10, 64); err == nil { // a server that does not say lacks none
			missing = missingPermissions(have, false)
		}
		s.Servers = append(s.Servers, Server{ID: g.ID, Name: cmp.Or(g.Name, g.ID), Missing: missing})
	}
	if d.Records == nil {
		return s, nil
	}
	set, err := loadSettings(ctx, d.Records)
	if err != nil {
		return Inspection{}, err
	}
	s.Unasked = set.unasked()
	return s, nil
}

// inviteTo is the address at which an application's bot is let into a server,
// with what it needs: the scopes of a bot that has commands, and [Permissions].
func inviteTo(api *protocol.Client, app string) string {
	return api.Web() + "/oauth2/authorize?" + url.Values{
		"client_id": {app}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(Permissions, 10)},
	}.Encode()
}

// needed are the permissions of [Permissions], as Discord calls them.
var needed = []struct {
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
