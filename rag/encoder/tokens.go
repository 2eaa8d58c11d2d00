package encoder

// MaxTokens returns the most tokens of a passage that the model reads, as
// CountTokens counts them: the constant MaxTokens minus the prefix, [CLS] and
// [SEP].
func (e *Encoder) MaxTokens() int { return MaxTokens - 2 - e.model.Count(passagePrefix) }
