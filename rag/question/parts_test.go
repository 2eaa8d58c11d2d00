package question

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitByForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"When did the train leave and how much did the ticket cost?", []string{"When did the train leave?", "how much did the ticket cost?"}},
		{"Who won the race? When did the race begin?", []string{"Who won the race?", "When did the race begin?"}},
		{"Who is the mayor of Minsk, and when was she born?", []string{"Who is the mayor of Minsk?", "when was she born (mayor of Minsk)?"}},
		{"Who bought the bridge and where is it now?", []string{"Who bought the bridge?", "where is it now (bridge)?"}},
		{"Which opened first, the bridge or the tunnel?", []string{"Which opened first, the bridge?", "Which opened first, the tunnel?"}},
		{"Compare the budget of Minsk with the budget of Brest", []string{"the budget of Minsk", "the budget of Brest"}},

		{"What is the difference between otters and beavers?", nil}, // one passage may have both
		{"How did the league come to have a court?", nil},
		{"Who is the man whose trial begins and who is accused of fraud?", nil},
		{"When and where did they meet?", nil},
		{"Who wrote War and Peace?", nil},
		{"What did Putin and Lukashenko say?", nil},
		{"Is it true?", nil},
		{"", nil},
		{"????", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, splitByForm(tt.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
