package source

import (
	"strings"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// cleanArticle removes the lines of a page's text that are not part of the
// article: its title, the byline and date, and invitations to read on, follow
// or subscribe.
func cleanArticle(text string, d rag.Document) string {
	var kept []string
	head := true // no line of the article itself seen yet
	after := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		words := strings.TrimLeft(line, "#- ")
		switch {
		case line == "":
			kept = append(kept, line)
			continue
		case head && !hasWord(line):
			continue
		case head && (lettersAndDigits(words) == lettersAndDigits(d.Title) || isByline(words, d)):
			continue
		case isInvitation(words):
			after = isListHead(words)
			continue
		case after && isTeaser(line):
			continue
		}
		after = false
		head = head && strings.HasPrefix(line, "#")
		kept = append(kept, line)
	}
	return strings.TrimLeft(gaps.ReplaceAllString(strings.Join(kept, "\n")+"\n", "\n\n"), "\n")
}

var gaps = lazyregexp.New(`\n{3,}`)

// isByline reports whether a line above an article gives its author or date.
func isByline(line string, d rag.Document) bool {
	line = strings.TrimSpace(line)
	if utf8.RuneCountInString(line) > 100 {
		return false
	}
	if by := byline.FindStringIndex(line); by != nil {
		return !strings.HasSuffix(line, ".")
	}
	if d.Author != "" && lettersAndDigits(line) == lettersAndDigits(d.Author) {
		return true
	}
	_, isDate := parseDate(line)
	return isDate
}

var byline = lazyregexp.New(`^(?i:by)\s+\p{Lu}|^(?:Posted|Published|Written)(?: on| by|:) `)

// invitations matches a line that sends the reader elsewhere. listHead matches
// one that heads a list of other articles. A long line belongs to the article.
var (
	invitations = lazyregexp.New(`(?i)^\W*(?:` + strings.Join([]string{
		`(?:read|see|watch|listen|more|related|also read|read also|don.?t miss|read next|up next|recommended)(?: (?:more|also|next|here|stor(?:y|ies)|articles?|posts?|videos?|content|topics|reading|coverage|links|great \w+ stories))*\s*(?:[:|»–—].*|)$`,
		`(?:you (?:may|might) (?:also )?(?:like|be interested in)|more (?:from|on|great) [^.!?]*|most (?:read|popular)|trending(?: now)?|editor.?s picks?|our picks)\W*$`,
		`related posts?\s*:?\s.*$`,
		`(?:sign up|subscribe)\b.*\b(?:newsletters?|inbox|updates|alerts|e-?mails?|daily|today)\b.*$`,
		`get (?:the|our|all|more|access)\b.*\b(?:newsletters?|inbox|subscri\w+|delivered|for as little as)\b.*$`,
		`(?:follow|like|find|join) (?:us|me|him|her|them|@\w+|[\w .'’&]{2,40}) on (?:twitter|x|facebook|instagram|youtube|linkedin|telegram|whatsapp|google)\b.*$`,
		`(?:(?:©|\(c\)|copyright)\s*[©(]?\W*(?:\d{4}|inexhibit|by)|all rights reserved).*$`,
		`(?:this copy is for your personal, non-?commercial use|an error has occurred, please try again|this article has been sent to|thank you)\b.{0,300}$`,
		`(?:advertisement|sponsored(?: content)?|article continues below.*|story continues below.*|click here (?:to|for).*|share this(?: (?:article|story|post))?.*|print this page|loading.*|tags?:.*|filed under.*|posted in:?.*|tempo de leitura.*|\d+ min(?:ute)?s? read)$`,
		`source:? (?:news agenc(?:y|ies)|[A-Z].{0,40} and (?:news )?agencies)$`,
		`we use cookies\b.*|this (?:web)?site uses cookies\b.*|(?:accept|manage) (?:all )?cookies.*`,
		`(?:leer más|lea también|lee también|lire aussi|à lire aussi|lesen sie (?:auch|mehr)|mehr zum thema|leia (?:também|mais)|leggi anche|читайте также|смотрите также)\b.*`,
	}, "|") + `)`)

	listHead = lazyregexp.New(`(?i)^\W*(?:you (?:may|might)|more\b|related|most|trending|recommended|editor|our picks|don.?t miss|read next|see also|mehr zum thema)`)
)

func isInvitation(line string) bool {
	return utf8.RuneCountInString(line) <= 320 && invitations.MatchString(line)
}

// isListHead reports whether an invitation heads a list of other articles.
func isListHead(line string) bool { return listHead.MatchString(line) && !strings.Contains(line, ": ") }

// isTeaser reports whether a line looks like the title of another article, not
// like a sentence of this one.
func isTeaser(line string) bool {
	if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "#") {
		return true
	}
	return utf8.RuneCountInString(line) < 120 && !strings.ContainsAny(line[len(line)-1:], `.!?"”`)
}
