package discord

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/bwmarrin/discordgo"
)

// message is a message to be sent. It pings nobody, except the role in Ping.
type message struct {
	Content    string
	Notes      string // description of an embed below the text; empty: no embed
	Title      string // of the embed
	Components []discordgo.MessageComponent
	Private    bool   // only the person whose interaction it answers sees it
	Ping       string // id of a role
	Reply      string // id of the message that it replies to
	Nonce      string // see nonce
}

// body is a JSON object.
type body map[string]any

const (
	ephemeral = 1 << 6 // flag of a message that one person sees
	color     = 0x4f6d7a
)

// body returns the message as the API takes it.
func (m message) body() body {
	allowed := body{"parse": []string{}, "replied_user": false}
	if m.Ping != "" {
		allowed["roles"] = []string{m.Ping}
	}
	b := body{"content": m.Content, "embeds": []any{}, "components": m.Components, "allowed_mentions": allowed}
	if m.Components == nil {
		b["components"] = []any{}
	}
	if m.Notes != "" {
		e := &discordgo.MessageEmbed{Description: m.Notes, Color: color, Title: m.Title}
		b["embeds"] = []*discordgo.MessageEmbed{e}
	}
	if m.Private {
		b["flags"] = ephemeral
	}
	if m.Reply != "" {
		b["message_reference"] = body{"message_id": m.Reply, "fail_if_not_exists": false}
	}
	if m.Nonce != "" {
		b["nonce"], b["enforce_nonce"] = m.Nonce, true
	}
	return b
}

// nonce returns a key by which Discord recognizes a message, so that it is
// posted only once even if it is sent several times.
func nonce(parts ...string) string {
	h := sha256.Sum256([]byte(fmt.Sprint(parts)))
	return base64.RawURLEncoding.EncodeToString(h[:18])
}
