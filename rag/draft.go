package rag

// Draft is what a [Writer] writes from passages, before it is checked.
type Draft struct {
	Claims []Claim // in reading order; empty: the writer found no answer
	Model  string  // who wrote it: [QuoteModel], or a model such as "ollama/llama3.2"
	Usage  Usage
	Failed []error // of the writers that failed before Model wrote, in order; nil if none did
}

// QuoteModel is the Model of a draft that is made of the articles' own
// sentences.
const QuoteModel = "quote"

// Claim is one sentence of a draft, with its citations.
type Claim struct {
	Text  string // without citation marks
	Break string // white space before it: "" for the first, else " ", "\n", "\n\n" or "\n- "
	Code  int    // bytes at the end of Text that are lines of code, to be shown as they are; 0: none
	Kind  SentenceKind
	Cites []Cite // the passages it is from; nil: the writer named none
}

// Cite is a citation of a draft.
type Cite struct {
	Passage    int    // index among the passages that the writer was given
	Start, End int    // of the quote: byte offsets in Document.Text; both 0: the writer named only the passage
	Quote      string // what the writer says that the passage says, word for word; empty: nothing, or Start and End are set
}

// Usage counts tokens as the model's server reports them; zero if it reports
// none.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Add adds the tokens of another request.
func (u *Usage) Add(more Usage) {
	u.PromptTokens += more.PromptTokens
	u.CompletionTokens += more.CompletionTokens
}
