package discordcmd

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"footnote/bot"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
)

// Token reads the token from the environment, or from the file that it
// names.
func Token(p *cli.Program) (string, error) {
	token, from := p.Getenv("FOOTNOTE_DISCORD_TOKEN"), "FOOTNOTE_DISCORD_TOKEN"
	if file := p.Getenv("FOOTNOTE_DISCORD_TOKEN_FILE"); token == "" && file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", exit.WithHint(fmt.Errorf("the token's file: %w", err), "FOOTNOTE_DISCORD_TOKEN_FILE names a file that holds the bot's token and nothing else")
		}
		token, from = string(b), "the file "+cli.ShortPath(file)
	}
	token = strings.TrimPrefix(strings.TrimSpace(token), "Bot ")
	switch {
	case token == "":
		return "", exit.Usage("there is no Discord token", "make a bot at https://discord.com/developers/applications, and put its token into a file that FOOTNOTE_DISCORD_TOKEN_FILE names, or into FOOTNOTE_DISCORD_TOKEN")
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", exit.WithHint(fmt.Errorf("what %s holds is no token", from), "a token is one word, as Discord shows it once after Reset Token")
	}
	return token, nil
}

// API is the server to speak to, empty for Discord's own.
func API(p *cli.Program) (string, error) {
	api := p.Getenv("FOOTNOTE_DISCORD_API")
	if api == "" {
		if p.Offline {
			return "", cli.OfflineError("speaking to Discord")
		}
		return "", nil
	}
	if u, err := url.Parse(api); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", exit.WithHint(errors.New("FOOTNOTE_DISCORD_API is no address"), "give one as in http://127.0.0.1:4000/api, or leave it out for Discord's own")
	} else if p.Offline && !onLoopback(u.Hostname()) {
		return "", cli.OfflineError("speaking to " + u.Host)
	}
	return api, nil
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Explain adds what mends an error of Discord's.
func Explain(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, bot.ErrToken):
		return exit.WithHint(err, "Discord's page of your application shows a new token under Bot › Reset Token")
	case errors.Is(err, bot.ErrIntents):
		return exit.WithHint(err, "switch on Bot › Privileged Gateway Intents › Message Content Intent on Discord's page of your application, or set no channel to be answered without being asked")
	case errors.As(err, &network):
		return exit.WithHint(fmt.Errorf("no connection to Discord: %w", err), "check the network, and FOOTNOTE_DISCORD_API if it is set")
	}
	return err
}
