package question

import "footnote/rag/internal/lazyregexp"

// AsksSeveral reports whether a question asks for a list or for steps, by its form.
func AsksSeveral(question string) bool { return several.MatchString(question) }

var several = lazyregexp.New(`(?i)^\W*(please )?(list|name|give|enumerate|show)\b|\b(what|which) (are|were)\b|\b(what|which) (\w+ )?(\w{2,}[^su\W]s) (are|were|do|does|did|have|has|can|should|will)\b|\bsteps?\b|\bhow (do|does|did|to|can|should)\b|\b(all|every) (the )?\w+`)
