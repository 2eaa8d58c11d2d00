package write

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ question, sentence, want string }{
		{"How much money did he offer?", "He supplied a $1.5 billion loan to Minsk.", "$1.5 billion"},
		{"When was the game played?", "The game was played on February 7, 2016, at Santa Clara.", "February 7, 2016"},
		{"How many people were held in 2020?", "In 2020 the police held 774 people.", "774"},
		{"Who opened the bridge?", "The bridge was opened by Mary Lowe in 1981.", "Mary Lowe"},
		{"What was the magnitude of the earthquake?", "An earthquake of magnitude 6.1 struck the port of Marsa.", "6.1"},
		{"How many votes did Mary Lowe win by?", "The mayor of Hull is Mary Lowe, a former captain.", ""},
		{"Why did he flee?", "He fled because of the cold.", ""},
		{"Who?", "", ""},
	} {
		if got := Short(c.question, c.sentence); got != c.want {
			t.Errorf("Short(%q, %q) = %q, want %q", c.question, c.sentence, got, c.want)
		}
	}
}

// FuzzShort checks that a short answer is a part of the sentence.
func FuzzShort(f *testing.F) {
	f.Add("When was it?", "On Feb. 7, 2016, in the’s A.")
	f.Add("What is \xff?", "\xff A. – the The a")
	f.Fuzz(func(t *testing.T, question, sentence string) {
		if got := Short(question, sentence); !strings.Contains(sentence, got) {
			t.Errorf("%q is not in %q", got, sentence)
		}
	})
}
