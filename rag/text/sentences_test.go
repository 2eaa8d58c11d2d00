package text

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// TestSentences has a text a line; " | " stands between its sentences.
func TestSentences(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(`
The launch window opens at 12.07 a.m. ET on Monday. | It lasts 69 minutes.
The window opens at 12:07 a.m. EST. | It closes soon.
The talks begin at 3 p.m. Friday in Sochi.
The talks begin at 3 p.m. Moscow time. | Nobody came.
The shop closes at 5 p.m. local time.
They met at 9 a.m. on Monday.
They sailed at 9 a.m. | The ship sank.
They sailed at 9 a.m. | Officials were told later.
At 2 p.m. President Biden will speak.
By 10 a.m. Smith had left. | He did not return.
The bus left at 5 p.m. | It was late.
The bus left at 5 p.m. Sept. 12 from Leeds.
J. K. Rowling wrote it. | She lives in Edinburgh.
J.K. Rowling wrote it.
Vladimir V. Putin spoke. | He left.
George W. Bush spoke. | John F. Kennedy did not.
C. S. Lewis knew J. R. R. Tolkien. | They met in Oxford.
We chose plan B. | The rest is history.
He lacks vitamin C. | This is common.
Mr. Lukashenko left. | Mrs. Smith stayed.
He met Dr. No and Dr. Who. | They talked.
Gen. Mark Milley and Sen. Ted Cruz met Prof. Otto Hahn.
Lt. Col. Ann Lee spoke. | Capt. Roe did not.
They live on Wall St. | The house is old.
St. Petersburg is a city. | St. Paul is another.
The mayor of St. Louis spoke.
He parked on Rodeo Dr. | She walked.
See No. 5 and Nos. 6 and 7.
Is it open? | No. | It is closed.
I said no. | The man left.
See Fig. 3 and fig. 4, vol. 2, p. 17, pp. 3 and art. 5.
He loved art. | The rest bored him.
In Roe v. Wade and Smith vs. Jones they lost.
Bring pens, paper, etc. | The test is long.
Bring pens etc. to the test.
They sold Acme Co. in May.
He works at Acme Inc. | She left.
He works at Acme Inc., which is small.
Dillon, Read & Co. offered $7.5 million for it.
Apple Inc. is large. | Tesla Inc. is not.
Shares of Ford Motor Co. fell. | In May they rose.
Ken Griffey Jr. hit it. | He ran.
He came from the U.S. | The next came from France.
He came from the U.S. | He stayed.
The U.S. Senate met the U.K. Parliament.
The U.S. is large.
He flew to Washington, D.C. | It rained.
She has a Ph.D. | She teaches.
Use fruit, e.g. Apples or i.e. Pears.
It holds approx. 5 litres, i.e. a lot.
He left on Jan. 5 and came back on Feb. 7, 2018.
He left in Jan. | The war began.
They met on Dec. 7. | The war began.
It cost $1.5 billion. | That is much.
It grew by 3.5 percent. | It fell by 2.
It rose to 3.5. | The rest fell.
He was born in 1981. | The war began.
He was born in 1981. | Smith was not.
There were 1,500. | They left.
1. The first is red.
2. Second is blue. | It is dark.
He came on May 3. | Nobody knew.
Visit example.com. | It is free.
Visit example.com or read README.md today.
Read README.md. | Then start.
Use v1.2.3. | It is new.
Yahoo! Mail is old. | I use Yahoo! | The end.
He plays Jeopardy! | She watches.
He was … not sure. | She was.
He was ... not sure.
Wait... | The man left.
What?! | You lost!
Really?! | Yes.
He asked, "Why?" | She knew.
"Why?" he asked. | She knew.
"Stop!" Smith said. | He ran.
“Stop!” Mary Smith shouted. | He ran.
“I left.” | The man nodded.
“‘Why?’ ” | “I see.”
(He left.) | The man nodded.
He left (in May). | The man nodded.
[It rained.] | The match ended.
It rained! | The match ended. | Why? | Nobody knows.
It is on page 3. | Doctors found it in passage 12. | Players came.
He is the No. 1 seed. | The others are not.
The U.N. General Assembly met. | It voted.
Gov. Andrew Cuomo met Rep. Liz Cheney. | They talked.
He said: “I will go to the U.S.” | The crowd cheered.
The U.S. Army won. | Its general died.
He sold it to Johnson & Johnson Corp. | But it failed.
World War I. | The end.
Ms. A. B. Carter is here. | So is Mx. Doe.
Mt. Everest and Ft. Worth are far apart.
Rs. 500 was paid. | The rest is owed.
It opened in Sept. 2019. | It closed in Oct. | The owner died.
Cf. Smith et al. for details.
He lives in Paris. | London is far. | Rome is near.
The dog barked. | the cat slept.
It fell below $10.50. | And it rose.
It ran from April 28-May 1. | Democrats know it.
It was banned (in 2020.) | Last week it was not.
It was reduced to X. | Thus it is hard.
George F. Will spoke. | George F. did not.
He met Dr. Don Lee. | Don't ask.
They compared PF and CF. | In May they stopped.
It was found in H. pylori and E. coli.
It may rise to 5 g/L. | Nobody knows.
In a short speech at 11 p.m. Kotek thanked them.
They meet at 10 a.m. May 29 in Leeds.
Doors open at 10 a.m. | Cost: 5 dollars.
He said " It is so. " | The man left.
“What a masterpiece!” | Another asked about it.
Sens. Mark Kelly and Susan Collins met the Rev. Martin Luther King Jr. in Georgia.
The court heard it en banc. | Judge Lee dissented.
The rest was lower (P<0.05, n=12) and P<0.001. | A rest was not.
“Are you there?” | Yep. | He said so.
"Did it work?" Dr. Lee asked. | It did.
It is a model of MS. | It works.
They stayed in the U.S. | Many had left before.
He met Dr. S. Wesley Long. | It rained.
They thank Dr. D. Thomson.
He was born in 2017 . | "It is so."
They live at 216 11th St. S., Leeds.
Joseph R. Biden Jr. won. | A storm came.
They have vitamin D. | Not only that.
It is 40° C. | It is not inhibited.
Das ist der 3. Oktober in Berlin.
`) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		text := strings.ReplaceAll(line, " | ", " ")
		var got []string
		for _, s := range Sentences(text, Span{0, len(text)}) {
			got = append(got, s.Of(text))
		}
		if diff := cmp.Diff(line, strings.Join(got, " | ")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// FuzzSentences checks that every rune that is not white space is in exactly
// one sentence, and that no sentence begins or ends with white space.
func FuzzSentences(f *testing.F) {
	for _, s := range []string{"He left at 9 a.m. ET. “‘Why?’ ” She… \"Yes!\" 1. The U.S. is J. K. Rowling's.", "\xff. A.\u00a0B .\n\n- x. Y", "...?! ) A"} {
		f.Add(s)
	}
	files, _ := filepath.Glob("../../seeds/*.txt")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(string(data))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, at := range Sentences(s, Span{0, len(s)}) {
			if at.Start < last || at.End <= at.Start || at.End > len(s) {
				t.Fatalf("%q: sentence %v after %d", s, at, last)
			}
			if skipped := s[last:at.Start]; strings.TrimSpace(skipped) != "" {
				t.Fatalf("%q: %q is in no sentence", s, skipped)
			}
			if one := at.Of(s); strings.TrimFunc(one, unicode.IsSpace) != one {
				t.Fatalf("%q: %q has white space around it", s, one)
			}
			last = at.End
		}
		if rest := s[last:]; strings.TrimSpace(rest) != "" {
			t.Fatalf("%q: %q is in no sentence", s, rest)
		}
	})
}
