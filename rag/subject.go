package rag

// nearlyAll is how much of the rest of a claim one sentence must hold before it
// counts that the subject is not there. On the grounding sets .7 would cost
// .004, .9 costs nothing.
const nearlyAll = .9

// displaced reports whether a claim speaks of somebody of whom its text speaks
// elsewhere: the first two words of the claim stand together in the text, but
// neither is in the sentence that has most of the rest, nor in the one before.
func (c claimTokens) displaced(text []sentenceTokens, at int, pairs map[[2]string]bool) bool {
	if len(c.run) < 4 || c.run[0].number || c.run[1].number || !pairs[[2]string{c.run[0].key, c.run[1].key}] {
		return false
	}
	for _, t := range c.run[:2] {
		if text[at].set[t.key] || at > 0 && text[at-1].set[t.key] {
			return false
		}
	}
	return cover(c.run[2:], func(k string) bool { return text[at].set[k] }) >= nearlyAll
}
