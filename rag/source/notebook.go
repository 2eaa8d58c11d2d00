package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"footnote/rag"
)

// notebook is a Jupyter notebook. Format 3 keeps its cells in worksheets.
type notebook struct {
	Cells      []notebookCell `json:"cells"`
	Worksheets []struct {
		Cells []notebookCell `json:"cells"`
	} `json:"worksheets"`
	Metadata struct {
		Title   string `json:"title"`
		Name    string `json:"name"`
		Date    string `json:"date"`
		Authors []struct {
			Name string `json:"name"`
		} `json:"authors"`
	} `json:"metadata"`
}

type notebookCell struct {
	Type     string         `json:"cell_type"`
	Level    int            `json:"level"` // of a heading, format 3
	Source   notebookText   `json:"source"`
	Input    notebookText   `json:"input"` // of code, format 3
	Outputs  []cellOutput   `json:"outputs"`
	Metadata map[string]any `json:"metadata"`
}

type cellOutput struct {
	Type string         `json:"output_type"`
	Name string         `json:"name"`
	Text notebookText   `json:"text"`
	Data map[string]any `json:"data"`
}

// notebookText is text, or an array of its lines.
type notebookText string

func (t *notebookText) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = notebookText(one)
		return nil
	}
	var lines []string
	if err := json.Unmarshal(data, &lines); err != nil {
		return err
	}
	*t = notebookText(strings.Join(lines, ""))
	return nil
}

// maxOutput is the number of lines of an output from which it is left out. A
// short one shows what the code does; a long one is a log.
const maxOutput = 12

// loadNotebook reads a Jupyter notebook: its Markdown cells, its code and short
// text outputs. Images, tracebacks and hidden input are left out.
func loadNotebook(f file) (rag.Document, error) {
	var in notebook
	if err := json.Unmarshal(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf")), &in); err != nil {
		return rag.Document{}, err
	}
	cells := in.Cells
	for _, s := range in.Worksheets {
		cells = append(cells, s.Cells...)
	}
	if cells == nil {
		return rag.Document{}, errors.New("not a notebook: it has no cells")
	}
	var d rag.Document
	w := &writer{}
	for i, c := range cells {
		text := tidy(string(c.Source))
		switch c.Type {
		case "markdown":
			if i == 0 {
				a, err := f.article(text, false)
				if err != nil {
					return rag.Document{}, err
				}
				d, text = a.doc, a.body
			}
			plain, err := markdownText(text)
			if err != nil {
				return rag.Document{}, fmt.Errorf("cell %d: %w", i+1, err)
			}
			w.blankLine()
			for line := range strings.Lines(plain) {
				w.line(strings.TrimRight(line, "\n"))
			}
			w.blankLine()
		case "heading":
			w.section(c.Level, text)
		case "code":
			if text == "" {
				text = tidy(string(c.Input))
			}
			w.verbatim(strings.Split(text, "\n"))
			for _, o := range c.Outputs {
				w.output(o)
			}
		}
	}
	d.Text = w.out.String()
	m := in.Metadata
	if d.Title == "" {
		d.Title = oneLine(tidy(m.Title))
	}
	if d.Title == "" && !heading.MatchString(d.Text) {
		d.Title = nameTitle(f.name)
	}
	if d.Author == "" {
		var names []string
		for _, a := range m.Authors {
			if name := oneLine(tidy(a.Name)); name != "" {
				names = append(names, name)
			}
		}
		d.Author = strings.Join(names, ", ")
	}
	if t, ok := parseDate(m.Date); ok && d.Published.IsZero() {
		d.Published = published(t)
	}
	return d, nil
}

// output writes what a cell printed, or the value of its last line, if it is
// short text.
func (w *writer) output(o cellOutput) {
	text := string(o.Text)
	switch o.Type {
	case "stream":
		if o.Name == "stderr" {
			return
		}
	case "execute_result", "display_data", "pyout":
		if _, picture := o.Data["image/png"]; picture {
			return // its text is only "<Figure size …>"
		}
		switch plain := o.Data["text/plain"].(type) {
		case string:
			text = plain
		case []any:
			for _, line := range plain {
				if s, ok := line.(string); ok {
					text += s
				}
			}
		}
	default:
		return
	}
	if lines := strings.Split(strings.Trim(tidy(text), "\n"), "\n"); len(lines) <= maxOutput && len(text) < 80*maxOutput {
		w.verbatim(lines)
	}
}
