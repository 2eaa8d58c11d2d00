package rag

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStandalone(t *testing.T) {
	t.Parallel()
	turn := func(q, a string) Turn { return Turn{q, a} }
	empire := turn("Why was the Byzantine Empire called so?", "After the town of Byzantium. [1]")
	detained := turn("How many people were detained in Brest?", "Twelve people. [1]")
	tests := []struct {
		name    string
		history []Turn
		text    string
		want    string
	}{
		{"begins a conversation", nil, "What was its religion?", "What was its religion?"},
		{"pronoun", []Turn{empire}, "What was its religion?", "What was its religion (Byzantine Empire)?"},
		{"a topic carries on", []Turn{empire, turn("What was its religion?", "")}, "When did it fall?", "When did it fall (Byzantine Empire)?"},
		{"stands alone", []Turn{empire}, "When was Vienna besieged?", "When was Vienna besieged?"},
		{"an it that stands for nothing", []Turn{empire}, "Is it necessary to have a passport?", "Is it necessary to have a passport?"},
		{"a pronoun bound in its question", []Turn{empire}, "How do companies pay their staff?", "How do companies pay their staff?"},
		{"a that that opens a clause", []Turn{empire}, "Who wrote the treaty that ended the war?", "Who wrote the treaty that ended the war?"},
		{"what a thing is", []Turn{empire}, "What is a galaxy?", "What is a galaxy?"},
		{"ellipsis", []Turn{detained}, "And in Minsk?", "And in Minsk (people, detained, Brest)?"},
		{"of them", []Turn{detained}, "and how many of them in Minsk?", "and how many of them in Minsk (people, detained, Brest)?"},
		{"what about a name", []Turn{detained}, "What about Minsk?", "What about Minsk (people, detained, Brest)?"},
		{"correction", []Turn{turn("Can I see the rings of Jupiter?", "")}, "Oh, I meant Saturn.", "I meant Saturn (rings of Jupiter)."},
		{"preamble", []Turn{detained}, "By the way, can you tell me about the night train to Vienna?", "the night train to Vienna?"},
		{"a person of the question", []Turn{turn("When did President Macron travel to Berlin?", "On Monday.")}, "Who did he meet?", "Who did he meet (President Macron)?"},
		{"a person of the answer", []Turn{turn("who leads the party?", "It is led by Olaf Scholz. [1]")}, "Where was he born?", "Where was he born (Olaf Scholz)?"},
		{"a name bound in its question", []Turn{empire}, "What does a person do if he is lost?", "What does a person do if he is lost?"},
		{"people bound in their question", []Turn{empire}, "How do people say that they agree?", "How do people say that they agree?"},
		{"a subject that what is asked for does not bind", []Turn{turn("Who sells the Lite subscription?", "")}, "How many users does it allow?", "How many users does it allow (Lite subscription)?"},
		{"why is it", []Turn{turn("How do I watch a lunar eclipse?", "")}, "Why is it safe?", "Why is it safe (lunar eclipse)?"},
		{"an it to be explained", []Turn{empire}, "Is it safe to swim in rivers?", "Is it safe to swim in rivers?"},
		{"a part of what was named", []Turn{turn("Should I buy company stock?", "")}, "What is the biggest risk?", "What is the biggest risk (company stock)?"},
		{"a part that is named in full", []Turn{empire}, "What is the population of Vienna?", "What is the population of Vienna?"},
		{"one word", []Turn{turn("Do I have to pay income tax?", ""), turn("Is it the same in all states?", "")}, "Deductions?", "Deductions (income tax)?"},
		{"one name", []Turn{turn("Do I have to pay income tax?", "")}, "NATO?", "NATO?"},
		{"other things", []Turn{turn("Do I have to pay income tax?", "")}, "Other taxes?", "Other taxes?"},
		{"a topic from further back", []Turn{empire, turn("Who was the last emperor?", "")}, "When was it?", "When was it (Byzantine Empire)?"},
		{"nothing in the last question", []Turn{empire, turn("Thank you!", "")}, "When did it fall?", "When did it fall (Byzantine Empire)?"},
		{"a measure of a thing", []Turn{turn("What is the distance to the Sun?", "")}, "How big is it?", "How big is it (Sun)?"},
		{"a number is no thing", []Turn{turn("Is a tug in port for 15 days?", "")}, "How big is it?", "How big is it (port)?"},
		{"a place is part of the name", []Turn{turn("Is the bridge at Goole safe?", "")}, "When was it built?", "When was it built (bridge at Goole)?"},
		{"a courtesy", []Turn{empire}, "Thanks!", "Thanks!"},
		{"two things", []Turn{turn("Are common stocks and preferred stocks different?", "")}, "Where do I buy them?", "Where do I buy them (common stocks and preferred stocks)?"},
		{"which of two things", []Turn{turn("Is the stone bridge longer than the tunnel?", "")}, "Which is safer?", "Which is safer (stone bridge and tunnel)?"},
		{"what was done is no part of the name", []Turn{turn("How is swine fever treated?", "")}, "Will it kill me?", "Will it kill me (swine fever)?"},
		{"a kind for a name", []Turn{turn("Who played in the Champions League final?", "")}, "Where was the final?", "Where was the final (Champions League final)?"},
		{"a kind that is told apart", []Turn{turn("Who played in the Champions League final?", "")}, "Who won the final of the tennis championship?", "Who won the final of the tennis championship?"},
		{"a statement that names the place", []Turn{empire}, "Winters are hard in North Carolina. What about the summers?", "Winters are hard in North Carolina. What about the summers?"},
		{"this before a noun", []Turn{turn("Tell me about small claims court.", "")}, "Is this the right court for a rent dispute?", "Is this the right court for a rent dispute (small claims court)?"},
		{"no more than a question word", []Turn{empire, turn("When did it fall?", "In 1453. [1]")}, "Why?", "Why (fall Byzantine Empire)?"},
		{"the word after no more than that", []Turn{empire, turn("Why?", "")}, "And when?", "And when (Byzantine Empire)?"},
		{"what was done to it is no part of its name", []Turn{turn("How is sickle cell disease treated?", "")}, "Will it kill me?", "Will it kill me (sickle cell disease)?"},
		{"one of two", []Turn{turn("What's the difference between whole milk and oat milk?", "")}, "Which is better?", "Which is better (whole milk and oat milk)?"},
		{"an empty question", []Turn{detained}, "", ""},
		{"signs", []Turn{detained}, "?!", "?!"},
		{"empty turns", []Turn{{}, {}}, "and him?", "and him?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Standalone(Question{Text: tt.text, History: tt.history})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzStandalone holds that whatever was said, the rules come to an end and
// name nothing that was not spoken of.
func FuzzStandalone(f *testing.F) {
	f.Add("Who is he?", "When did Macron go?", "On Monday.")
	f.Add("I mean \xff((", "what about it", "")
	f.Add("0 Zu", "1s", "0") // whose stems are in another language when they stand together
	f.Fuzz(func(t *testing.T, text, before, answer string) {
		got := Standalone(Question{Text: text, History: []Turn{{before, answer}, {text, ""}}})
		known := slices.Concat(words(text), words(before), words(answer))
		for _, w := range words(got) {
			if w != "and" && !slices.Contains(known, w) { // "the bridge and the tunnel"
				t.Errorf("%q out of %q, %q, %q", w, text, before, answer)
			}
		}
	})
}

func TestFaithful(t *testing.T) {
	t.Parallel()
	q := Question{Text: "What was its religion?", History: []Turn{{"Why was the Byzantine Empire called so?", "After the town of Byzantium. [1]"}}}
	tests := []struct {
		name, reply, want string
	}{
		{"good", "What was the religion of the Byzantine Empire?", "What was the religion of the Byzantine Empire?"},
		{"quoted", "Question: \"What was the Byzantine Empire's religion?\"\n", "What was the Byzantine Empire's religion?"},
		{"answered instead", "The religion of the Byzantine Empire was Orthodox Christianity.", ""},
		{"another question", "When did the Byzantine Empire fall?", ""},
		{"what was asked is gone", "Why was the Byzantine Empire called so?", ""},
		{"several lines", "What was the religion?\nOf the Byzantine Empire?", ""},
		{"empty", " \n", ""},
		{"no word", "???", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := faithful(tt.reply, q)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
