// Package discord is the bot that answers questions in Discord ([Bot]).
//
// What happens in Discord goes one way through it:
//
//	gateway → events → messages | interactions → intake → queue → workers → responder → presenter → output → REST
//
// [Bot.Run] builds these parts in run.go. Each part is a type with a file of its
// own. First the parts that an event passes through:
//
//	events         decodes what the gateway sends, and gives it to the part concerned
//	catchUp        fetches the messages that arrived while there was no session
//	messages       decides whether a message is a question to the bot
//	interactions   gives an interaction to autocompletion, commands or buttons
//	commands       run /ask and the message menu
//	admin          runs /footnote: setup, articleCommands
//	buttons        do what the buttons and forms below an answer say; feedback
//	sources        turns a person's reply into an article
//	gaps           records, lists and closes the questions without an answer
//	forget         deletes what is stored about a person
//	intake         checks a question, counts it in the quotas, and queues it
//	queue          gives each server its turn
//	workers        answer each question once, and tell people what went wrong
//	responder      finds the answer, shows the draft, and remembers the result
//	presenter      lays an answer out as messages with footnotes and buttons
//	output         the place where one answer is shown
//	sender         makes the REST requests
//
// Then the parts that keep state, which the others ask:
//
//	connections            the gateway connections, and the intents they ask for
//	Grants, home           what the operator lets each server use
//	settings, access       what admins have set, and what may be seen where
//	catalog                the list of articles, and the latest answers
//	channels, servers      what the bot knows of each channel, and where it is a member
//	answers, conversations what was answered, and what follow-ups refer to
//	replies                what a reply refers to
//	quotas, claims         usage, and what was done already; both survive a restart
//	arrivals, inFlight     interactions to acknowledge, and questions being answered
//
// An interaction must be acknowledged within 3 seconds, so that happens first.
// Only then does its question wait in the queue. Whatever must happen only once,
// such as an answer, is claimed in the records first, so that a restart does not
// repeat it.
//
// Whose articles are quoted where is decided in three steps. The operator grants
// collections to a server. Its admins choose among these, for the server and for
// each channel; channels may share one. What people add in Discord belongs to
// their server, or to the channel if its sources leave out the server's own.
// access.visible is the one place that takes these steps, and every command,
// button and list asks it each time. cleanup drops the settings of channels and
// servers that are gone; grants and articles stay.
//
// The requests and the gateway connection are those of bot/discord/protocol.
// Its package comment says why only discordgo's types are used.
//
// # Load and faults
//
// These commands run the bot against bot/discordtest, which enforces Discord's
// limits. The tests run a shorter version of each.
//
//	go test -run '^$' -bench LoadBurst -benchtime 1x ./bot/discord        1,000 commands in a second
//	go test -run '^$' -bench LoadMentions -benchtime 1x ./bot/discord     1,000 mentions in a second
//	go test -run '^$' -bench LoadDisconnects -benchtime 1x ./bot/discord  1,000 lost connections of 17 kinds
//	go test -run '^$' -bench LoadDay -benchtime 1x ./bot/discord          100,000 events; reports memory and goroutines
package discord
