package source

import (
	"testing"

	"footnote/rag"
)

func TestSubtitles(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"The talk.srt", []byte("1\r\n00:12:30,500 --> 00:12:33,000\r\n<i>The bus leaves</i>\r\nat nine.\r\n\r\n2\r\n00:12:34,000 --> 00:12:36,000\r\n- Really?\r\n- Yes.\r\n\r\n3\r\n00:12:44,000 --> 00:12:46,000\r\nANNA: Then we go &amp; see.\r\n"),
			[]rag.Document{{Source: "The talk.srt", Title: "The talk", Text: "0:12:30 The bus leaves at nine.\n\n0:12:34 Really?\n\n0:12:34 Yes.\n\n0:12:44 ANNA: Then we go & see.\n"}}, nil},
		{"x.vtt", []byte("WEBVTT - Town hall\n\nNOTE a remark\nof two lines\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:04.000 align:start\n<v.loud Anna>It <b>opens</b>\n\n00:04.000 --> 00:08.000\n<c.yellow>on <00:05.000>Monday.</c>\n\n01:00:00.000 --> 01:00:01.000\n<v Bo>When?</v> <v Anna>At nine.\n"),
			[]rag.Document{{Source: "x.vtt", Title: "Town hall", Text: "0:00:01 Anna: It opens on Monday.\n\n1:00:00 Bo: When?\n\n1:00:00 Anna: At nine.\n"}}, nil},
		{"y.vtt", []byte("WEBVTT\nKind: captions\n\n00:00:01.000 --> 00:00:02.000\nwe start\n\n00:00:02.000 --> 00:00:03.000\nwe start\nwith soup\n\n00:00:03.000 --> 00:00:03.500\nwith soup\n"),
			[]rag.Document{{Source: "y.vtt", Title: "we start", Text: "0:00:01 we start with soup\n"}}, nil},
		{"z.srt", []byte("no cues"), nil, []string{"z.srt: no words in it"}},
	})
}

func TestNotebook(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"a.ipynb", []byte(`{"cells": [{"cell_type": "markdown", "source": ["# Growth\n", "It *grows*.\n"], "attachments": {}},
{"cell_type": "code", "source": "def f():\n    return 4\n\nf()", "outputs": [{"output_type": "stream", "name": "stdout", "text": ["40 kg\n"]}, {"output_type": "stream", "name": "stderr", "text": "Warning"},
{"output_type": "execute_result", "data": {"text/plain": ["4"]}}, {"output_type": "display_data", "data": {"image/png": "iVBOR", "text/plain": ["<Figure>"]}}]},
{"cell_type": "raw", "source": "x"}, {"cell_type": "markdown", "source": "- one\n- two"}], "metadata": {"authors": [{"name": "Ann"}], "date": "2024-05-01"}, "nbformat": 4}`),
			[]rag.Document{{Source: "a.ipynb", Title: "Growth", Author: "Ann", Published: day(2024, 5, 1),
				Text: "# Growth\n\nIt grows.\n\n    def f():\n        return 4\n\n    f()\n\n    40 kg\n\n    4\n\n- one\n- two\n"}}, nil},
		{"old.ipynb", []byte(`{"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": ["Old"]}, {"cell_type": "code", "input": ["print(1)"], "outputs": [{"output_type": "pyerr", "traceback": ["x"]}]}]}]}`),
			[]rag.Document{{Source: "old.ipynb", Title: "Old", Text: "## Old\n\n    print(1)\n"}}, nil},
		{"b.ipynb", []byte(`{"x": 1}`), nil, []string{"b.ipynb: malformed: not a notebook: it has no cells"}},
	})
}

// FuzzSubtitles checks that no subtitles cause a panic or text that is not tidy.
func FuzzSubtitles(f *testing.F) {
	f.Add("WEBVTT\n\n00:01.000 --> 00:04.000\n<v Anna>It <b>opens</b>\n- b\n\n00:00:01,000 --> 00:00:02,000\nBo: x")
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.vtt", []byte(s)) })
}

// FuzzNotebook checks that no notebook causes a panic or text that is not tidy.
func FuzzNotebook(f *testing.F) {
	f.Add(`{"cells": [{"cell_type": "markdown", "source": ["# a"]}, {"cell_type": "code", "source": "f()", "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["4"]}}]}]}`)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.ipynb", []byte(s)) })
}
