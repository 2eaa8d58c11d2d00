// Package rag answers questions about articles. Every sentence of an answer has
// a footnote: the article and its exact words. If the articles don't answer,
// the answer says so.
//
//	articles   file · URL · feed · PDF  →  source  →  Document  →  index: Chunk, Embedder  →  Store
//	question   terminal · Discord · eval  →  question  →  retrieve  →  write  →  check  →  Answer  →  the person
//
// Data moves in one direction: nothing downstream reaches back upstream. This
// package holds what flows (Document, Chunk, Question, Passage, Draft, Answer),
// the interfaces at the seams (Source, Store, Embedder, Reader, Writer), and what
// a store may record besides articles (Fetched, Link, Feedback, Gap, Quota). The
// packages below it hold the stages.
//
// # The first flow
//
// An index.Indexer takes the articles that a [Source] yields. It cuts them into
// chunks, has the [Embedder] turn the chunks into vectors, and keeps both in a
// [Catalog]. Articles that have not changed cost nothing.
//
// # The second flow
//
// An ask.Answerer answers a [Question] in these stages:
//
//   - question.Read reads it once. A question that refers to the conversation is
//     made to stand alone. One of several parts is split, and one about the
//     articles themselves is answered from the catalogue.
//   - A retrieve.Retriever searches the [Searcher] by meaning and by words, adds
//     up the two scores, and joins what it found into passages. If they spell
//     words of the question otherwise, it searches again.
//     retrieve.ScoreSentences scores the sentences of the passages as answers: a
//     [Reader] reads the passages together with the question. The best sentence
//     tells how likely it is that the articles answer at all.
//   - A [Writer] drafts the answer: write.Quote from the articles' own sentences,
//     or write.LLM with a language model. write.Fallback tries several.
//   - check.Check compares the draft with the passages. It keeps the sentences
//     that they support, each with its [Citation].
//
// Answerer.Explain records all stages. An [Answer] holds facts and codes;
// bot/phrase turns them into words.
//
// # Packages
//
// Each package may import only what this table lists, besides the standard
// library, rag/internal/lazyregexp and unrestricted third-party packages. A test
// keeps it true. In the
// question flow, imports go from right to left:
//
//	rag/text ← rag/question ← rag/retrieve ← rag/write, rag/check ← rag/ask
//
//	cmd/footnote      flags, wiring, exit codes              may import everything
//	rag               this package                           nothing of ours
//	rag/language      stems and stop words by language       nothing of ours
//	rag/text          words, sentences, blocks, numbers      rag/language
//	rag/question      a question, read once                  rag, rag/text
//	rag/index         chunks, duplicates, sync               rag, rag/text
//	rag/retrieve      ranking, passages, evidence            rag, rag/text, rag/question
//	rag/write         passages → draft                       rag, rag/text, rag/question, prompts, langchaingo's llms
//	rag/check         draft → what the passages support      rag, rag/text, rag/question, prompts, langchaingo's llms
//	rag/ask           the second flow, from top to bottom    rag and the packages to its left
//	rag/source        files, folders, URLs → Document        rag, rag/language, rag/source/fetch, rag/source/charset
//	rag/source/charset  the encoding of a text                nothing of ours
//	rag/source/fetch  downloads that are safe and polite     nothing of ours
//	rag/internal/bert  a transformer, its tokenizer, kernels  nothing of ours
//	rag/internal/pack  its weights files, for exporters       nothing of ours
//	rag/internal/lazyregexp  patterns, compiled on first use  nothing of ours
//	rag/encoder       text → a vector                        rag/internal/bert, rag/internal/pack
//	rag/reader        question, passage → logits, spans      rag, rag/internal/bert, rag/internal/pack
//	rag/library       the default Store                      rag, rag/language, rag/text, chromem-go, SQLite
//	rag/model         "ollama/llama3.2" → a guarded model    rag, langchaingo
//	rag/eval          question sets, metrics                 rag and its stages, prompts
//	rag/eval/page     a run as a page for the browser        rag/eval, charts
//	rag/ragtest       what tests of stores share             rag, rag/text
//	bot               one conversation                       rag, rag/ask, bot/phrase
//	bot/phrase        answers → words                        rag
//	bot/terminal      a conversation in a terminal           rag, rag/text, bot, bot/phrase
//	bot/discord       a conversation in Discord              rag, rag/text, bot, bot/phrase, bot/discord/protocol, discordgo
//	bot/discord/protocol  Discord's gateway and requests     discordgo
//	bot/discordtest   a fake Discord for tests               nothing of ours
//	prompts           templates for models                   nothing
//	seeds             the sample article and its questions   nothing
package rag
