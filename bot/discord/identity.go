package discord

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// contentFlags are the flags of an application that may ask for the Message
// Content Intent.
const contentFlags = 1<<18 | 1<<19

// application is the bot's application as Discord describes it.
type application struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Flags     int            `json:"flags"`
	Bot       discordgo.User `json:"bot"`
	Public    *bool          `json:"bot_public"`
	Grant     bool           `json:"bot_require_code_grant"`
	Elsewhere string         `json:"interactions_endpoint_url"`
}

// fetchApplication asks Discord about the bot, and about how to connect. It
// returns [ErrToken] if Discord refuses the token.
func fetchApplication(ctx context.Context, api *protocol.Client) (application, protocol.Info, error) {
	var app application
	if err := api.Do(ctx, http.MethodGet, "/applications/@me", nil, &app); err != nil {
		var refused *protocol.Error
		if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
			return app, protocol.Info{}, ErrToken
		}
		return app, protocol.Info{}, err
	}
	if app.Bot.ID == "" {
		if err := api.Do(ctx, http.MethodGet, "/users/@me", nil, &app.Bot); err != nil {
			return app, protocol.Info{}, err
		}
	}
	info, err := api.Gateway(ctx)
	return app, info, err
}

// identity is who the bot is.
type identity struct {
	app, user, name string // ids of the application and of its user, and the user's name
	mayRead         bool   // the application has the Message Content Intent
}

func (a application) identity() identity {
	return identity{app: a.ID, user: a.Bot.ID, name: a.Bot.Username, mayRead: a.Flags&contentFlags != 0}
}

// namedIn reports whether a message's text mentions the bot itself. A message
// that only replies to the bot, or that mentions everyone, does not.
func (me identity) namedIn(content string) bool {
	return strings.Contains(content, "<@"+me.user+">") || strings.Contains(content, "<@!"+me.user+">")
}

// strip returns a message's text without mentions of the bot.
func (me identity) strip(content string) string {
	return strings.TrimSpace(strings.NewReplacer("<@"+me.user+">", "", "<@!"+me.user+">", "").Replace(content))
}
