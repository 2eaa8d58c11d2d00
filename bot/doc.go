// Package bot holds what every conversation with footnote needs: the
// conversation itself ([Session]), how much of it a follow-up question can refer
// to ([Remember]), and text that is safe to show ([Clean]).
//
// Two packages show conversations to people: bot/terminal in a terminal, and
// bot/discord in Discord.
package bot
