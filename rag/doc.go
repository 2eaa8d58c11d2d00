// Package rag answers questions about articles. What it says it footnotes with
// the article and its exact words, and what the articles do not hold it says
// that they do not.
//
//	articles   file · URL · feed · PDF  →  source  →  Document  →  Chunk  →  Embedder  →  Store
//	question   REPL · Discord · eval    →  retrieve  →  Passages  →  Writer  →  check  →  Answer  →  the person
//
// Nothing downstream reaches back upstream. The first flow is [Indexer.Sync]:
// it takes the articles that a [Source] yields, has the [Chunker] cut them,
// the [Embedder] turn the chunks into vectors, and the [Catalog] keep them. The
// second is [Answerer.Ask], and reads as the arrows do:
//
//   - followup.go and parts.go: a question that leans on the conversation is made
//     to stand alone, one of several parts is taken apart, and one about the
//     collection is answered from the [Catalog] (collection.go);
//   - retrieve.go: a [Retriever] asks the [Searcher] twice, by meaning and by
//     words, adds the two scores up and joins what it found into passages;
//   - evidence.go: the sentences of the passages are scored as answers, and the
//     best of them says how likely it is that the articles answer at all;
//   - quote.go and llm.go: a [Writer] drafts, from the sentences themselves or
//     by a language model, and where that fails by another ([Fallback]);
//   - check.go: [Check] holds the draft against the passages and keeps what
//     they bear out, each sentence with its [Citation].
//
// [Answerer.Why] tells of all the steps.
//
// # Rooms
//
// The seams are small interfaces in store.go and writer.go; what is behind them
// lives in rooms of its own. A test holds the table.
//
//	cmd/footnote   flags, wiring, exit codes             may import everything
//	rag            this package                          rag/language, prompts, langchaingo's llms
//	rag/source     files, folders, URLs → Document       rag, rag/language, rag/source/fetch
//	rag/source/fetch  what servers hold, safely          nothing of ours
//	rag/language   stems and stop words by language      nothing of ours
//	rag/encoder    the encoder in this process           nothing of ours
//	rag/library    the default Store                     rag, rag/language, chromem-go, SQLite
//	rag/model      "ollama/llama3.2" → a guarded model   rag, langchaingo
//	rag/eval       question sets, metrics                rag, prompts
//	rag/eval/page  how runs look, in a browser           rag/eval, charts
//	rag/ragtest    what tests of stores share            rag
//	bot            one conversation                      rag
//	bot/terminal   a conversation in a terminal          rag, bot
//	bot/discord    the Discord bot                       rag, bot, bot/discord/protocol, discordgo
//	bot/discord/protocol  Discord's REST API and gateway  nothing of ours
//	bot/discordtest  a Discord for tests                 nothing of ours
//	prompts        templates for models                  nothing
//	seeds          the sample article and its questions  nothing
package rag
