package rag

// Sure returns a sentence that says how likely the articles hold the answer, in
// words instead of a number. It is empty for an answer that is nearest or
// refused, because its text says so. It is also empty for a confidence of 1,
// which means certain, and of 0, which means unknown.
func (a Answer) Sure() string {
	if a.Verdict != Answered || a.Confidence <= 0 || a.Confidence >= 1 {
		return ""
	}
	return Likelihood(a.Confidence)
}

// Likelihood returns a sentence for p, the probability that the articles hold
// an answer. Its bounds are those of the likelihood scale of the
// Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010). The
// scale's "about as likely as not" is split at .5.
func Likelihood(p float64) string {
	switch {
	case p >= .99:
		return "The articles almost certainly hold the answer."
	case p >= .90:
		return "The articles very likely hold the answer."
	case p >= .66:
		return "The articles likely hold the answer."
	case p >= .50:
		return "The articles may well hold the answer."
	case p >= .33:
		return "The articles may hold the answer, and may well not."
	case p >= .10:
		return "It is unlikely that the articles hold the answer."
	default:
		return "It is very unlikely that the articles hold the answer."
	}
}
