// Package ragtest helps to test rag and its stores. [TestStore] checks that a
// store keeps the contract of [rag.Store]. [Embedder] works without model
// weights. [Entry] and [Passage] make test data.
package ragtest
