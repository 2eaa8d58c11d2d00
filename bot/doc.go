// Package bot is how people talk with footnote: one conversation ([Session]),
// how an answer looks in a terminal ([Text]), the terminal itself ([REPL]), and
// Discord ([Discord]).
//
// # Discord
//
// What Discord tells goes one way:
//
//	gateway → handle → hear (messages), commands, buttons → ask → queue → work → show → REST
//
// The gateway and the requests are those of internal/discord; of discordgo only
// the types are used, for reasons that its package comment gives. An
// interaction is acknowledged as soon as it comes, and its answer waits in line
// in its server's queue. What happens once only, such as an answer or a form
// taken, is claimed in the records first, so that it stays so over restarts.
//
// # Load and faults
//
// Each of these is a command, run here against discordtest, with its limits, on
// two threads of one core (AMD EPYC, Go 1.26); the server and the people are in
// the same process, and counted in its memory. A shorter one of each is among
// the tests.
//
//	go test -run '^$' -bench LoadBurst -benchtime 1x ./bot
//
// 1,000 questions by /ask in a second, from 200 people on 50 servers, answered
// from 200 articles by the built-in encoder without a model: acknowledged in
// 29 ms at the median, 116 ms at the 99th percentile, 158 ms at the most; each
// answered once, the last after 42 s (the encoder's pace); no 429; at most
// 154 MB of memory. With ten other processes at work beside it, 625 ms, 1.48 s
// and 1.48 s.
//
//	go test -run '^$' -bench LoadMentions -benchtime 1x ./bot
//
// The same by naming the bot, with answers that take no time: each answered
// once, the last after 40 s (Discord's limits: 50 requests a second), no 429.
//
//	go test -run '^$' -bench LoadDisconnects -benchtime 1x ./bot
//
// 1,000 disconnections of 17 kinds, with 1,334 questions just before and during
// them: none lost, none answered twice, 648 sessions resumed (all that may be),
// 352 begun anew, no 429.
//
//	go test -run '^$' -bench LoadDay -benchtime 1x ./bot
//
// 100,000 events, of which after 60,000 and after 100,000 the bot has 9 and 9
// goroutines and 4 and 4 rate limits, and the process 43.4 and 45.4 MB of heap.
package bot
