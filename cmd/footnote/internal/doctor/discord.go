package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"footnote/bot/discord"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/discordcmd"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag/library"
)

// checkDiscord checks the bot's token, its permissions on its servers and its
// settings on Discord's page of the application. It asks Discord only if a
// token is set.
func checkDiscord(ctx context.Context, p *cli.Program) []finding {
	f := finding{Part: "discord"}
	if !discordcmd.HasToken(p) {
		f.OK, f.Says, f.Hint = true, "not set up: no token is set", "to set up a bot, follow the steps in the README's Discord section"
		return []finding{f}
	}
	if _, err := discordcmd.Token(p); err != nil {
		return []finding{f.of(err, nil)}
	}
	if p.Offline && p.Getenv("FOOTNOTE_DISCORD_API") == "" {
		f.OK, f.Says = true, "a token is set; not checked, because --offline disables network access"
		return []finding{f}
	}
	d, err := discordcmd.Bot(p)
	if err != nil {
		return []finding{f.of(err, nil)}
	}
	l, done, err := open.Library(p.LibraryPath(), library.Options{ReadOnly: true})
	if err == nil { // checkLibrary reports the error
		defer done()
		d.Records = l
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	seen, err := d.Inspect(ctx)
	if err != nil {
		return []finding{f.of(discordcmd.Explain(err), nil)}
	}
	return []finding{checkToken(seen), checkInvitation(seen), checkGrants(seen), checkIntent(seen)}
}

// checkToken reports whether Discord accepts the token and sends commands to
// the bot.
func checkToken(s discord.Inspection) finding {
	f := finding{Part: "discord", OK: true, Says: "the token works; the bot's name is " + s.Name}
	switch {
	case s.Elsewhere != "":
		f.OK, f.Says = false, "Discord sends commands and buttons to "+s.Elsewhere+", not to the bot"
		f.Hint = "clear General Information › Interactions Endpoint URL at " + s.Page + "/information"
	case s.Remaining < s.Shards:
		f.OK, f.Says = false, fmt.Sprintf("the bot can connect %d more times today but needs %d", s.Remaining, s.Shards)
		f.Hint = "wait until tomorrow, and check the log for why it connected so often"
	}
	return f
}

// checkInvitation reports whether people can invite the bot, and whether it has
// the permissions that it needs on its servers.
func checkInvitation(s discord.Inspection) finding {
	f := finding{Part: "invitation", OK: true}
	incomplete := slices.DeleteFunc(slices.Clone(s.Servers), func(x discord.Server) bool { return x.Missing == "" })
	switch {
	case s.Grant:
		f.OK, f.Says = false, "invitations fail: the application requires a code grant"
		f.Hint = "turn off Bot › Requires OAuth2 Code Grant at " + s.Page + "/bot"
	case len(s.Servers) == 0:
		f.Warn = true
		f.Says, f.Hint = "the bot is not on a server yet", "open "+s.Invite
		if s.Private {
			f.Hint += " as the owner of the application; to let others invite the bot, turn on Bot › Public Bot at " + s.Page + "/bot"
		}
	case len(incomplete) > 0:
		f.OK = false
		f.Says = fmt.Sprintf("on the server %s the bot lacks the permission %s", incomplete[0].Name, incomplete[0].Missing)
		if n := len(incomplete) - 1; n > 0 {
			f.Says += fmt.Sprintf("; also on %d more", n)
		}
		f.Hint = "add it to the bot's role in Server Settings › Roles, or open " + s.Invite
	default:
		f.Says, f.Hint = "the bot is on "+words.Count(len(s.Servers), "server")+" with the permissions it needs", "to add another server, open "+s.Invite
	}
	return f
}

// checkGrants reports which servers may use which collections. It warns if
// strangers can get articles, and if a server may use nothing.
func checkGrants(s discord.Inspection) finding {
	f := finding{Part: "grants", OK: true}
	public := "; to stop others from inviting the bot, turn off Bot › Public Bot at " + s.Page + "/bot"
	if s.Private {
		public = ""
	}
	nothing := slices.DeleteFunc(slices.Clone(s.Servers), func(x discord.Server) bool { return !x.Grant.Nothing() })
	switch {
	case s.Open:
		f.Warn = !s.Private
		f.Says = "every server and direct message without a grant may use all collections (--open)"
		f.Hint = "to decide for each server, run the bot without --open and use `footnote discord grant`" + public
	case !s.Decided && len(s.Servers) < 2:
		f.Warn = !s.Private
		f.Says = "the first server that the bot is on will be allowed to use all collections"
		f.Hint = "to decide yourself, run `footnote discord grant SERVER COLLECTION`" + public
	case len(nothing) > 0:
		f.Warn = true
		f.Says = fmt.Sprintf("the server %s may use no collection", nothing[0].Name)
		if n := len(nothing) - 1; n > 0 {
			f.Says += fmt.Sprintf("; %d more may use none either", n)
		}
		f.Hint = "run `footnote discord grant " + nothing[0].ID + " COLLECTION` to allow one" + public
	default:
		f.Says, f.Hint = words.Count(len(s.Servers), "server")+" may use collections", "`footnote discord grants` lists them"
	}
	return f
}

// checkIntent reports whether the bot needs the Message Content Intent, and has
// it.
func checkIntent(s discord.Inspection) finding {
	f := finding{Part: "messages", OK: true}
	where := "Bot › Privileged Gateway Intents › Message Content Intent at " + s.Page + "/bot"
	switch {
	case len(s.Unasked) > 0 && !s.MayRead:
		f.OK = false
		f.Says = "the bot is set to answer messages that do not mention it in " + words.Count(len(s.Unasked), "channel") + " (" + strings.Join(s.Unasked[:min(3, len(s.Unasked))], ", ") + ") but cannot read them"
		f.Hint = "turn on " + where + " and restart the bot, or run /footnote setup there with policy: when asked"
	case len(s.Unasked) > 0:
		f.Says = "the bot reads messages that do not mention it, for " + words.Count(len(s.Unasked), "channel")
	case s.MayRead:
		f.Warn = true
		f.Says = "the Message Content Intent is on but not needed"
		f.Hint = "you can turn it off: " + where
	default:
		f.Says = "the Message Content Intent is off and not needed"
		f.Hint = "turn it on only for channels with the policy confident or always: " + where
	}
	return f
}
