package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

func TestTables(t *testing.T) {
	t.Parallel()
	const prose = "The ferry to the island leaves the main quay at nine and takes an hour."
	doc := func(source, title, text string) rag.Document {
		return rag.Document{Source: source, Title: title, Text: text}
	}
	for _, tt := range []struct {
		name, in string
		want     []rag.Document
	}{
		{"questions and answers", "Question,Answer,Topic\nWhen does it leave?,At nine.,Times\nWhat does it cost?,12 euros.,\n",
			[]rag.Document{doc("t.csv/1", "When does it leave?", "At nine.\n\n- Topic: Times\n"), doc("t.csv/2", "What does it cost?", "12 euros.")}},
		{"Q and A", "Q;A\nWhen?;At nine.\n", []rag.Document{doc("t.csv/1", "When?", "At nine.")}},
		{"a table of data", "Port,Time,Day\nKiel,9:00,Monday\nOslo,,Sunday\n", []rag.Document{doc("t.csv", "t.csv", "Port | Time | Day\nKiel | 9:00 | Monday\nOslo | | Sunday\n")}},
		{"the separator of Excel, a number sign and no name", "sep=;\n#;Port;\n1;Kiel;x\n", []rag.Document{doc("t.csv", "t.csv", " # | Port | Column 3\n1 | Kiel | x\n")}},
		{"a column of text by its values", "Ship,Notes,Price\nMargaret," + prose + ",12 euros\nAnna,<p>Old.</p><p>" + prose + "</p>,\n",
			[]rag.Document{doc("t.csv/1", "Margaret", prose+"\n\n- Price: 12 euros\n"), doc("t.csv/2", "Anna", "Old.\n\n"+prose+"\n")}},
		{"several texts", "title,summary,content,link2\nFerry,Short: at nine.," + prose + ",https://example.org/1\n", []rag.Document{doc("t.csv/1", "Ferry", prose+"\n\n- summary: Short: at nine.\n")}},
		{"a title above the table", "Departures in May\n\nPort;Time\nKiel, East;9:00\n", []rag.Document{doc("t.csv", "Departures in May", "Port | Time\nKiel, East | 9:00\n")}},
		{"many columns", "a,b,c,d,e,f,g,h\nKiel,1,2,3,4,5,,7\nOslo,1,2,3,4,5,6,7\n", []rag.Document{doc("t.csv", "t.csv",
			"## Kiel\n\n- a: Kiel\n- b: 1\n- c: 2\n- d: 3\n- e: 4\n- f: 5\n- h: 7\n\n## Oslo\n\n- a: Oslo\n- b: 1\n- c: 2\n- d: 3\n- e: 4\n- f: 5\n- g: 6\n- h: 7\n")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			docs, errs := all(t, Reader{}, "t.csv", []byte(tt.in))
			if diff := cmp.Diff(tt.want, docs, cmpopts.IgnoreFields(rag.Document{}, "ID", "Language")); diff != "" || len(errs) > 0 {
				t.Errorf("%q (-want +got):\n%s", errs, diff)
			}
		})
	}
	var long strings.Builder
	long.WriteString("Port,Number\n")
	for i := range maxTableRows + 1 {
		fmt.Fprintf(&long, "Kiel %d,%d\n", i, i)
	}
	docs, errs := all(t, Reader{}, "ports of call.csv", []byte(long.String()))
	if len(docs) != 2 || len(errs) > 0 || docs[0].Title != "ports of call" || docs[1].Title != "ports of call (rows 1001 to 1001)" || strings.Count(docs[0].Text, "Port | Number") < 50 {
		t.Errorf("long table: got %d articles, %q", len(docs), errs)
	}
}

// FuzzTable checks that no table makes the loader panic, and that its articles are tidy.
func FuzzTable(f *testing.F) {
	f.Add("Question,Answer\nWhen?,At nine.\n")
	f.Add("a;b\n1;2\n")
	f.Fuzz(func(t *testing.T, in string) {
		docs, _ := all(t, Reader{}, "t.csv", []byte(in))
		for _, d := range docs {
			if !isText(d.Text) || tidy(d.Text) != d.Text {
				t.Errorf("not tidy: %q", d.Text)
			}
		}
	})
}
