package write

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"footnote/rag"
)

const (
	// aboutText is what a model calls the passages that it was given, and
	// bareText the same without a determiner.
	aboutText = `(?:the |these |those |this |any of the |all of the |your )?` + bareText
	bareText  = `(?:(?:given|provided|numbered|available|above|cited|retrieved) )*(?:passages?|articles?|texts?|context|sources?|documents?|excerpts?|information)(?: (?:given|provided|above))?`

	these   = `(?:the|these|those|this|both|all(?: of)? the)`
	tells   = `(?:say|mention|state|provide|specify|contain|hold|answer|give|include|address|tell|report|explain|describe|indicate|discuss|cover|name|identify|disclose|reveal|clarify|confirm|offer|detail|note|list)`
	told    = `(?:mentioned|stated|specified|said|given|provided|reported|described|named|disclosed|explained|addressed|included|covered|discussed|known|clear)`
	doesNot = `(?:(?:(?:do|does|did) not|don't|doesn't|didn't|cannot|can't|never)(?: (?:actually|explicitly|directly|specifically|clearly|seem to|appear to))*)`
)

// Patterns of sentences that give no answer.
var (
	// admission matches a sentence that says what the passages do not say. Such
	// a sentence is not checked, so it must be about the passages.
	admission = wholeSentence(
		these+` `+bareText+` `+doesNot+` `+tells+`\b.*`,
		these+` `+bareText+` (?:contains?|provides?|gives?|says?|mentions?|holds?|includes?|offers?|has|have) (?:no|nothing|little)\b.*`,
		`(?:none of `+these+`|no|neither of `+these+`|neither) `+bareText+` (?:says?|mentions?|states?|provides?|contains?|holds?|answers?|gives?|reports?|explains?|describes?|specif(?:y|ies)|includes?)\b.*`,
		`nothing in `+aboutText+` (?:says?|mentions?|states?|indicates?|suggests?|explains?)\b.*`,
		`there is (?:no|not any|not enough|insufficient) (?:information|mention|answer|evidence|details?|indication|statement) (?:in|from) `+aboutText+`\b.*`,
		`.{3,160}\b(?:is|are|was|were) (?:not|never) (?:explicitly |directly |specifically )?`+told+`(?: anywhere)? (?:in|by) `+aboutText,
		`(?:die|diese|der|dieser) (?:artikel|texte?|passagen?|quellen?|textstellen?) (?:sagen?|sagt|erwähnen|erwähnt|nennen|nennt|enthalten|enthält|geben|gibt|beantworten|beantwortet)\b.*\b(?:nicht|nichts|kein\pL*)\b.*`,
		`(?:les|ces|l'|cet) ?(?:articles?|passages?|textes?|sources?|extraits?) (?:ne |n').*\b(?:pas|rien|aucun\pL*)\b.*`,
		`(?:los|las|estos|estas|el|la) (?:artículos?|pasajes?|textos?|fuentes?) no (?:dicen?|mencionan?|indican?|contienen?|especifican?|explican?)\b.*`,
		`(?:gli articoli|l'articolo|i testi|i passaggi|le fonti) non (?:dicono|dice|menzionano|menziona|indicano|contengono|specificano|riportano)\b.*`,
		`(?:os artigos|o artigo|os textos|as fontes|as passagens) não (?:dizem|diz|mencionam|menciona|indicam|contêm|especificam|informam)\b.*`,
		`(?:de|deze|het) (?:artikel(?:en)?|teksten|passages|bronnen) (?:zeggen|zegt|vermelden|vermeldt|noemen|noemt|bevatten|geven)\b.*\b(?:niet|niets|geen)\b.*`,
	)
	// refusal matches a sentence that declines to answer. Only sentences that cite
	// nothing decline.
	refusal = wholeSentence(
		`(?:i'm sorry|i am sorry|sorry|unfortunately|i apologi[sz]e)\b.*(?:n't|not|no|unable|cannot)\b.*`,
		`i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|find|answer|say|tell|determine|provide|see|have)\b.*`,
		`(?:i am|i'm) (?:unable|not able|not sure)\b.*`,
		`(?:based on|according to|from|in) (?:the|these) `+bareText+`[^,]*, .*(?:\b(?:not|no|cannot)\b|n't\b).*(?:said|stated|mention|provid|specif|contain|determin|inform|known|clear).*`,
		`there is (?:no|not any|not enough|insufficient) (?:information|mention|answer|evidence|details?|indication)\b.*`,
		`(?:no|insufficient) (?:information|answer|details?|mention)\b.*`,
		`(?:it|this|that|the answer) is not `+told+`\b.*`,
		`not (?:mentioned|stated|specified|given|provided)\b.*`,
	)
	// nothingSaid matches an admission that does not say what it is about.
	nothingSaid = wholeSentence(these + ` ` + bareText + ` ` + doesNot + ` ` + tells + `(?: it| this| that| so)?`)
	// mixed matches what joins an admission to a clause that answers.
	mixed = regexp.MustCompile(`(?i)[;:—–]|\s-\s|,\s+(?:but|however|though|although|only|while|whereas|except|yet|they|it|and (?:they|it|only))\b|\s(?:but|only that|except that|other than|and (?:he|she|they|it|the|that))\s`)
	// ours matches words for the passages that no article uses of its own topic.
	ours     = regexp.MustCompile(`(?i)\b(?:passagen?|passages|articles?|artikel(?:n|en)?|context|excerpts?|artículos?|articol[io]|artigos?)\b|\b(?:provided|given|available) (?:texts?|sources?|documents?|information)`)
	leadWord = regexp.MustCompile(`(?i)^(?:however|but|unfortunately|also|still|yet),? `)
)

// wholeSentence returns a function that compiles patterns of which one must match
// all of a sentence, when it is first called. They are large, and only answers of
// models need them.
func wholeSentence(patterns ...string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)^(?:` + strings.Join(patterns, "|") + `)$`)
	})
}

// admits reports whether a claim says what the passages do not say, and nothing
// else.
func admits(c rag.Claim) bool {
	s := straight(c.Text)
	s = s[len(leadWord.FindString(s)):]
	return admission().MatchString(s) && !mixed.MatchString(s) && (len(c.Cites) == 0 || ours.MatchString(s))
}

// straight returns a sentence with straight apostrophes and without the full
// stop.
func straight(s string) string {
	return strings.TrimRight(strings.ReplaceAll(s, "’", "'"), ".! ")
}

// refuse removes sentences that give no answer and cite nothing. An admission
// stays if it says what it is about and an answer is left.
func (r *reply) refuse() {
	said := len(r.claims)
	r.claims = slices.DeleteFunc(r.claims, func(c rag.Claim) bool {
		s := straight(c.Text)
		return nothingSaid().MatchString(s) || c.Kind == rag.Statement && len(c.Cites) == 0 && refusal().MatchString(s)
	})
	if !slices.ContainsFunc(r.claims, func(c rag.Claim) bool { return c.Kind != rag.Admission }) {
		r.claims, r.refused = nil, said > 0
	}
}
