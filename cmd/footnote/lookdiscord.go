package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"footnote/bot/discord"
	"footnote/rag/library"
)

// lookAtDiscord says whether the bot can run, who can let it in, and which
// switch of Discord's is in the wrong place. Discord is asked only if there is
// a token.
func (p *program) lookAtDiscord(ctx context.Context) []finding {
	f := finding{Part: "discord"}
	if p.getenv("FOOTNOTE_DISCORD_TOKEN") == "" && p.getenv("FOOTNOTE_DISCORD_TOKEN_FILE") == "" {
		f.OK, f.Says, f.Hint = true, "not set up: there is no token", "for a bot, follow the five steps of the README's Discord part"
		return []finding{f}
	}
	token, err := p.discordToken()
	if err != nil {
		return []finding{f.of(err, nil)}
	}
	if p.offline && p.getenv("FOOTNOTE_DISCORD_API") == "" {
		f.OK, f.Says = true, "there is a token; whether Discord takes it is not asked, for nothing may leave this machine"
		return []finding{f}
	}
	api, err := p.discordAPI()
	if err != nil {
		return []finding{f.of(err, nil)}
	}
	d := discord.Bot{Token: token, API: api}
	if p.offline {
		d.Dial = loopbackDialer().DialContext
	}
	l, done, err := openLibrary(p.path(), library.Options{ReadOnly: true})
	if err == nil { // what is wrong with the library is said by its own finding
		defer done()
		d.Records = l
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	seen, err := d.Inspect(ctx)
	if err != nil {
		return []finding{f.of(explainDiscord(err), nil)}
	}
	return []finding{lookAtToken(seen), lookAtInvitation(seen), lookAtIntent(seen)}
}

func lookAtToken(s discord.Inspection) finding {
	f := finding{Part: "discord", OK: true, Says: fmt.Sprintf("the token is taken; the bot is called %s", s.Name)}
	switch {
	case s.Elsewhere != "":
		f.OK, f.Says = false, "commands and buttons are sent to "+s.Elsewhere+" instead of to the bot"
		f.Hint = "empty General Information › Interactions Endpoint URL at " + s.Page + "/information"
	case s.Remaining < s.Shards:
		f.OK, f.Says = false, fmt.Sprintf("Discord lets the bot connect %d more times today, and it needs %d", s.Remaining, s.Shards)
		f.Hint = "wait until tomorrow, and look in the log for why it has been connecting so often"
	}
	return f
}

func lookAtInvitation(s discord.Inspection) finding {
	f := finding{Part: "invitation", OK: true}
	lacking := slices.DeleteFunc(slices.Clone(s.Servers), func(x discord.Server) bool { return x.Missing == "" })
	switch {
	case s.Grant:
		f.OK, f.Says = false, "an invitation ends in an error, for it wants a code grant"
		f.Hint = "switch off Bot › Requires OAuth2 Code Grant at " + s.Page + "/bot"
	case len(s.Servers) == 0:
		f.Says, f.Hint = "the bot is in no server yet", "open "+s.Invite
		if s.Private {
			f.Hint += " as the owner of the application; for others to invite it, switch on Bot › Public Bot at " + s.Page + "/bot"
		}
	case len(lacking) > 0:
		f.OK = false
		f.Says = fmt.Sprintf("in the server %s the bot lacks %s", lacking[0].Name, lacking[0].Missing)
		if n := len(lacking) - 1; n > 0 {
			f.Says += fmt.Sprintf("; and in %d more", n)
		}
		f.Hint = "give it to the bot's role under Server Settings › Roles, or open " + s.Invite
	default:
		f.Says, f.Hint = "the bot is in "+count(len(s.Servers), "server")+", with the permissions that it needs", "for another server, open "+s.Invite
	}
	return f
}

// lookAtIntent says whether the one privileged switch is needed, and where it is.
func lookAtIntent(s discord.Inspection) finding {
	f := finding{Part: "messages", OK: true}
	where := "Bot › Privileged Gateway Intents › Message Content Intent at " + s.Page + "/bot"
	switch {
	case len(s.Unasked) > 0 && !s.MayRead:
		f.OK = false
		f.Says = "messages that do not name the bot are to be answered in " + count(len(s.Unasked), "channel") + " (" + strings.Join(s.Unasked[:min(3, len(s.Unasked))], ", ") + "), and it may not read them"
		f.Hint = "switch on " + where + " and start the bot anew, or say /footnote setup with policy: when asked there"
	case len(s.Unasked) > 0:
		f.Says = "the bot reads messages that do not name it, for " + count(len(s.Unasked), "channel")
	case s.MayRead:
		f.Says = "the Message Content Intent is on and not needed; the bot does not use it"
		f.Hint = "it can be switched off: " + where
	default:
		f.Says = "the Message Content Intent is off and not needed"
		f.Hint = "only for channels with the policy confident or always: " + where
	}
	return f
}
