package rag

// nearlyAll is the least share of the rest of a claim that a sentence must
// cover before the missing subject counts.
const nearlyAll = .9

const displacedReason = "it is said of somebody else there"

// displaced reports whether a text says of somebody else what the claim says.
// The first two content words of the claim, its subject, are in pairs, so they
// stand together somewhere in the text. But neither is in sentence at, which
// covers nearly all of the rest, nor in the sentence before.
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
