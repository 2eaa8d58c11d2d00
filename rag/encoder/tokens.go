package encoder

// MaxTokens returns how many tokens of a passage, as CountTokens counts them, the model sees: the constant less the
// prefix and the marks at both ends.
func (e *Encoder) MaxTokens() int { return MaxTokens - 2 - e.tokens.count(passagePrefix) }
