package question

import "footnote/rag/internal/lazyregexp"

// SmallTalk says what a message wants that asks nothing of the articles.
type SmallTalk int

// The values of SmallTalk.
const (
	NoSmallTalk SmallTalk = iota // it asks something
	Courtesy                     // it is a greeting, thanks, or the end of a conversation
	AboutBot                     // it asks for help, or who answers here and how
)

// smallTalkOf returns what a message wants that asks nothing of the articles.
func smallTalkOf(text string) SmallTalk {
	switch {
	case courtesy.MatchString(text):
		return Courtesy
	case aboutBot.MatchString(text):
		return AboutBot
	}
	return NoSmallTalk
}

const greetings = `(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|thanks?(?: you)?(?: (?:so|very) much| a lot| again)?|cheers|ok(?:ay)?|great|cool|nice|perfect|got it|i see|bye|goodbye|see you)(?:,? (?:there|all|everyone|everybody|bot|footnote))?\W*)`

var (
	courtesy = lazyregexp.New(`(?i)^\W*(?:` + greetings + `+|exit\W*|quit\W*)$`)
	aboutBot = lazyregexp.New(`(?i)^\W*` + greetings + `*(?:and )?(?:(?:please )?help(?: me)?(?: please)?|` +
		`what (?:can|do|could) (?:you|footnote|this bot) do(?: for me)?|what are you(?: for| able to do)?|who (?:are|made|built|created) you|` +
		`what(?:'s| is) (?:your (?:name|purpose|job)|this bot(?: for)?|footnote)|how are you(?: today| doing)?|are you (?:an? )?(?:bot|robot|human|person|ai|real|chatgpt|there)|` +
		`how (?:do|can|should) (?:i|we) (?:use (?:you|this bot|footnote)|ask(?: you)?(?: (?:a question|something|questions?))?)|how (?:do|does) (?:you|this bot|footnote) work)\W*$`)
)
