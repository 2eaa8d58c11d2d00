package library

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID is the application_id of the file: "foot" in ASCII.
const applicationID = 0x666f6f74

// migrations upgrade the schema by one version each. The first creates version
// 1 in an empty file. Append new ones at the end.
var migrations = []string{`
CREATE TABLE library (
	generation INTEGER NOT NULL, -- how many updates there have been
	space      TEXT    NOT NULL, -- Embedder.Name of the vectors
	dimensions INTEGER NOT NULL  -- of every vector; 0 if there is none
) STRICT;
INSERT INTO library VALUES (0, '', 0);

-- An article that changes gets a new row, and no row is used twice; so the
-- rows say whether a copy in memory is current.
CREATE TABLE articles (
	row        INTEGER PRIMARY KEY AUTOINCREMENT,
	id         TEXT    NOT NULL UNIQUE,
	source     TEXT    NOT NULL,
	title      TEXT    NOT NULL,
	url        TEXT    NOT NULL,
	collection TEXT    NOT NULL,
	published  TEXT    NOT NULL, -- RFC 3339 in UTC; empty if not known
	hash       TEXT    NOT NULL,
	chunks     INTEGER NOT NULL,
	text       BLOB    NOT NULL  -- UTF-8, a blob so that offsets count bytes
) STRICT;

CREATE TABLE chunks (
	row     INTEGER PRIMARY KEY AUTOINCREMENT,
	article INTEGER NOT NULL REFERENCES articles (row),
	id      TEXT    NOT NULL UNIQUE,
	section TEXT    NOT NULL,
	start   INTEGER NOT NULL, -- bytes in articles.text
	stop    INTEGER NOT NULL,
	key     BLOB    NOT NULL, -- of the vector, shortened to 16 bytes
	vector  BLOB    NOT NULL  -- float32, little-endian, of unit length
) STRICT;
CREATE INDEX chunks_article ON chunks (article);
CREATE INDEX chunks_key ON chunks (key);

-- The words of chunks, by chunks.row. The text itself stands in articles only.
CREATE VIRTUAL TABLE words USING fts5 (
	title, section, text,
	content = '', contentless_delete = 1, tokenize = 'porter unicode61'
);
`, `
-- What people did with the library. Times are in milliseconds since 1970; a
-- person is a hash (Person), empty if not known; a scope is the collections
-- that could be seen, a sorted JSON array, [] for all of them.
CREATE TABLE salt (value BLOB NOT NULL) STRICT; -- one row, once it is needed

CREATE TABLE feedback (
	row      INTEGER PRIMARY KEY AUTOINCREMENT,
	answer   TEXT    NOT NULL, -- names the answer
	who      TEXT    NOT NULL,
	question TEXT    NOT NULL, -- this and text empty if they are not kept
	text     TEXT    NOT NULL,
	verdict  TEXT    NOT NULL,
	docs     TEXT    NOT NULL, -- JSON array of article ids
	scope    TEXT    NOT NULL,
	good     INTEGER NOT NULL,
	reason   TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	UNIQUE (answer, who)
) STRICT;
CREATE INDEX feedback_who ON feedback (who);

CREATE TABLE gaps (
	row       INTEGER PRIMARY KEY AUTOINCREMENT,
	key       TEXT    NOT NULL, -- hash of the normalised question
	scope     TEXT    NOT NULL,
	verdict   TEXT    NOT NULL, -- when it was last asked
	nearest   TEXT    NOT NULL, -- article id; empty: none
	closed    INTEGER NOT NULL, -- 0: it is open
	closed_by TEXT    NOT NULL, -- article id; empty: none
	UNIQUE (key, scope)
) STRICT;

CREATE TABLE asks (
	gap      INTEGER NOT NULL REFERENCES gaps (row) ON DELETE CASCADE,
	who      TEXT    NOT NULL,
	question TEXT    NOT NULL, -- empty if it is not kept
	times    INTEGER NOT NULL,
	first    INTEGER NOT NULL,
	last     INTEGER NOT NULL,
	PRIMARY KEY (gap, who)
) STRICT;
CREATE INDEX asks_who ON asks (who);

CREATE TABLE settings (scope TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;

CREATE TABLE marks (key TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
CREATE INDEX marks_until ON marks (until);

CREATE TABLE quotas (
	key    TEXT    PRIMARY KEY,
	who    TEXT    NOT NULL,
	tokens REAL    NOT NULL,
	at     INTEGER NOT NULL,
	until  INTEGER NOT NULL -- from when on it says nothing
) STRICT;
CREATE INDEX quotas_who ON quotas (who);
`, sourceSchema}

// migrate upgrades the file to the newest version in one transaction.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Read the version again, because another process may have migrated the
	// file.
	version, err := readVersion(ctx, tx)
	if err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
			return fmt.Errorf("schema version %d: %w", version+1, err)
		}
	}
	set := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
	if _, err := tx.ExecContext(ctx, set); err != nil {
		return err
	}
	return tx.Commit()
}

// readVersion returns the schema version of the file, or 0 if the file is
// empty. Errors include ErrNotLibrary and ErrNewer.
func readVersion(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (int, error) {
	var app, version, tables int
	const query = `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`
	if err := q.QueryRowContext(ctx, query).Scan(&app, &version, &tables); err != nil {
		return 0, err
	}
	switch {
	case app == 0 && version == 0 && tables == 0:
		return 0, nil
	case app != applicationID:
		return 0, fmt.Errorf("%w: it is a database of another program", ErrNotLibrary)
	case version > len(migrations):
		return 0, fmt.Errorf("%w: it has schema version %d, the newest supported version is %d", ErrNewer, version, len(migrations))
	}
	return version, nil
}
