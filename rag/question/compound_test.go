package question

import (
	"testing"

	"footnote/rag"
)

// TestCompound checks for which questions a model is asked to split them.
func TestCompound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"How do Lukashenko and NATO differ about the troops?":                      true,
		"What is the difference between otters and beavers?":                       true,
		"difference between twisted pair wire and coaxial cable":                   true,
		"How are cats and dogs different?":                                         true,
		"How does the budget of Minsk compare with that of Brest?":                 true,
		"What do Minsk and Brest have in common?":                                  true,
		"Did the mayor resign, while the council stayed?":                          true,
		"Did the ferry sink and did the crew survive?":                             true,
		"Is the bridge open, and has it been repaired?":                            true,
		"Who founded the club which plays at Leeds, and when did it move?":         true,
		"Tell me who built the bridge at Goole and how it was paid for":            true,
		"According to the mayor, who paid for the bridge and why did they refuse?": true,

		// The rules split these.
		"Who won the race? When did the race begin?":                  false,
		"What is the Union State and why has Lukashenko resisted it?": false,
		"who bought the old london bridge and where is it now":        false,
		"Which opened first, the bridge or the tunnel?":               false,
		"Compare the budget of Minsk with the budget of Brest":        false,

		// These ask one thing.
		"What did Putin and Lukashenko say?":                                    false,
		"Is Minsk bigger than Brest?":                                           false,
		"Is Minsk more than twice as big as Brest and Grodno?":                  false,
		"Who wrote War and Peace?":                                              false,
		"When and where did they meet in Sochi?":                                false,
		"Who is the man whose trial begins and who is accused of fraud?":        false,
		"Which ship sank off Hull and was the first of its kind?":               false,
		"The mayor resigned and the council met. Who resigned?":                 false,
		"NASA has set a date and time. How soon could the attempt occur?":       false,
		"summary of you laughed and laughed and laughed by gabriel okara":       false,
		"What other projectiles did Tesla compare the electric particles to?":   false,
		"How many people went to the different events in the city?":             false,
		"European nations and which country left?":                              false,
		"Did both the mayor and the council resign?":                            false,
		"Which company, already fined, is accused of fraud, while also hiring?": false,
		"": false,
	} {
		if got := Read(rag.Question{Text: text}).Compound; got != want {
			t.Errorf("%q: compound is %t, want %t", text, got, want)
		}
	}
}
