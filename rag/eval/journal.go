package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
)

// Journal keeps the results of a run that may be cut short, one a line.
type Journal struct{ f *os.File }

// entry is a line of a journal.
type entry struct {
	Result
	Times Times `json:"times"`
}

// OpenJournal begins a journal. With resume it goes on with one that is there
// and gives its results by question id: what cannot be read of it, such as the
// line on which a machine stopped, is left out. Without, it begins anew.
func OpenJournal(path string, resume bool) (*Journal, map[string]Result, error) {
	known := map[string]Result{}
	if resume {
		var err error
		if known, err = readJournal(path); err != nil {
			return nil, nil, err
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	j := &Journal{f}
	for _, r := range known {
		if err := j.Add(r); err != nil {
			return nil, nil, errors.Join(err, f.Close())
		}
	}
	return j, known, nil
}

func readJournal(path string) (map[string]Result, error) {
	known := map[string]Result{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for {
		line, err := in.ReadBytes('\n')
		var e entry
		if err == nil && json.Unmarshal(line, &e) == nil && e.ID != "" {
			e.Result.Times = e.Times
			known[e.ID] = e.Result
		}
		if errors.Is(err, io.EOF) {
			return known, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Add writes a result.
func (j *Journal) Add(r Result) error {
	b, err := json.Marshal(entry{r, r.Times})
	if err != nil {
		return err
	}
	_, err = j.f.Write(append(b, '\n'))
	return err
}

// Close keeps the journal for another run to resume.
func (j *Journal) Close() error { return j.f.Close() }

// Remove closes the journal of a run that is complete, and removes it.
func (j *Journal) Remove() error { return errors.Join(j.f.Close(), os.Remove(j.f.Name())) }
