package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
)

// Journal is a file that keeps the results of a run, one per line, so that the
// run can be resumed if it is interrupted.
type Journal struct{ f *os.File }

// entry is a line of a journal.
type entry struct {
	Result
	Times Times `json:"times"`
}

// OpenJournal opens a journal for writing. With resume, it keeps the results of
// an existing file and returns them by question id. It drops lines that can't be
// read, such as a last line that was cut off. Without resume, it truncates the
// file.
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

// readJournal returns the results of a file by question id, none if there is no
// file.
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

// Add appends a result.
func (j *Journal) Add(r Result) error {
	b, err := json.Marshal(entry{r, r.Times})
	if err != nil {
		return err
	}
	_, err = j.f.Write(append(b, '\n'))
	return err
}

// Close closes the journal and keeps its file, for another run to resume.
func (j *Journal) Close() error { return j.f.Close() }

// Remove closes the journal and removes its file. Call it when the run is
// complete.
func (j *Journal) Remove() error { return errors.Join(j.f.Close(), os.Remove(j.f.Name())) }
