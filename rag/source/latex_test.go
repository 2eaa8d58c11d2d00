package source

import (
	"testing"

	"footnote/rag"
)

const latexPaper = `\documentclass[11pt]{article}
\usepackage{x} % not text
\title{Tea \emph{machines}}
\author{Anna Berg\thanks{Paid} \and Bo Lind}
\date{1 May 2024}
\newcommand{\foo}[1]{bar #1}
\begin{document}
\maketitle
\begin{abstract}
We boil   water --- ` + "``hot''" + `.
\end{abstract}
\section*{Setting up}\label{sec:a}
It costs 5\,\% more~\cite{x} than $a_{ij} \le \alpha$ in K\"oln,
see \textbf{Table}~\ref{t}.\footnote{Except \textit{Sundays}.} % gone
More.

\begin{enumerate}[label=a]
\item Fill it.
  \begin{itemize}
    \item on
    \item[off] no
  \end{itemize}
\item Wait \verb|a_b|.
\end{enumerate}
\begin{table}[h]\centering
\caption{Prices}
\begin{tabular}{l|r}
\hline Leaf & Price \\ \hline
Green \& white & 12 \\
\multicolumn{2}{c}{sold} \\
\end{tabular}
\end{table}
\begin{lstlisting}[language=C]
if (x) {
  y(); % kept
}
\end{lstlisting}
\begin{equation}\label{e}
E = mc^2
\end{equation}
\begin{tikzpicture}\draw (0,0);\end{tikzpicture}
\href{https://example.org}{Link} and \url{https://example.org/a_b}.
\end{document}
Gone.
`

const orgNotes = `#+TITLE: Tea machine
#+AUTHOR: Anna Berg
#+DATE: [2024-05-01 Wed]
# a comment

* TODO [#A] Setting up :tea:
  SCHEDULED: <2024-05-02 Thu>
  :PROPERTIES:
  :ID: 7
  :END:
The *pot* is /hot/ at <2024-05-03 Fri 10:00>, see [[https://example.org][the docs]],
[[*Wait]] and =a_b= or ~c*d~ in snake_case and a/b/c.[fn:1] Inline[fn:: Too *hot*.].
- [X] Fill it.
  Twice.
  1. on
  2. off
- term :: its meaning
#+CAPTION: Prices
| Leaf  | Price |
|-------+-------|
| Green |    12 |
#+TBLFM: $2=x

#+begin_src sh :results none
  tea --hot

    now
#+end_src
: literal
#+BEGIN_QUOTE
Quoted
text.
#+END_QUOTE
#+begin_comment
gone
#+end_comment
** COMMENT Gone
gone
*** gone
gone
** Private :noexport:
gone
* Wait
Then.
* Footnotes
[fn:1] Except on Sundays.
`

func TestLaTeX(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"tea.tex", []byte(latexPaper), []rag.Document{{Source: "tea.tex", Title: "Tea machines", Author: "Anna Berg, Bo Lind", Published: day(2024, 5, 1),
			Text: `# Tea machines

We boil water — “hot”.

## Setting up

It costs 5 % more than $a_{ij} \le \alpha$ in Köln, see Table. More.

1) Fill it.
  - on
  - off: no
2) Wait a_b.

Prices

Leaf | Price
Green & white | 12
sold

    if (x) {
      y(); % kept
    }

E = mc^2

Link and https://example.org/a_b.

- Except Sundays.
`}}, nil},
		{"part.tex", []byte("Only \\\"a part\\\\\nof one"), []rag.Document{{Source: "part.tex", Title: "part", Text: "Only ä part\nof one\n"}}, nil},
	})
}

func TestOrg(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"tea.org", []byte(orgNotes), []rag.Document{{Source: "tea.org", Title: "Tea machine", Author: "Anna Berg", Published: day(2024, 5, 1),
			Text: `# Setting up

The pot is hot at 2024-05-03 10:00, see the docs, Wait and a_b or c*d in snake_case and a/b/c. Inline.

- [x] Fill it. Twice.
  1) on
  2) off
- term: its meaning

Prices

Leaf | Price
Green | 12

    tea --hot

      now

    literal

Quoted text.

# Wait

Then.

- Too hot.
- Except on Sundays.
`}}, nil},
	})
}

// FuzzLaTeX checks that no LaTeX causes a panic or text that is not tidy.
func FuzzLaTeX(f *testing.F) {
	f.Add(latexPaper)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.tex", []byte(s)) })
}

// FuzzOrg checks that no Org file causes a panic or text that is not tidy.
func FuzzOrg(f *testing.F) {
	f.Add(orgNotes)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.org", []byte(s)) })
}
