package question

import "testing"

func TestAsksSeveral(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]bool{
		"List the decisions of the board.": true,
		"What are the requirements?":       true,
		"Which servers does Bo own?":       true,
		"How do I install Quill?":          true,
		"What steps does it take?":         true,
		"Who are all members?":             true,
		"Which version added --dry-run?":   false,
		"What is the IP address of birch?": false,
		"How much does the winch cost?":    false,
		"Which bus does the mayor take?":   false,
		"When did the list appear?":        false,
		"":                                 false,
	} {
		if got := AsksSeveral(q); got != want {
			t.Errorf("AsksSeveral(%q) = %v, want %v", q, got, want)
		}
	}
}
