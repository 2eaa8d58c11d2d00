package library

import (
	"context"
	"database/sql"
	"strings"

	"footnote/rag"
	"footnote/rag/language"
)

// matchStems adds to what was found by words what is found by the stems of
// other languages. A chunk that is found by both has the better score.
func (x *index) matchStems(ctx context.Context, tx *sql.Tx, terms []string, n int, f rag.Filter, found []scored) ([]scored, error) {
	held, err := hasStems(ctx, tx)
	if err != nil || !held {
		return found, err
	}
	var query []string
	seen := map[string]bool{}
	for _, t := range terms {
		for _, v := range language.Variants(t) {
			if p := stemPhrase(v); p != "" && !seen[p] && len(query) < maxStems {
				seen[p] = true
				query = append(query, p)
			}
		}
	}
	if len(query) == 0 {
		return found, nil
	}
	more, err := x.matchIn(ctx, tx, "stems", strings.Join(query, " OR "), n, f)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]int, len(found))
	for i, s := range found {
		at[s.row] = i
	}
	for _, s := range more {
		if i, both := at[s.row]; both {
			found[i].score = max(found[i].score, s.score)
		} else {
			found = append(found, s)
		}
	}
	return found, nil
}

// maxStems is how many different stems Match looks for: maxTerms in each of the
// languages, about.
const maxStems = 8 * maxTerms

// countIn raises the counts of words to what count makes of them, by their own
// letters or by their stems in other languages, whichever is more. what is what
// it selects of the rows that hold a word.
func countIn(ctx context.Context, tx *sql.Tx, what string, words []string, counts []int, count func(*sql.Stmt, string) (int, error)) error {
	raise := func(table string, queryOf func(word string) string) error {
		rows, err := tx.PrepareContext(ctx, `SELECT `+what+` FROM `+table+` WHERE `+table+` MATCH ?`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for i, w := range words {
			query := queryOf(w)
			if query == "" {
				continue
			}
			n, err := count(rows, query)
			if err != nil {
				return err
			}
			counts[i] = max(counts[i], n)
		}
		return nil
	}
	if err := raise("words", phrase); err != nil {
		return err
	}
	held, err := hasStems(ctx, tx)
	if err != nil || !held {
		return err
	}
	return raise("stems", stemQuery)
}

// stemQuery is the FTS5 query for one word: its stem in any language, or all of
// its runs of characters.
func stemQuery(word string) string {
	var any, all []string
	for _, v := range language.Variants(word) {
		p := stemPhrase(v)
		switch {
		case p == "":
		case len(v) == 1 && language.IsRun(v[0]):
			all = append(all, p)
		default:
			any = append(any, p)
		}
	}
	if len(all) > 0 {
		any = append(any, "("+strings.Join(all, " AND ")+")")
	}
	return strings.Join(any, " OR ")
}

// stemPhrase is the FTS5 query for stems that follow one another. A stem holds
// no quotation mark, but may hold what FTS5 takes for a gap: see isGap.
func stemPhrase(stems []string) string {
	return phrase(strings.Join(stems, " "))
}

func hasStems(ctx context.Context, tx *sql.Tx) (held bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stems_docsize)`).Scan(&held)
	return held, err
}
