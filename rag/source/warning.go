package source

// Warning reports what could not be read of an article that was read.
type Warning struct {
	Source string // the Document.Source of the file
	Path   string // its path, relative to the path that was asked for
	Err    error
}

// String returns a text such as "guide.md: front matter: title: it should be a
// line of text, not a list".
func (w Warning) String() string { return printable(w.Path) + ": " + w.Err.Error() }

// warning reports a problem that does not keep the file from being read.
func (f file) warning(err error) {
	if f.warn != nil {
		f.warn(err)
	}
}
