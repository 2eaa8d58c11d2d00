// Package index brings a store up to date with articles: it is the first flow of
// package rag.
//
// [Indexer.Sync] reads a [rag.Source] and compares each article with what the
// store has. A [Chunker] cuts new and changed articles into chunks of whole
// sentences, and the Indexer embeds only chunks with new text. Copies of a story
// under another address are stored as links, not as articles. [Indexer.Prune]
// deletes articles whose source is gone.
package index
