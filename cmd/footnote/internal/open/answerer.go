package open

import (
	"context"
	"errors"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
)

// Answers is an Answerer over the program's library, or over the sample
// articles if the library is missing or empty.
type Answers struct {
	ask.Answerer
	Sample bool // whether the sample articles answer
	Close  func()
}

// Answerer opens the library, the embedder and the writer that the flags name.
// It tells the user if the sample articles answer.
func Answerer(ctx context.Context, p *cli.Program, m ModelFlags) (Answers, error) {
	a := Answers{}
	if m.Checker != "" && m.Checker != "none" && m.Spec(p) == "" {
		return a, exit.Usage("--checker needs --model", "choose the model that writes answers, as in --model ollama/llama3.2; without one, answers quote the articles and need no check")
	}
	var err error
	if err = m.Apply(p, &a.Answerer); err != nil {
		return a, err
	}
	if a.Embedder, err = Embedder(p); err != nil {
		return a, err
	}
	store, done, err := libraryWithArticles(ctx, p, a.Embedder)
	if err != nil {
		return a, err
	}
	if store == nil {
		a.Sample = true
		if store, done, err = cachedSample(ctx, a.Embedder); err != nil {
			return a, err
		}
	}
	a.Store, a.Close = store, done
	return a, nil
}

// libraryWithArticles opens the program's library for searching. If it is
// missing or empty, libraryWithArticles tells the user so and returns nil.
func libraryWithArticles(ctx context.Context, p *cli.Program, e rag.Embedder) (*library.Library, func(), error) {
	l, done, err := Library(p.LibraryPath(), library.Options{ReadOnly: true, Space: e.Name()})
	if err == nil {
		_, chunks, err := l.Frequency(ctx, nil, rag.Filter{})
		if err == nil && chunks > 0 {
			return l, done, nil
		}
		done()
		if err != nil {
			return nil, nil, err
		}
	} else if !errors.Is(err, ErrNoLibrary) {
		return nil, nil, err
	}
	reason := "the library is empty"
	if err != nil && p.LibraryPath() != cli.DefaultLibrary() { // the user named it
		reason = ErrNoLibrary.Error() + ": " + p.LibraryPath()
	}
	p.Note("%s; answering from the bundled sample article (run `footnote add PATH` to add your own)", reason)
	return nil, nil, nil
}

// Embedder returns the embedder that --embedder names, or the built-in encoder.
func Embedder(p *cli.Program) (rag.Embedder, error) {
	if p.Embedder != "" {
		return remoteEmbedder(p)
	}
	e, err := encoder.New()
	if err != nil {
		return nil, err
	}
	if e.Kernel() == "generic" {
		p.Note("the encoder supports none of this CPU's vector instructions; adding articles will be slow")
	}
	return e, nil
}

// Chunker returns a chunker that counts tokens as e does, if e can count them.
func Chunker(e rag.Embedder) index.Chunker {
	c := index.Chunker{}
	c.Tokens, _ = e.(rag.TokenCounter)
	return c
}
