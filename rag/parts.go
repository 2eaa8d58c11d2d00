package rag

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

var (
	// joint matches the words between two questions in one sentence.
	joint = regexp.MustCompile(`(?i)(?:,|;)? and (?:also )?((?:who|whom|whose|what|which|when|where|why|how)\b)`)
	// opens matches the first word of a question that another may be joined to.
	opens = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b`)
	// choice matches a choice between two things: "Which opened first, the
	// bridge or the tunnel?"
	choice = regexp.MustCompile(`(?i)^((?:which|who|what|whose|where)\b[^,:;?]+)[,:] *(?:the one )?([^,;?]+?),? or (?:the one )?([^,;?]+)\?*$`)
	// contrast matches a request to compare two things.
	contrast = regexp.MustCompile(`(?i)^compare (.+?) (?:and|with|to) (.+?)\?*$`)
	// nested matches a subordinate clause within a part, which may continue
	// after an "and".
	nested = regexp.MustCompile(`(?i)\S\s+(?:who|whom|whose|which|both)\b`)
	// manifold matches words of a question that may ask several things.
	manifold = regexp.MustCompile(`(?i)\b(?:and|or|both|either|compare[ds]?|than|differences?|respectively|while)\b|;|\?.*\?`)
)

// parts returns the single questions that a question consists of, judged by its
// form. It returns nil if the question asks one thing, or more than mostParts.
func parts(q Question) []string {
	text := strings.TrimSpace(q.Text)
	var all []string
	for _, s := range sentences(text, span{0, len(text)}) {
		if one := strings.TrimSpace(s.of(text)); strings.HasSuffix(one, "?") && len(content(one)) > 0 {
			all = append(all, one)
		}
	}
	switch {
	case len(all) > mostParts:
		return nil
	case len(all) < 2:
		all = partsOfOne(text)
	}
	// A later part may refer to an earlier one: "Who won, and when was he born?"
	var said []Turn
	for i, p := range all {
		if leaning(p) == byPronoun {
			all[i] = standAlone(p, said)
		}
		said = append(said, Turn{Question: all[i]})
	}
	return all
}

// mayHaveParts reports whether a question could ask several things, so that it is
// worth asking a model to split it.
func mayHaveParts(text string) bool {
	return manifold.MatchString(text) && len(content(text)) >= 4
}

func partsOfOne(text string) []string {
	if m := choice.FindStringSubmatch(text); m != nil && len(content(m[1])) > 0 {
		return []string{m[1] + ", " + m[2] + "?", m[1] + ", " + m[3] + "?"}
	}
	if m := contrast.FindStringSubmatch(text); m != nil && len(content(m[1])) > 0 && len(content(m[2])) > 0 {
		return []string{m[1], m[2]}
	}
	if !opens.MatchString(text) {
		return nil
	}
	var all []string
	rest := text
	for {
		at := joint.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		all, rest = append(all, strings.TrimSpace(rest[:at[0]])+"?"), rest[at[2]:]
	}
	all = append(all, rest)
	if len(all) < 2 || len(all) > mostParts {
		return nil
	}
	for i, p := range all {
		if len(content(p)) == 0 || i+1 < len(all) && nested.MatchString(p) { // "when and where"
			return nil
		}
	}
	return all
}

// split returns the single questions that a question consists of. It returns a
// model's, if there is a model and they are faithful, else those of [parts].
func (a Answerer) split(ctx context.Context, q Question) []string {
	byForm := parts(q)
	r, ok := a.Writer.(Restater)
	if !ok || !mayHaveParts(q.Text) {
		return byForm
	}
	ctx, cancel := context.WithTimeout(ctx, restating)
	defer cancel()
	got, err := r.Split(ctx, q)
	if err != nil { // Write will report the model's failure
		return byForm
	}
	if faithful := faithfulParts(got, q); faithful != nil {
		return faithful
	}
	return byForm
}

// inParts answers a question of several parts. It searches for each part
// separately. A model writes one answer from the passages of all parts. Without
// a model, each part gets the sentences that answer it best.
func (a Answerer) inParts(ctx context.Context, q Question, parts []string, t *Timings, stream func(string)) (Answer, error) {
	_, writes := a.Writer.(Restater)
	whole := found{confidence: 1, verdict: Answered}
	var drafts Draft
	var missing, near []string
	all := make([]found, len(parts))
	for i, p := range parts {
		part := q
		part.Text = p
		f, err := a.find(ctx, part, t)
		if err != nil {
			return Answer{}, err
		}
		all[i] = f
		whole.confidence = min(whole.confidence, f.confidence)
		switch f.verdict {
		case Nearest:
			near = append(near, p)
		case Refused:
			missing = append(missing, p)
		}
	}
	if len(missing) == len(parts) {
		return a.answer(ctx, q, all[0], t, stream)
	}
	whole.query = all[0].query
	whole.query.Text = q.Text
	if writes {
		for rank := 0; ; rank++ { // the best passage of each part, then the second of each
			more := false
			for _, f := range all {
				if rank < len(f.passages) && f.verdict != Refused {
					more = true
					whole.add(f.passages[rank])
				}
			}
			if !more {
				break
			}
		}
	} else {
		most := max(1, 4/len(parts))
		for _, f := range all {
			if f.verdict == Refused {
				continue
			}
			d, err := Quote{Most: most}.Write(ctx, f.query.Question, f.passages, nil)
			if err != nil {
				return Answer{}, err
			}
			d = newerFirst(f.query.Question, d, f.passages)
			drafts.Model = d.Model
			for _, c := range d.Claims {
				for i := range c.Cites {
					c.Cites[i].Passage = whole.add(f.passages[c.Cites[i].Passage])
				}
				if !slices.ContainsFunc(drafts.Claims, func(x Claim) bool { return x.Text == c.Text }) {
					if c.Break = " "; len(drafts.Claims) == 0 {
						c.Break = ""
					}
					drafts.Claims = append(drafts.Claims, c)
				}
			}
		}
		a.Writer = drafted(drafts)
	}
	if len(near)+len(missing) == len(parts) {
		whole.verdict, near = Nearest, nil
	}
	out, err := a.answer(ctx, q, whole, t, stream)
	if err != nil || out.Verdict == Refused || len(missing)+len(near) == 0 {
		return out, err
	}
	out.Verdict, out.Short, out.Reason = Nearest, "", "The articles answer only a part of the question."
	if len(near) > 0 {
		out.Text += "\nThe articles only come near: " + strings.Join(near, " ")
	}
	if len(missing) > 0 {
		out.Text += "\nThe articles do not say: " + strings.Join(missing, " ")
	}
	return out, nil
}

// add adds a passage unless f has it already, and returns its index.
func (f *found) add(p Passage) int {
	for i, have := range f.passages {
		if have.Chunk.Doc == p.Chunk.Doc && have.Start <= p.Start && p.End <= have.End {
			return i
		}
	}
	f.passages = append(f.passages, p)
	return len(f.passages) - 1
}

// drafted is a [Writer] that returns a finished draft.
type drafted Draft

// Write implements [Writer].
func (d drafted) Write(_ context.Context, _ Question, _ []Passage, stream func(string)) (Draft, error) {
	if stream != nil {
		for _, c := range d.Claims {
			stream(c.Break + c.Text)
		}
	}
	return Draft(d), nil
}
