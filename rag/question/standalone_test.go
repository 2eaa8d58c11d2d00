package question

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/text"
)

func TestStandalone(t *testing.T) {
	t.Parallel()
	turn := func(q, a string) rag.Turn { return rag.Turn{Question: q, Answer: a} }
	empire := turn("Why was the Byzantine Empire called so?", "After the town of Byzantium. [1]")
	detained := turn("How many people were detained in Brest?", "Twelve people. [1]")
	tests := []struct {
		name    string
		history []rag.Turn
		text    string
		want    string
	}{
		{"first question", nil, "What was its religion?", "What was its religion?"},
		{"pronoun", []rag.Turn{empire}, "What was its religion?", "What was its religion (Byzantine Empire)?"},
		{"topic of the question before last", []rag.Turn{empire, turn("What was its religion?", "")}, "When did it fall?", "When did it fall (Byzantine Empire)?"},
		{"stands alone", []rag.Turn{empire}, "When was Vienna besieged?", "When was Vienna besieged?"},
		{"it refers to nothing", []rag.Turn{empire}, "Is it necessary to have a passport?", "Is it necessary to have a passport?"},
		{"pronoun refers to its own question", []rag.Turn{empire}, "How do companies pay their staff?", "How do companies pay their staff?"},
		{"that begins a clause", []rag.Turn{empire}, "Who wrote the treaty that ended the war?", "Who wrote the treaty that ended the war?"},
		{"definition", []rag.Turn{empire}, "What is a galaxy?", "What is a galaxy?"},
		{"ellipsis", []rag.Turn{detained}, "And in Minsk?", "And in Minsk (people, detained, Brest)?"},
		{"ellipsis with a pronoun", []rag.Turn{detained}, "and how many of them in Minsk?", "and how many of them in Minsk (people, detained, Brest)?"},
		{"what about and a name", []rag.Turn{detained}, "What about Minsk?", "What about Minsk (people, detained, Brest)?"},
		{"correction", []rag.Turn{turn("Can I see the rings of Jupiter?", "")}, "Oh, I meant Saturn.", "Can I see the rings of Saturn?"},
		{"correction of a code", []rag.Turn{turn("What does error E1042 mean in Hull?", "")}, "No, I meant E1043", "What does error E1043 mean in Hull?"},
		{"correction of a name", []rag.Turn{turn("When did Barbara Nichols play in Star Trek?", "")}, "no, I meant Nichelle Nichols, not Barbara", "When did Nichelle Nichols play in Star Trek?"},
		{"correction without a name", []rag.Turn{turn("Who takes photos of planes?", "")}, "I meant in the air.", "I meant in the air (photos, planes)."},
		{"preamble", []rag.Turn{detained}, "By the way, can you tell me about the night train to Vienna?", "the night train to Vienna?"},
		{"person from the question", []rag.Turn{turn("When did President Macron travel to Berlin?", "On Monday.")}, "Who did he meet?", "Who did he meet (President Macron)?"},
		{"person from the answer", []rag.Turn{turn("who leads the party?", "It is led by Olaf Scholz. [1]")}, "Where was he born?", "Where was he born (Olaf Scholz)?"},
		{"he refers to its own question", []rag.Turn{empire}, "What does a person do if he is lost?", "What does a person do if he is lost?"},
		{"they refers to its own question", []rag.Turn{empire}, "How do people say that they agree?", "How do people say that they agree?"},
		{"it does not refer to what is asked for", []rag.Turn{turn("Who sells the Lite subscription?", "")}, "How many users does it allow?", "How many users does it allow (Lite subscription)?"},
		{"why is it", []rag.Turn{turn("How do I watch a lunar eclipse?", "")}, "Why is it safe?", "Why is it safe (lunar eclipse)?"},
		{"it refers to what follows", []rag.Turn{empire}, "Is it safe to swim in rivers?", "Is it safe to swim in rivers?"},
		{"part of a thing named before", []rag.Turn{turn("Should I buy company stock?", "")}, "What is the biggest risk?", "What is the biggest risk (company stock)?"},
		{"part of a thing named in the question", []rag.Turn{empire}, "What is the population of Vienna?", "What is the population of Vienna?"},
		{"one word", []rag.Turn{turn("Do I have to pay income tax?", ""), turn("Is it the same in all states?", "")}, "Deductions?", "Deductions (income tax)?"},
		{"one name", []rag.Turn{turn("Do I have to pay income tax?", "")}, "NATO?", "NATO?"},
		{"other things", []rag.Turn{turn("Do I have to pay income tax?", "")}, "Other taxes?", "Other taxes?"},
		{"topic from further back", []rag.Turn{empire, turn("Who was the last emperor?", "")}, "When was it?", "When was it (Byzantine Empire)?"},
		{"last question is a courtesy", []rag.Turn{empire, turn("Thank you!", "")}, "When did it fall?", "When did it fall (Byzantine Empire)?"},
		{"property of a thing", []rag.Turn{turn("What is the distance to the Sun?", "")}, "How big is it?", "How big is it (Sun)?"},
		{"number is not a topic", []rag.Turn{turn("Is a tug in port for 15 days?", "")}, "How big is it?", "How big is it (port)?"},
		{"place is part of the name", []rag.Turn{turn("Is the bridge at Goole safe?", "")}, "When was it built?", "When was it built (bridge at Goole)?"},
		{"courtesy", []rag.Turn{empire}, "Thanks!", "Thanks!"},
		{"two things", []rag.Turn{turn("Are common stocks and preferred stocks different?", "")}, "Where do I buy them?", "Where do I buy them (common stocks and preferred stocks)?"},
		{"what it was before", []rag.Turn{{Question: "How much is the fee?", Answer: "45 euros. [1]", Title: "The new fee", Published: time.Date(2024, 4, 2, 0, 0, 0, 0, time.UTC)}}, "and what was it before?", "How much is the fee before 2024-04-02?"},
		{"summary of the article cited last", []rag.Turn{{Question: "How much is the fee?", Answer: "45 euros. [1]", Title: "The new fee"}}, "Can you summarise the article?", "Can you summarise the article “The new fee”"},
		{"summary of it", []rag.Turn{{Question: "How much is the fee?", Answer: "45 euros. [1]", Title: "The new fee"}, turn("Thanks!", "")}, "please sum up this article", "please sum up the article “The new fee”"},
		{"which of two things", []rag.Turn{turn("Is the stone bridge longer than the tunnel?", "")}, "Which is safer?", "Which is safer (stone bridge and tunnel)?"},
		{"participle is not part of the name", []rag.Turn{turn("How is swine fever treated?", "")}, "Will it kill me?", "Will it kill me (swine fever)?"},
		{"kind stands for a name", []rag.Turn{turn("Who played in the Champions League final?", "")}, "Where was the final?", "Where was the final (Champions League final)?"},
		{"kind of another thing", []rag.Turn{turn("Who played in the Champions League final?", "")}, "Who won the final of the tennis championship?", "Who won the final of the tennis championship?"},
		{"statement before the question names the place", []rag.Turn{empire}, "Winters are hard in North Carolina. What about the summers?", "Winters are hard in North Carolina. What about the summers?"},
		{"this before the", []rag.Turn{turn("Tell me about small claims court.", "")}, "Is this the right court for a rent dispute?", "Is this the right court for a rent dispute (small claims court)?"},
		{"question word only", []rag.Turn{empire, turn("When did it fall?", "In 1453. [1]")}, "Why?", "Why (fall Byzantine Empire)?"},
		{"question word after a question word", []rag.Turn{empire, turn("Why?", "")}, "And when?", "And when (Byzantine Empire)?"},
		{"participle after a longer name", []rag.Turn{turn("How is sickle cell disease treated?", "")}, "Will it kill me?", "Will it kill me (sickle cell disease)?"},
		{"one of two", []rag.Turn{turn("What's the difference between whole milk and oat milk?", "")}, "Which is better?", "Which is better (whole milk and oat milk)?"},
		{"empty question", []rag.Turn{detained}, "", ""},
		{"punctuation only", []rag.Turn{detained}, "?!", "?!"},
		{"empty turns", []rag.Turn{{}, {}}, "and him?", "and him?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Standalone(rag.Question{Text: tt.text, History: tt.history})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzStandalone checks that Standalone adds no word that the conversation does
// not contain.
func FuzzStandalone(f *testing.F) {
	f.Add("Who is he?", "When did Macron go?", "On Monday.")
	f.Add("I mean \xff((", "what about it", "")
	f.Add("0 Zu", "1s", "0") // the language guessed for both together differs from the language of each
	f.Fuzz(func(t *testing.T, s, before, answer string) {
		got := Standalone(rag.Question{Text: s, History: []rag.Turn{{Question: before, Answer: answer}, {Question: s, Answer: ""}}})
		known := slices.Concat(text.Words(s), text.Words(before), text.Words(answer))
		for _, w := range text.Words(got) {
			if w != "and" && !slices.Contains(known, w) { // "the bridge and the tunnel"
				t.Errorf("Standalone added %q to %q after %q, %q", w, s, before, answer)
			}
		}
	})
}
