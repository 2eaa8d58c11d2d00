package discord

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

var (
	errStopping = errors.New("the bot is stopping")
	errGone     = errors.New("the question was deleted")
)

// job is a question, and where its answer goes.
type job struct {
	id           string // of the message or the interaction that asks
	server       string // the queue it waits in: the server's, or the person's in a direct message
	channel      *channel
	asker        string // id of a user
	asked        time.Time
	conversation string // key of the conversation that it continues; empty: none
	filter       rag.Filter
	config       config
	out          output
	quoted       bool // show the question above the answer
	private      bool // only the asker sees the answer
	unprompted   bool // nobody asked the bot: it stays silent unless it is confident

	mu       sync.Mutex
	question string
	cancel   context.CancelCauseFunc // nil until a worker takes the job
	begun    bool                    // a worker has taken it, or it is turned away
	written  func()                  // called when the answer only waits to be shown
	hurry    func()                  // ends the wait to show a place in line; nil: none is being shown
	showing  sync.Mutex              // locked while a place in line is being shown
}

// begin ends the display of a place in line, because something else is to be
// shown.
func (j *job) begin() {
	j.mu.Lock()
	j.begun = true
	if j.hurry != nil {
		j.hurry()
	}
	j.mu.Unlock()
	j.showing.Lock()
	defer j.showing.Unlock()
}

// text returns the question, which its author may edit while it waits.
func (j *job) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.question
}

// replace replaces the question.
func (j *job) replace(question string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.question = question
}

// withdraw deletes what was shown of an answer to a message.
func (j *job) withdraw(ctx context.Context) {
	j.begin()
	if o, ok := j.out.(*channelOutput); ok {
		o.remove(ctx)
	}
}

// longestQuestion is the most characters of a question.
const longestQuestion = 2000

// checkQuestion returns a sentence that says why a text is not a question;
// empty if it is one.
func checkQuestion(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case strings.TrimSpace(s) == "" || text.Normalize(s) == "":
		return "Ask me a question, for example: *When does the ferry sail?*"
	case n > longestQuestion:
		return fmt.Sprintf("Your question has %d characters, and I read at most %d. Ask it in a sentence or two.", n, longestQuestion)
	}
	return ""
}

// inFlight are the jobs that workers are busy with.
type inFlight struct{ jobs sync.Map } // id → *job

// add adds a job, which cancel can end from now on.
func (f *inFlight) add(j *job) { f.jobs.Store(j.id, j) }

func (f *inFlight) drop(j *job) { f.jobs.Delete(j.id) }

// cancel ends a job, if it is in flight.
func (f *inFlight) cancel(id string, cause error) {
	if v, ok := f.jobs.Load(id); ok {
		v.(*job).cancel(cause)
	}
}

func (f *inFlight) cancelAll(cause error) {
	f.jobs.Range(func(_, v any) bool { v.(*job).cancel(cause); return true })
}

// answered is an answer that buttons and replies may refer to.
type answered struct {
	key      string
	question string
	answer   rag.Answer
	filter   rag.Filter
	job      *job
	gap      bool // the articles did not answer it
}

// newKey returns a key for an answer.
func newKey() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
