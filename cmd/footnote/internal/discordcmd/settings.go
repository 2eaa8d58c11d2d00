package discordcmd

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"footnote/bot/discord"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
)

// Bot returns a bot with the token and the address of Discord's API that the
// environment names.
func Bot(p *cli.Program) (d discord.Bot, err error) {
	if d.API, err = API(p); err != nil {
		return d, err
	}
	if p.Offline {
		d.Dial = cli.LoopbackDialer().DialContext
	}
	d.Token, err = Token(p)
	return d, err
}

// HasToken reports whether the environment names a token, valid or not.
func HasToken(p *cli.Program) bool {
	return p.Getenv("FOOTNOTE_DISCORD_TOKEN") != "" || p.Getenv("FOOTNOTE_DISCORD_TOKEN_FILE") != ""
}

// Token returns the bot's token from FOOTNOTE_DISCORD_TOKEN, else from the file
// that FOOTNOTE_DISCORD_TOKEN_FILE names. Its errors never contain the token.
func Token(p *cli.Program) (string, error) {
	token, from := p.Getenv("FOOTNOTE_DISCORD_TOKEN"), "FOOTNOTE_DISCORD_TOKEN"
	if file := p.Getenv("FOOTNOTE_DISCORD_TOKEN_FILE"); token == "" && file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", exit.WithHint(fmt.Errorf("reading the Discord token: %w", err), "set FOOTNOTE_DISCORD_TOKEN_FILE to a file that contains only the bot's token")
		}
		token, from = string(b), "the file "+cli.ShortPath(file)
	}
	token = strings.TrimPrefix(strings.TrimSpace(token), "Bot ")
	switch {
	case token == "":
		return "", exit.Usage("no Discord token is set", "create a bot at https://discord.com/developers/applications, save its token in a file and set FOOTNOTE_DISCORD_TOKEN_FILE to that file (or set FOOTNOTE_DISCORD_TOKEN to the token)")
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", exit.WithHint(fmt.Errorf("%s does not contain a valid token", from), "a token is one word; Discord shows it once, after Reset Token")
	}
	return token, nil
}

// API returns the URL in FOOTNOTE_DISCORD_API, empty for Discord's own server.
// It returns an error if --offline forbids the connection.
func API(p *cli.Program) (string, error) {
	api := p.Getenv("FOOTNOTE_DISCORD_API")
	if api == "" {
		if p.Offline {
			return "", cli.OfflineError("connecting to Discord")
		}
		return "", nil
	}
	if u, err := url.Parse(api); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", exit.WithHint(errors.New("FOOTNOTE_DISCORD_API is not a valid URL"), "use one as in http://127.0.0.1:4000/api, or unset it to use Discord itself")
	} else if p.Offline && !onLoopback(u.Hostname()) {
		return "", cli.OfflineError("connecting to " + u.Host)
	}
	return api, nil
}

// onLoopback reports whether host is a loopback address or "localhost".
func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Explain adds a hint to an error from Discord.
func Explain(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, discord.ErrToken):
		return exit.WithHint(err, "create a new token under Bot › Reset Token on your application's page")
	case errors.Is(err, discord.ErrIntents):
		return exit.WithHint(err, "turn on Bot › Privileged Gateway Intents › Message Content Intent on your application's page, or set no channel to the policy confident or always")
	case errors.As(err, &network):
		return exit.WithHint(fmt.Errorf("cannot connect to Discord: %w", err), "check the network, and FOOTNOTE_DISCORD_API if it is set")
	}
	return err
}
