package source

import (
	"slices"
	"strings"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"

	"footnote/rag/internal/lazyregexp"
)

// forwardMark matches the line above a message that is passed on. Its text is what
// the mail is about.
var forwardMark = lazyregexp.New(`(?im)^[>* ]*(?:-{2,} ?(?:forwarded|weitergeleitete|message transféré|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd|videresendt|vidarebefordrat|przekazana|пересылаемое)|begin forwarded message|anfang der weitergeleiteten|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato)`)

// forwardSubject matches the subject of such a mail.
var forwardSubject = lazyregexp.New(`(?i)^\s*(?:fwd?|wg|tr|rv|enc|vs|i|pd|vb|doorst|转发|轉寄)\s*[:：]`)

// originalMark matches the line above a quoted message, such as "-----Original
// Message-----".
var originalMark = lazyregexp.New(`(?i)^\s*-{2,}\s*(?:original|urspr|message d.origine|mensaje|mensagem|messaggio|oorspronkelijk|oprindelig|opprinnelig|alkuper|wiadomość|původní|eredeti|исходное|оригинал|原始邮件|原始郵件|元のメッセージ|원본)[\pL' -]{0,30}-{2,}\s*$`)

// attribution matches the sentence above a quoted message, such as "On 1 May 2024,
// Ann wrote:", on one line.
var attribution = lazyregexp.New(`(?i)^(?:(?:on|am|le|el|il giorno|il|op|em|den|dne|w dniu|dnia|på|ons|tor|fre|lør|søn|man|tir|в)[ .,]|\d{4}).{5,300}(?:wrote|schrieb.{0,80}|écrit|escribió|escreveu|scritto|schreef.{0,80}|skrev.{0,80}|napisał\S*|napsal\S*|írta|kirjoitti|писал\S*|написал\S*|пишет|写道|寫道|のメール|작성)\s*[:：]\s*$`)

// quotedFrom and quotedSent match the first two headers of a message that Outlook
// quotes.
var (
	quotedFrom = lazyregexp.New(`(?i)^[*> ]*(?:from|von|de|da|van|fra|från|lähettäjä|od|feladó|от|发件人|寄件者|差出人|보낸 사람)\*?\s?[:：]\*?\s*\S`)
	quotedSent = lazyregexp.New(`(?i)^[*> ]*(?:sent|date|gesendet|datum|envoyé|enviado|enviado el|fecha|data|inviato|verzonden|sendt|dato|skickat|lähetetty|päivämäärä|wysłano|odesláno|elküldve|отправлено|дата|发送时间|寄件日期|送信日時|日付|보낸 날짜)(?: le| em| el)?\*?\s?[:：]\*?\s*\S`)
)

// device matches the line that a telephone writes below a message.
var device = lazyregexp.New(`(?i)^(?:sent from my |sent from (?:mail|yahoo|outlook)|get outlook for |von meinem .{2,20} gesendet|gesendet von |envoyé de mon |enviado desde mi |enviado do meu |inviato da |verstuurd vanaf )[^.]{0,60}\.?$`)

// withoutQuotes returns the text of a message without what it quotes, without the
// sentences that introduce quotes, and without its signature. It returns all of it if
// nothing else would be left.
func withoutQuotes(text string) string {
	lines := strings.Split(text, "\n")
	var kept []string
	for i, line := range lines {
		if endsMessage(lines, i) {
			break
		}
		switch {
		case strings.HasPrefix(line, ">"):
			if i > 0 && !strings.HasPrefix(lines[i-1], ">") {
				kept = withoutAttribution(kept)
			}
		case !device.MatchString(strings.TrimSpace(line)):
			kept = append(kept, line)
		}
	}
	rest := strings.Join(kept, "\n")
	if !hasWord(rest) {
		return text
	}
	return strings.TrimRight(rest, " \n") + "\n"
}

// endsMessage reports whether a line begins the signature of a message, the footer of
// a mailing list, or a quoted message that has no marks before its lines.
func endsMessage(lines []string, i int) bool {
	line := strings.TrimSpace(lines[i])
	next := func(n int) string {
		for _, l := range lines[min(i+1, len(lines)):min(i+6, len(lines))] {
			if l = strings.TrimSpace(l); l != "" {
				if n--; n == 0 {
					return l
				}
			}
		}
		return ""
	}
	switch {
	case line == "--" || originalMark.MatchString(line):
		return true
	case len(line) >= 20 && strings.Trim(line, "_") == "":
		return quotedFrom.MatchString(next(1)) || strings.Contains(next(1), "mailing list") || strings.Contains(next(2), "@")
	case quotedFrom.MatchString(line):
		return quotedSent.MatchString(next(1)) || quotedSent.MatchString(next(2))
	case strings.HasPrefix(next(1), ">"):
		return false
	}
	for n := 1; n <= 3 && i+n <= len(lines); n++ {
		if last := strings.TrimSpace(lines[i+n-1]); !strings.HasSuffix(last, ":") && !strings.HasSuffix(last, "：") {
			continue
		}
		if attribution.MatchString(oneLine(strings.Join(lines[i:i+n], " "))) {
			after := slices.IndexFunc(lines[i+n:], func(l string) bool { return strings.TrimSpace(l) != "" })
			return after >= 0 && !strings.HasPrefix(lines[i+n+after], ">")
		}
	}
	return false
}

// dated matches what a sentence above a quote has besides a name: an address, a year or
// a time.
var dated = lazyregexp.New(`@|\b(?:19|20)\d\d\b|\d[:.]\d\d`)

// withoutAttribution removes the sentence that introduces a quote from the end of
// lines, if it ends with a colon and has a date or an address.
func withoutAttribution(lines []string) []string {
	end := len(lines)
	for end > 0 && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	for n := 1; n <= 3 && n <= end; n++ {
		s := oneLine(strings.Join(lines[end-n:end], " "))
		first := strings.TrimSpace(lines[end-n])
		if first == "" {
			break
		}
		if (strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")) && dated.MatchString(s) && (n > 1 || !dated.MatchString(first) || attribution.MatchString(s) || end-n == 0 || strings.TrimSpace(lines[end-n-1]) == "") {
			return lines[:end-n]
		}
	}
	return lines
}

// quoteMarks are the elements in which mail programs put what a message quotes, and
// its signature.
const quoteMarks = `blockquote[type="cite"], .gmail_quote, .gmail_attr, .gmail_signature, .yahoo_quoted, .moz-cite-prefix, .moz-signature, .protonmail_quote, .protonmail_signature_block, .zmail_extra, .tutanota_quote`

// quoteStarts are the elements behind which everything is quoted.
const quoteStarts = `#divRplyFwdMsg, #appendonsend, #mail-editor-reference-message-container, #OLK_SRC_BODY_SECTION, #reply-intro`

// mailHTML returns the markup of a message without its hidden text and, unless whole is
// set, without what it quotes.
func mailHTML(markup string, whole bool) (string, error) {
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return "", err
	}
	for _, n := range dom.QuerySelectorAll(doc, "[style]") {
		style := strings.ReplaceAll(strings.ToLower(dom.GetAttribute(n, "style")), " ", "")
		if strings.Contains(style, "display:none") || strings.Contains(style, "mso-hide:all") && strings.Contains(style, "max-height:0") {
			remove(n)
		}
	}
	body := dom.QuerySelector(doc, "body")
	if body == nil {
		return "", nil
	}
	all := dom.OuterHTML(body)
	if whole {
		return all, nil
	}
	for _, n := range dom.QuerySelectorAll(body, quoteStarts) {
		for at := n; at != nil && at != body; at = at.Parent {
			for at.NextSibling != nil {
				at.Parent.RemoveChild(at.NextSibling)
			}
		}
		remove(n)
	}
	for _, n := range dom.QuerySelectorAll(body, quoteMarks) {
		remove(n)
	}
	if !hasWord(dom.TextContent(body)) {
		return all, nil
	}
	return dom.OuterHTML(body), nil
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}
