package library

import (
	"context"
	"database/sql"
	"strings"

	"footnote/rag"
	"footnote/rag/language"
)

// matchStems adds the matches by stems of other languages to found. A chunk
// that is already in found gets the better score.
func (x *index) matchStems(ctx context.Context, tx *sql.Tx, terms []string, n int, f rag.Filter, found []scored) ([]scored, error) {
	stored, err := hasStems(ctx, tx)
	if err != nil || !stored {
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

// maxStems is the maximum number of different stems that Match searches for,
// about maxTerms for each language.
const maxStems = 8 * maxTerms

// countIn sets each count to what count returns for the word, by its spelling
// or by its stems in other languages, whichever is more. what is the expression
// that the query selects.
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
	stored, err := hasStems(ctx, tx)
	if err != nil || !stored {
		return err
	}
	return raise("stems", stemQuery)
}

// stemQuery returns the FTS5 query for one word: its stem in any language, or
// all of its n-grams.
func stemQuery(word string) string {
	var alternatives, all []string
	for _, v := range language.Variants(word) {
		p := stemPhrase(v)
		switch {
		case p == "":
		case len(v) == 1 && language.IsNgram(v[0]):
			all = append(all, p)
		default:
			alternatives = append(alternatives, p)
		}
	}
	if len(all) > 0 {
		alternatives = append(alternatives, "("+strings.Join(all, " AND ")+")")
	}
	return strings.Join(alternatives, " OR ")
}

// stemPhrase returns the FTS5 query for consecutive stems.
func stemPhrase(stems []string) string {
	return phrase(strings.Join(stems, " "))
}

// hasStems reports whether a chunk in another language than English is stored.
func hasStems(ctx context.Context, tx *sql.Tx) (stored bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stems_docsize)`).Scan(&stored)
	return stored, err
}
