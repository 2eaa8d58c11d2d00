package source

import (
	"strings"
	"testing"
)

// BenchmarkReaders measures how fast each reader of a markup language, a chat
// and a document is, on many copies of its test file.
func BenchmarkReaders(b *testing.B) {
	for name, data := range map[string][]byte{
		"rst": []byte(strings.Repeat(rstManual, 100)), "adoc": []byte(strings.Repeat(asciidocManual, 100)), "org": []byte(strings.Repeat(orgNotes, 100)), "tex": []byte(strings.Repeat(strings.ReplaceAll(latexPaper, `\end{document}`, ""), 100)),
		"rtf": []byte(strings.TrimSuffix(richText, "}") + strings.Repeat(`\pard It boils w\'e4ter \u8364?5.\par `, 1000) + "}"), "vtt": []byte(strings.Repeat("\n00:01.000 --> 00:04.000\n<v Anna>It <b>opens</b> on Monday.\n", 1000)),
		"json": []byte(discordExport), "odt": odt, "pptx": pptx, "xlsx": xlsx,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				for _, err := range (Reader{}).Bytes(b.Context(), "a."+name, "", data) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
