// Package discord is the bot that answers questions in Discord ([Bot]).
//
// Events go one way:
//
//	gateway → handle → hear (messages), commands, buttons → ask → queue → work → show → REST
//
// The gateway and the requests are those of bot/discord/protocol; of discordgo
// only the types are used, for reasons that its package comment gives.
package discord
