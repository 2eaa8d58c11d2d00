package text

// Unframed is temporary.
func Unframed(s string) string { return s }
