package rag

// Sure says in a sentence how likely it is that the articles hold the answer,
// as a person reads it who has no use for decimals. It is empty for an answer
// that says so itself, because it is nearest or refused, and for one from the
// catalogue, of which there is no doubt. A confidence of 0 is one that is not
// known.
func (a Answer) Sure() string {
	if a.Verdict != Answered || a.Confidence <= 0 || a.Confidence >= 1 {
		return ""
	}
	return Likelihood(a.Confidence)
}

// Likelihood says in a sentence what a probability means that the articles hold
// an answer. The bounds are those of the scale that the Intergovernmental Panel
// on Climate Change words its findings by (Mastrandrea et al. 2010), with what
// it calls "about as likely as not" halved.
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
