package check

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestClauses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"The ferry left Hull at noon.":                                        {"The ferry left Hull at noon."},
		"The ferry left Hull, but the tug stayed.":                            {"The ferry left Hull", ", but the tug stayed."},
		"The tug left Hull, making it the first.":                             {"The tug left Hull", ", making it the first."},
		"The tug, which sank, was old.":                                       {"The tug", ", which sank, was old."},
		"The tug that sank was old.":                                          {"The tug that sank was old."},
		"Hull won and was glad because it rained.":                            {"Hull won", "and was glad", "because it rained."},
		"Hull and Goole are ports.":                                           {"Hull and Goole are ports."},
		"They had nothing but rain.":                                          {"They had nothing but rain."},
		"The ferry left; the tug stayed. Nobody saw it — but the master did.": {"The ferry left", "; the tug stayed.", "Nobody saw it", "— but the master did."},
		"": nil,
	} {
		var got []string
		for _, c := range clauses(text) {
			got = append(got, c.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// TestCheckClauses checks that the sample article does not support a sentence
// with one false clause, but supports the sentence without that clause.
func TestCheckClauses(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../seeds/lukashenko-sochi-2020.txt")
	if err != nil {
		t.Fatal(err)
	}
	passages := []rag.Passage{passageOf("sochi", "Lukashenko in Sochi", string(text))}
	for claim, against := range map[string]string{
		"Russia has taken an increasingly energetic position in Belarus, sending in advisers to assist Mr. Lukashenko.":                                      "",
		"The Kremlin has not yet deployed the power, however Russia has taken an increasingly energetic position in Belarus.":                                "",
		"The Kremlin has not yet punished Mr. Lukashenko, but Russia has taken an increasingly energetic position in Belarus.":                               "it is not denied there: “The Kremlin has not yet punished Mr. Lukashenko”",
		"The Inside Ministry has not spoken of a new state, but Russia has taken an increasingly energetic position in Belarus, sending in advisers.":        "it is not denied there: “The Inside Ministry has not spoken of a new state”",
		"The Inside Ministry has not but deployed the power, and Russia has taken an increasingly energetic position in Belarus.":                            displacedReason,
		"Mr. Lukashenko mopped his forehead with a handkerchief when Mr. Putin completed speaking.":                                                          "",
		"Mr. Lukashenko mopped his forehead with a handkerchief when Mr. Putin completed speaking, which delighted reporters watching television.":           "nothing there of “which delighted reporters watching television.”",
		"Mr. Lukashenko mopped his forehead with a handkerchief when Mr. Putin completed speaking, making headlines across distant newspapers.":              "nothing there of “making headlines across distant newspapers.”",
		"The Inside Ministry stated on Monday that 774 folks had been detained throughout Sunday’s nationwide rallies, greater than 500 of them in Minsk.":   "",
		"774 folks had been detained throughout Sunday’s nationwide rallies, while hospitals treated dozens of wounded teenagers.":                           "nothing there of “while hospitals treated dozens of wounded teenagers.”",
		"Mr. Putin not only congratulated Mr. Lukashenko on his landslide victory in a disputed election, he additionally supplied a $1.5 billion mortgage.": "",
	} {
		a := Check(rag.Draft{Claims: []rag.Claim{{Text: claim, Cites: []rag.Cite{{Passage: 0}}}}}, passages)
		got := ""
		for _, d := range a.Dropped {
			got = d.Reason
		}
		if diff := cmp.Diff(against, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", claim, diff)
		}
	}
}
