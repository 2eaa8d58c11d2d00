package rag

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mostListed is the maximum number of articles in a list.
const mostListed = 10

// collectionQuestion is a question about the articles themselves, not about
// what they say. The zero value asks for all of them.
type collectionQuestion struct {
	count    bool      // asks how many, not which
	about    string    // words that they must contain; empty: any
	from, to time.Time // when they were published, to exclusive; zero: any time
	when     string    // from and to in the asker's words, such as "are from March 2024"
	anyYear  bool      // the period is a month of any year; see lastYear
	order    int       // 1: newest first; -1: oldest first; 0: not asked for
	one      bool      // asks only for the first
	summary  bool      // asks for a summary of the article on about
}

var (
	asksAll = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`what (?:do|can) you (?:know|answer|tell me|cover)(?: about)?`,
		`what (?:can|could|may|should) i ask(?: you)?(?: about)?`,
		`what (?:is|are) (?:(?:all )?(?:the|your|these) (?:articles|documents|texts|stories|sources)|(?:the|your|this) (?:collection|library)) about`,
		`(?:what|which) (?:topics|subjects|themes)(?: (?:do|can) (?:you|the articles|these articles) (?:know|cover|discuss|talk about|treat)| are (?:there|covered))`,
		`(?:what|which) ` + articlesText + ` (?:do you (?:have|know|hold)|are (?:there|(?:in )?(?:here|the library|the collection|your library))|(?:does|do) (?:the|your) (?:library|collection) (?:have|hold|contain))`,
		`(?:list|show)(?: me)?(?: all)?(?: (?:the|your|of the))? ` + articlesText,
		`what(?:'s| is) in (?:the|your|this) (?:library|collection)`,
		`what(?:'s| is) new`,
	}, "|") + `)$`)
	asksHowMany = regexp.MustCompile(`(?i)^(?:how many|(?:what is )?the number of) ` + articlesText + `\b(?: (?:do you (?:have|know|hold)|are (?:there|in the (?:library|collection))))?(.*)$`)
	asksWhich   = regexp.MustCompile(`(?i)^(?:(?:which|what|(?:list|show|give)(?: me)?(?: all)?(?: the| your)?|are there(?: any)?|do you have(?: any)?|is there an?|any) )?` + articlesText + `\b(?: (?:do you have|are there))?(.+)$`)
	asksNewest  = regexp.MustCompile(`(?i)^(?:what(?:'s| is| are)|which is|show(?: me)?|list) (?:the|your) (newest|latest|most recent|oldest|earliest|first|last) ` + articlesText + `\b(.*)$`)
	asksSummary = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up|(?:give (?:me )?|write )?an? (?:short |brief )?summary of) (?:me )?` + theArticle + ` *(.+)`,
		`what is ` + theArticle + ` +(.+) about`,
		`what does ` + theArticle + ` +(.+) (?:say|tell(?: us)?|report)`,
	}, "|") + `)$`)
	asksItsSummary = regexp.MustCompile(`(?i)^(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up) (?:it|this|that) \((.+)\)$`)

	mentions = regexp.MustCompile(`(?i)^(?:that |which )?(?:(?:are|is) )?(?:mentions?|mentioning|names?|naming|about|on|discuss(?:es|ing)?|covers?|covering|(?:talk|speak|tell|write)s?(?:ing)? (?:about|of)|deals? with|dealing with|contain(?:s|ing)?(?: the words?)?|with the words?|say(?:s|ing)? (?:anything|something) about) +(.+)$`)
	dated    = regexp.MustCompile(`(?i)^(?:that |which )?(?:(?:are|is|were|was|have been) )?(?:published |written |dated |you have )*(?:(from|in|of|since|after|before|until|on) )?(?:the )?((?:` + monthName + `(?:,? \d{4})?)|\d{4}-\d\d(?:-\d\d)?|(?:1[89]|20)\d\d|(?:this|last|the past) (?:week|month|year)|today|yesterday)\b(.*)$`)
)

var datedAtEnd = regexp.MustCompile(`(?i)(?:^| )((?:from|in|of|since|after|before|until|on|published|dated) (?:[^ ]+ ){0,3}(?:\d{4}|week|month|year|today|yesterday|` + monthName + `|\d{4}-\d\d(?:-\d\d)?))$`)

const (
	articlesText = `(?:articles?|documents?|stories|story|texts?|pages?|posts?|files?|sources?)`
	theArticle   = `(?:the|this|that) (?:article|document|story|text|page|post)(?: (?:on|about|of|titled|called|named))?\b`
)

// aboutCollection parses a question about the articles themselves; false for
// other questions.
func aboutCollection(q Question) (collectionQuestion, bool) {
	text := strings.Join(strings.Fields(strings.TrimRight(strings.TrimSpace(q.Text), "?!. ")), " ")
	c := collectionQuestion{}
	if asksAll.MatchString(text) {
		return c, true
	}
	if m := asksSummary.FindStringSubmatch(text); m != nil {
		c.summary, c.about = true, unquote(m[1]+m[2]+m[3])
		return c, c.about != ""
	}
	if m := asksItsSummary.FindStringSubmatch(text); m != nil {
		c.summary, c.about = true, m[1]
		return c, true
	}
	rest := ""
	if m := asksHowMany.FindStringSubmatch(text); m != nil {
		c.count, rest = true, m[1]
	} else if m := asksNewest.FindStringSubmatch(text); m != nil {
		c.order, c.one, rest = 1, true, m[2]
		if slices.Contains([]string{"oldest", "earliest", "first"}, strings.ToLower(m[1])) {
			c.order = -1
		}
	} else if m := asksWhich.FindStringSubmatch(text); m != nil {
		rest = m[1]
	} else {
		return c, false
	}
	for rest = strings.TrimSpace(rest); rest != ""; {
		rest = strings.TrimPrefix(rest, "and ")
		if m := dated.FindStringSubmatch(rest); m != nil && c.when == "" {
			if !c.within(strings.ToLower(m[1]), strings.ToLower(m[2]), q.today()) {
				return c, false
			}
			c.when = "were published " + strings.ToLower(m[1]) + " " + m[2]
			if w := strings.ToLower(m[1]); w == "" || w == "from" || w == "of" {
				c.when = "are from " + m[2]
			}
			c.anyYear = (c.to == c.from.AddDate(0, 1, 0)) && strings.EqualFold(m[2], c.from.Month().String())
			rest = strings.TrimSpace(m[3])
			continue
		}
		m := mentions.FindStringSubmatch(rest)
		if m == nil || c.about != "" {
			return c, false // the question is about something else
		}
		c.about, rest = m[1], ""
		if at := datedAtEnd.FindStringSubmatchIndex(c.about); at != nil && c.when == "" {
			c.about, rest = c.about[:at[0]], c.about[at[2]:]
		}
		c.about = unquote(c.about)
	}
	return c, true
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'“”‘’«»`) }

// within sets from and to by a preposition and a date; false if the date is not
// understood.
func (c *collectionQuestion) within(word, date string, today time.Time) bool {
	from, to, ok := dayRange(date, today)
	if !ok {
		return false
	}
	switch word {
	case "since":
		to = time.Time{}
	case "after":
		from, to = to, time.Time{}
	case "before":
		from, to = time.Time{}, from
	case "until":
		from = time.Time{}
	}
	c.from, c.to = from, to
	return true
}

// courtesy matches greetings and thanks, which ask nothing.
var courtesy = regexp.MustCompile(`(?i)^\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|thanks?(?: you)?(?: (?:so|very) much| a lot| again)?|cheers|ok(?:ay)?|great|cool|nice|perfect|got it|i see|bye|goodbye|see you)(?:,? (?:there|all|everyone|everybody|bot|footnote))?\W*)+$`)

// isCourtesy reports whether a text is a greeting or thanks and asks nothing.
func isCourtesy(text string) bool { return courtesy.MatchString(text) }

// collected answers greetings, thanks, and questions about the articles
// themselves. ok is false for other questions.
func (a Answerer) collected(ctx context.Context, q Question, t *Timings, stream func(string)) (out Answer, ok bool, err error) {
	if isCourtesy(q.Text) {
		return Answer{Question: q.Text, Verdict: Refused, Text: "Ask me what the articles say.", Reason: "\"What do you know about?\" lists them."}, true, nil
	}
	c, ok := aboutCollection(q)
	switch {
	case !ok:
		return Answer{}, false, nil
	case !c.summary:
		out, err = a.listing(ctx, q, c)
		return out, true, err
	}
	d, ok, err := a.article(ctx, c.about, q.Filter)
	if err != nil || !ok {
		return Answer{}, false, err
	}
	searched := q.Text
	q.Text = "Summarise the article \"" + d.Title + "\"."
	out, err = a.answer(ctx, q, found{passages: []Passage{summary(d)}, confidence: 1, verdict: Answered}, t, stream)
	out.Searched = searched
	return out, true, err
}

// article finds the article that a few words name. It chooses the title with
// the most of these words, at least half. If that is not exactly one title, it
// chooses the article with the best matching chunk: among those titles, or
// among all articles if there are none.
func (a Answerer) article(ctx context.Context, about string, f Filter) (Document, bool, error) {
	infos, err := a.Store.List(ctx, f)
	if err != nil {
		return Document{}, false, err
	}
	want := stemSet(about)
	var best []string
	most := (len(want) + 1) / 2
	for _, i := range infos {
		n := 0
		for w := range stemSet(i.Title) {
			if want[w] {
				n++
			}
		}
		if n > most {
			best, most = nil, n
		}
		if n == most && n > 0 {
			best = append(best, i.ID)
		}
	}
	if len(best) != 1 {
		hits, err := a.Store.Match(ctx, searchTerms(about), mostNamed, f)
		if err != nil {
			return Document{}, false, err
		}
		for _, h := range hits {
			if len(best) == 0 || slices.Contains(best, h.Chunk.Doc) {
				best = []string{h.Chunk.Doc}
				break
			}
		}
		if len(best) == 0 {
			return Document{}, false, nil
		}
	}
	d, err := a.Store.Document(ctx, best[0])
	return d, err == nil, err
}

// mostNamed is the maximum number of chunks that are searched for an article
// named by its subject.
const mostNamed = 100

// summary returns a whole article as one passage, in which at most three
// sentences have a score: the first, and the two with the most frequent words
// of the article. It uses SumBasic's average word probability (Nenkova and
// Vanderwende 2005). Earlier sentences get higher scores, so that the summary
// keeps the order of the text.
func summary(d Document) Passage {
	p := Passage{
		Chunk:  Chunk{ID: d.ID, Doc: d.ID, Title: d.Title, URL: d.URL, Text: d.Text, End: len(d.Text), Published: d.Published},
		Source: d.Source, Text: d.Text, End: len(d.Text), Score: 1,
	}
	uses := map[string]int{}
	for _, w := range content(d.Text) {
		uses[stem(w)]++
	}
	type weighed struct {
		at     int
		weight float64
	}
	var all []weighed
	for _, s := range sentences(d.Text, span{0, len(d.Text)}) {
		text := s.of(d.Text)
		set := stemSet(text)
		if strings.HasPrefix(text, "#") || len(set) == 0 {
			continue
		}
		w := weighed{at: len(p.Sentences)}
		for st := range set {
			w.weight += float64(uses[st]) / float64(len(set))
		}
		if n := len(words(text)); n < 6 || n > 60 || !ended(text) { // a caption, or a list
			w.weight /= 4
		}
		p.Sentences = append(p.Sentences, Sentence{Start: s.start, End: s.end})
		all = append(all, w)
	}
	if len(all) > 1 {
		slices.SortStableFunc(all[1:], func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	}
	all = all[:min(3, len(all))]
	for _, w := range all {
		p.Sentences[w.at].Score = 1 / float64(1+w.at)
	}
	return p
}

// listed is an article in a list. start and end are the byte offsets of the
// quoted text.
type listed struct {
	Info
	text       string // quoted
	start, end int
}

// listing answers a question about the articles themselves with a list.
func (a Answerer) listing(ctx context.Context, q Question, c collectionQuestion) (Answer, error) {
	infos, err := a.Store.List(ctx, q.Filter)
	if err != nil {
		return Answer{}, err
	}
	all := len(infos)
	if c.anyYear {
		c.lastYear(infos)
	}
	var found []listed
	if c.about == "" {
		for _, i := range infos {
			found = append(found, listed{Info: i})
		}
	} else if found, err = a.mentioning(ctx, c.about, infos, q.Filter); err != nil {
		return Answer{}, err
	}
	undated := 0
	if c.when != "" || c.order != 0 {
		for _, l := range found {
			if l.Published.IsZero() {
				undated++
			}
		}
	}
	found = slices.DeleteFunc(found, func(l listed) bool {
		return !c.from.IsZero() && l.Published.Before(c.from) || !c.to.IsZero() && !l.Published.Before(c.to) ||
			(c.when != "" || c.order != 0) && l.Published.IsZero()
	})
	if c.order != 0 || c.about == "" {
		slices.SortStableFunc(found, func(a, b listed) int { return a.Published.Compare(b.Published) * -cmp.Or(c.order, 1) })
	}
	out := Answer{Question: q.Text, Searched: q.Text, Verdict: Answered, Confidence: 1, Model: "catalogue"}
	shown := found[:min(len(found), mostListed)]
	if c.one {
		shown = shown[:min(len(shown), 1)]
	}
	var text strings.Builder
	text.WriteString(c.headline(len(found), all))
	for _, l := range shown {
		if l.end == 0 {
			if err := a.opening(ctx, &l); err != nil {
				return Answer{}, err
			}
		}
		n := len(out.Citations) + 1
		out.Citations = append(out.Citations, Citation{N: n, Title: l.Title, URL: l.URL, Doc: l.ID, Source: l.Source, Published: l.Published, Old: q.old(l.Published), Quote: l.text, Start: l.start, End: l.end})
		text.WriteString("\n- " + strings.Join(strings.Fields(l.Title), " "))
		if d := day(l.Published); d != "" {
			text.WriteString(", " + d)
		}
		fmt.Fprintf(&text, " [%d]", n)
	}
	if more := len(found) - len(shown); more > 0 && !c.one {
		fmt.Fprintf(&text, "\n- and %d more", more)
	}
	switch {
	case c.one:
	case undated == 1:
		text.WriteString("\n1 article has no date.")
	case undated > 1:
		fmt.Fprintf(&text, "\n%d articles have no date.", undated)
	}
	out.Text = text.String()
	if len(found) == 0 && !c.count {
		out.Verdict, out.Reason, out.Confidence = Refused, fmt.Sprintf("The collection holds %d; `footnote list` lists them.", all), 0
	}
	return out, ctx.Err()
}

// headline returns a sentence that says how many of all articles were found.
func (c collectionQuestion) headline(n, all int) string {
	var is []string
	if c.when != "" {
		is = append(is, c.when)
	}
	if c.about != "" {
		is = append(is, "mention "+c.about)
	}
	what := strings.Join(is, " and ")
	if n < 2 {
		what = singular.Replace(what)
	}
	order := map[int]string{1: "newest", -1: "oldest"}[c.order]
	switch {
	case c.one && n > 0 && what != "":
		return fmt.Sprintf("%d of the %d articles %s. The %s:", n, all, what, order)
	case c.one && n > 0:
		return "The " + order + " article:"
	case n == 0 && c.one && what != "":
		return "No article " + what + "."
	case n == 0 && c.one:
		return "No article has a date."
	case n == 0 && what == "":
		return "The collection holds no article."
	case n == 0:
		return "No article " + what + "."
	case n == 1 && all == 1 && what != "":
		return "The one article of the collection " + what + ":"
	case what == "" && n == 1:
		return "The collection holds 1 article:"
	case what == "":
		return fmt.Sprintf("The collection holds %d articles:", n)
	default:
		return fmt.Sprintf("%d of the %d articles %s:", n, all, what)
	}
}

var singular = strings.NewReplacer("are from", "is from", "were published", "was published", "mention ", "mentions ")

// lastYear sets the year of a month without one: the last year in which an
// article was published in that month.
func (c *collectionQuestion) lastYear(infos []Info) {
	var newest time.Time
	for _, i := range infos {
		if p := i.Published.UTC(); !i.Published.IsZero() && p.Month() == c.from.Month() && p.Before(c.to) && p.After(newest) {
			newest = p
		}
	}
	if !newest.IsZero() {
		c.from = time.Date(newest.Year(), newest.Month(), 1, 0, 0, 0, 0, time.UTC)
		c.to = c.from.AddDate(0, 1, 0)
	}
	c.when += c.from.Format(" 2006")
}

// mentioning returns the articles that contain the words as a phrase, best
// first. Each has a quote: the first sentence with all the words, from the best
// chunk that has one.
func (a Answerer) mentioning(ctx context.Context, about string, infos []Info, f Filter) ([]listed, error) {
	_, chunks, err := a.Store.Frequency(ctx, nil, f)
	if err != nil {
		return nil, err
	}
	hits, err := a.Store.Match(ctx, []string{strings.Join(words(about), " ")}, max(1, chunks), f)
	if err != nil {
		return nil, err
	}
	byID := map[string]Info{}
	for _, i := range infos {
		byID[i.ID] = i
	}
	var found []listed
	seen := map[string]int{}
	want := stemSet(about)
	for _, h := range hits {
		i, known := byID[h.Chunk.Doc]
		at, has := seen[h.Chunk.Doc]
		if !known || has && found[at].end > 0 {
			continue
		}
		if !has {
			at = len(found)
			seen[h.Chunk.Doc] = at
			found = append(found, listed{Info: i})
		}
		for _, s := range sentences(h.Chunk.Text, span{0, len(h.Chunk.Text)}) {
			have := stemSet(s.of(h.Chunk.Text))
			all := true
			for w := range want {
				all = all && have[w]
			}
			if all {
				l := &found[at]
				l.text, l.start, l.end = s.of(h.Chunk.Text), h.Chunk.Start+s.start, h.Chunk.Start+s.end
				break
			}
		}
	}
	return found, nil
}

// opening quotes the first sentence of an article that is not a heading.
func (a Answerer) opening(ctx context.Context, l *listed) error {
	d, err := a.Store.Document(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, s := range sentences(d.Text, span{0, len(d.Text)}) {
		if !strings.HasPrefix(s.of(d.Text), "#") { // a heading
			l.text, l.start, l.end = s.of(d.Text), s.start, s.end
			return nil
		}
	}
	return nil
}
