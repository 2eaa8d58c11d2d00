package question

import "testing"

func TestSmallTalk(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]SmallTalk{
		"Hello there":                        Courtesy,
		"thanks a lot!":                      Courtesy,
		"exit":                               Courtesy,
		"Quit.":                              Courtesy,
		"help":                               AboutBot,
		"hello, what can you do?":            AboutBot,
		"Who are you?":                       AboutBot,
		"hi! how do I use this bot":          AboutBot,
		"are you a bot?":                     AboutBot,
		"":                                   NoSmallTalk,
		"help desk":                          NoSmallTalk,
		"What can you do about rust?":        NoSmallTalk,
		"Who are you voting for?":            NoSmallTalk,
		"How do I exit vim?":                 NoSmallTalk,
		"what is this?":                      NoSmallTalk,
		"How do I use it?":                   NoSmallTalk,
		"how does this work":                 NoSmallTalk,
		"How do I ask a question?":           AboutBot,
		"Hi, when does the ferry leave?":     NoSmallTalk,
		"What is this bot allowed to store?": NoSmallTalk,
	} {
		if got := smallTalkOf(s); got != want {
			t.Errorf("smallTalkOf(%q) = %v, want %v", s, got, want)
		}
	}
}
