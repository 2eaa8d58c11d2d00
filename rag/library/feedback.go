package library

import (
	"context"
	"database/sql"
	"errors"

	"footnote/rag"
)

// AddFeedback records a person's feedback on an answer. It replaces earlier
// feedback of the same person on the same answer.
func (l *Library) AddFeedback(ctx context.Context, f rag.Feedback) error {
	if f.Answer == "" {
		return errors.New("feedback: no answer given")
	}
	if err := checkTexts(f.Answer, f.Question, f.Text, f.Reason); err != nil {
		return err
	}
	return l.enqueue(ctx, "add feedback to", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO feedback (answer, who, question, text, verdict, docs, scope, good, reason, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (answer, who) DO UPDATE SET question = excluded.question, text = excluded.text, verdict = excluded.verdict,
				docs = excluded.docs, scope = excluded.scope, good = excluded.good, reason = excluded.reason, at = excluded.at`,
			f.Answer, string(f.Who), f.Question, f.Text, string(f.Verdict), jsonList(f.Docs), scopeOf(f.Filter), f.Good, f.Reason, millis(orNow(f.At)))
		return err
	})
}

// Feedback returns the feedback on answers, oldest first. It returns feedback
// only if f selects every collection that the answer could use.
func (l *Library) Feedback(ctx context.Context, f rag.Filter) ([]rag.Feedback, error) {
	var all []rag.Feedback
	err := l.records(ctx, "read feedback of", func(tx *sql.Tx) (err error) {
		all, err = readFeedback(ctx, tx, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func readFeedback(ctx context.Context, tx *sql.Tx, f rag.Filter) ([]rag.Feedback, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT answer, who, question, text, verdict, docs, scope, good, reason, at
		FROM feedback ORDER BY at, row`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []rag.Feedback
	for rows.Next() {
		var x rag.Feedback
		var docs, scope string
		var at int64
		if err := rows.Scan(&x.Answer, &x.Who, &x.Question, &x.Text, &x.Verdict, &docs, &scope, &x.Good, &x.Reason, &at); err != nil {
			return nil, err
		}
		if x.Docs, err = parseList(docs); err != nil {
			return nil, err
		}
		if x.Filter.Collections, err = parseList(scope); err != nil {
			return nil, err
		}
		x.At = timeOf(at)
		if visible(f, x.Filter.Collections) {
			all = append(all, x)
		}
	}
	return all, rows.Err()
}
