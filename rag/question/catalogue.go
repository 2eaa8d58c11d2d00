package question

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// CatalogueQuestion is a question about the articles themselves, not about
// what they say. The zero value asks for a list of all of them.
type CatalogueQuestion struct {
	Count       bool      // asks how many, not which
	About       string    // words that they must contain; empty: any
	From, To    time.Time // when they were published, in UTC; To is exclusive; zero: open
	Preposition string    // before Date, such as "since"; empty: from
	Date        string    // From and To in the asker's words, such as "March 2024"; empty: any time
	AnyYear     bool      // Date is a month without a year; see ResolveYear
	Order       int       // 1: newest first; -1: oldest first; 0: not asked for
	One         bool      // asks only for the first
	Most        int       // asks for at most so many; 0: any number
	By          string    // name of their author; empty: any
	Summary     bool      // asks for a summary of the article that About names, of the first by Order, or of the only one
	Author      bool      // asks who wrote the articles; if none names its author, it may ask what they say
	Loose       bool      // if no article matches, it asks what they say
}

// aboutCatalogue parses a question about the articles themselves; false for
// other questions.
func aboutCatalogue(q rag.Question) (CatalogueQuestion, bool) {
	asked := strings.Join(strings.Fields(strings.TrimRight(strings.TrimSpace(q.Text), "?!. ")), " ")
	c := CatalogueQuestion{}
	if asksAll.MatchString(asked) {
		return c, true
	}
	if m := asksAbout.FindStringSubmatch(asked); m != nil {
		c.Loose, c.About = true, unquote(m[1])
		return c, c.About != ""
	}
	if m := asksSummary.FindStringSubmatch(asked); m != nil {
		c.Summary, c.About = true, unquote(m[1]+m[2]+m[3]+m[4])
		return c, c.About != ""
	}
	if asksOnlySummary.MatchString(asked) {
		c.Summary = true
		return c, true
	}
	if m := asksSummaryOf.FindStringSubmatch(asked); m != nil {
		c.Summary, c.One, c.Order = true, true, orderOf(m[1]+m[2])
		return c, true
	}
	if m := asksTopicSummary.FindStringSubmatch(asked); m != nil {
		if everything.MatchString(m[1]) {
			return c, true
		}
		c.Summary, c.Loose, c.About = true, true, unquote(m[1])
		return c, c.About != "" && !referring.MatchString(c.About)
	}
	if m := asksWorks.FindStringSubmatch(asked); m != nil {
		c.By, c.Loose = unquote(m[1]), true
		return c, isNamed(c.By)
	}
	if m := asksAuthor.FindStringSubmatch(asked); m != nil {
		c.Author, c.About = true, unquote(m[1]+m[2])
		return c, c.About != ""
	}
	if m := asksWhen.FindStringSubmatch(asked); m != nil {
		c.About = unquote(m[1])
		return c, c.About != ""
	}
	if m := asksItsSummary.FindStringSubmatch(asked); m != nil {
		c.Summary, c.About = true, m[1]
		return c, true
	}
	if m := asksFirst.FindStringSubmatch(asked); m != nil {
		c.Order, c.One = orderOf(m[1]), true
		return c, true
	}
	rest := ""
	if m := asksHowMany.FindStringSubmatch(asked); m != nil {
		c.Count, rest = true, m[1]
	} else if m := asksNewest.FindStringSubmatch(asked); m != nil {
		c.Most = countOf(m[1] + m[3])
		c.Order, rest = orderOf(m[2]), m[5]
		c.One = c.Most == 1 || c.Most == 0 && !strings.HasSuffix(m[4], "s")
	} else if m := asksWhich.FindStringSubmatch(asked); m != nil {
		rest = m[1]
	} else {
		return c, false
	}
	for rest = strings.TrimSpace(rest); rest != ""; {
		rest = strings.TrimPrefix(rest, "and ")
		if m := dated.FindStringSubmatch(rest); m != nil && c.Date == "" {
			if !c.setPeriod(strings.ToLower(m[1]), strings.ToLower(m[2]), q.AskedOn()) {
				return c, false
			}
			c.Date = m[2]
			if w := strings.ToLower(m[1]); w != "from" && w != "of" {
				c.Preposition = w
			}
			c.AnyYear = c.To.Equal(c.From.AddDate(0, 1, 0)) && strings.EqualFold(m[2], c.From.Month().String())
			rest = strings.TrimSpace(m[3])
			continue
		}
		if m := writtenBy.FindStringSubmatch(rest); m != nil && c.By == "" && isNamed(unquote(m[1])) {
			c.By, rest = unquote(m[1]), ""
			continue
		}
		m := mentions.FindStringSubmatch(rest)
		if m == nil || c.About != "" {
			return c, false // the question is about something else
		}
		c.About, rest = m[1], ""
		if at := datedAtEnd.FindStringSubmatchIndex(c.About); at != nil && c.Date == "" {
			c.About, rest = c.About[:at[0]], c.About[at[2]:]
		}
		c.About = unquote(c.About)
	}
	return c, true
}

// countOf returns the number that digits or a word stand for; 0 if there is none.
func countOf(s string) int {
	n, _ := strconv.Atoi(s)
	return max(n, slices.Index(counts, strings.ToLower(s)))
}

var counts = []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

// orderOf returns the Order that a word such as "newest" asks for.
func orderOf(word string) int {
	if slices.Contains([]string{"oldest", "earliest", "first"}, strings.ToLower(word)) {
		return -1
	}
	return 1
}

var (
	asksAll = lazyregexp.New(`(?i)^(?:` + strings.Join([]string{
		`what (?:do|can) you (?:know|answer|tell me|cover)(?: about)?`,
		`what (?:can|could|may|should) i ask(?: you)?(?: about)?`,
		`what (?:is|are) (?:(?:all )?(?:the|your|these) (?:articles|documents|texts|stories|sources)|(?:the|your|this) (?:collection|library)) about`,
		`(?:what|which) (?:topics|subjects|themes)(?: (?:do|can) (?:you|the articles|these articles) (?:know|cover|discuss|talk about|treat)| are (?:there|covered))`,
		`(?:what|which) ` + articleNouns + ` (?:do you (?:have|know|hold)|are (?:there|(?:in )?(?:here|the library|the collection|your library))|(?:does|do) (?:the|your) (?:library|collection) (?:have|hold|contain))`,
		`(?:list|show)(?: me)?(?: all)?(?: (?:the|your|of the))? ` + articleNouns,
		`what(?:'s| is) in (?:the|your|this) (?:library|collection)`,
		`what(?:'s| is) new`,
	}, "|") + `)$`)
	asksHowMany = lazyregexp.New(`(?i)^(?:how many|(?:what is )?the number of) ` + articleNouns + `\b(?: (?:do you (?:have|know|hold)|are (?:there|in the (?:library|collection))))?(.*)$`)
	asksWhich   = lazyregexp.New(`(?i)^(?:(?:which|what|(?:list|show|give)(?: me)?(?: all)?(?: the| your)?|are there(?: any)?|do you have(?: any)?|is there an?|any) )?` + articleNouns + `\b(?: (?:do you have|are there))?(.+)$`)
	asksNewest  = lazyregexp.New(`(?i)^(?:(?:what(?:'s| is| are)|which (?:is|are)|(?:show|give)(?: me)?|list) )?(?:(?:the|your) )?(?:` + fewCounts + ` )?` + orders + `(?: ` + fewCounts + `)? (` + articleNouns + `)\b(.*)$`)
	asksFirst   = lazyregexp.New(`(?i)^(?:the )?(newest|latest|oldest)(?: one)?$`)
	asksAbout   = lazyregexp.New(`(?i)^what do (?:you|the articles) know about (.+)$`)
	asksWorks   = lazyregexp.New(`(?i)^what (?:articles )?(?:did|has) (.+?) (?:write|written|published?)$`)
	asksSummary = lazyregexp.New(`(?i)^(?:` + strings.Join([]string{
		summarise + ` ` + theArticle + ` *(.+)`,
		`what is ` + theArticle + ` +(.+) about`,
		`what does ` + theArticle + ` +(.+) (?:say|tell(?: us)?|report)`,
		summarise + ` (?:(?:all |everything (?:in )?)?(?:the|your) )?(?:docs|documentation|notes|files|articles|documents|posts|pages|stories) (?:about|on|of) (.+)`,
	}, "|") + `)$`)
	asksTopicSummary = lazyregexp.New(`(?i)^` + summarise + ` (.+)$`)
	everything       = lazyregexp.New(`(?i)^(?:everything|all(?: of it)?|(?:(?:all|everything)(?: of| in)? )?(?:the|these|your) (?:docs|documentation|library|collection|articles|documents|stories|texts|pages|posts|files|sources))$`)
	referring        = lazyregexp.New(`(?i)^(?:it|this|that|.*\([^)]*\))$`)
	asksSummaryOf    = lazyregexp.New(`(?i)^(?:what(?:'s| is) the ` + orders + ` ` + articleNouns + ` about|(?:please )?(?:summari[sz]e|sum up) the ` + orders + ` ` + articleNouns + `)$`)
	asksOnlySummary  = lazyregexp.New(`(?i)^(?:` + summarise + ` (?:the|this) ` + articleNouns + `|what(?:'s| is) (?:the|this) ` + articleNouns + ` about|what does (?:the|this) ` + articleNouns + ` say)$`)
	asksAuthor       = lazyregexp.New(`(?i)^who (?:wrote|is the author of|are the authors of) (?:` + theArticle + ` *(.+)|(?:about|on) (.+))$`)
	asksWhen         = lazyregexp.New(`(?i)^when was ` + theArticle + ` *(.+) (?:published|written|posted)$`)
	asksItsSummary   = lazyregexp.New(`(?i)^(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up) (?:it|this|that) \((.+)\)$`)

	mentions = lazyregexp.New(`(?i)^(?:that |which )?(?:(?:are|is) )?(?:mentions?|mentioning|names?|naming|about|on|discuss(?:es|ing)?|covers?|covering|(?:talk|speak|tell|write)s?(?:ing)? (?:about|of)|deals? with|dealing with|contain(?:s|ing)?(?: the words?)?|with the words?|say(?:s|ing)? (?:anything|something) about) +(.+)$`)
	dated    = lazyregexp.New(`(?i)^(?:that |which )?(?:(?:are|is|were|was|have been) )?(?:published |written |dated |you have )*(?:(from|in|of|since|after|before|until|on) )?(?:the )?((?:` + text.MonthPattern + `(?:,? \d{4})?)|\d{4}-\d\d(?:-\d\d)?|(?:1[89]|20)\d\d|(?:this|last|the past) (?:week|month|year)|today|yesterday)\b(.*)$`)
)

// writtenBy matches the author of articles that are asked for.
var writtenBy = lazyregexp.New(`(?i)^(?:that |which )?(?:(?:is|are|was|were) )?(?:written |published )?by (.+)$`)

var datedAtEnd = lazyregexp.New(`(?i)(?:^| )((?:from|in|of|since|after|before|until|on|published|dated) (?:[^ ]+ ){0,3}(?:\d{4}|week|month|year|today|yesterday|` + text.MonthPattern + `|\d{4}-\d\d(?:-\d\d)?))$`)

const (
	summarise    = `(?:(?:can|could) you )?(?:please )?(?:summari[sz]e|sum up|(?:give (?:me )?|write )?an? (?:short |brief )?summary of)(?: me)?`
	fewCounts    = `(\d|one|two|three|four|five|six|seven|eight|nine|ten)`
	orders       = `(newest|latest|most recent|oldest|earliest|first|last)`
	articleNouns = `(?:articles?|documents?|stories|story|texts?|pages?|posts?|files?|sources?)`
	theArticle   = `(?:the|this|that) (?:article|document|story|text|page|post)(?: (?:on|about|of|titled|called|named))?\b`
)

// setPeriod sets from and to by a preposition and a date; false if the date is
// not understood.
func (c *CatalogueQuestion) setPeriod(preposition, date string, today time.Time) bool {
	from, to, ok := text.ParsePeriod(date, today)
	if !ok {
		return false
	}
	switch preposition {
	case "since":
		to = time.Time{}
	case "after":
		from, to = to, time.Time{}
	case "before":
		from, to = time.Time{}, from
	case "until":
		from = time.Time{}
	}
	c.From, c.To = from, to
	return true
}

// ResolveYear sets the year of a Date that is a month without one: the last
// year, up to the year of From, in which one of the articles was published in
// that month. It appends the year to Date.
func (c *CatalogueQuestion) ResolveYear(infos []rag.Info) {
	var newest time.Time
	for _, i := range infos {
		if p := i.Published.UTC(); !i.Published.IsZero() && p.Month() == c.From.Month() && p.Before(c.To) && p.After(newest) {
			newest = p
		}
	}
	if !newest.IsZero() {
		c.From = time.Date(newest.Year(), newest.Month(), 1, 0, 0, 0, 0, time.UTC)
		c.To = c.From.AddDate(0, 1, 0)
	}
	c.Date += c.From.Format(" 2006")
}

// unquote returns s without white space and quotation marks around it.
func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'“”‘’«»`) }
