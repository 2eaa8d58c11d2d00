//go:build ignore

// This program writes letters.bin.gz from the n-gram models of
// github.com/pemistahl/lingua-go (Apache License 2.0), which were counted in the
// Leipzig Corpora Collection. Their Chinese is traditional; the simplified
// characters come from the table of github.com/longbridgeapp/opencc (Apache License
// 2.0). It needs the folder of the models and the table:
//
//	go run generate.go LINGUA/language-models OPENCC/dictionary/TSCharacters.txt
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	languages   = "en fr de es pt it nl sv da nb fi is ca ga eu pl cs sk hu ro hr sl ru uk bg be mk sr el tr he ar fa lt lv et vi th zh ja ko"
	maxAlphabet = 100  // letters of a language with pairs
	maxLetters  = 3500 // of another one
)

func main() {
	log.SetFlags(0)
	dir, table := os.Args[1], os.Args[2]
	var out bytes.Buffer
	for code := range strings.FieldsSeq(languages) {
		bigrams := filepath.Join(dir, code, "bigrams.pb.bin.zip")
		if _, err := os.Stat(bigrams); err != nil { // the only language of its script
			bigrams = ""
		}
		write(&out, code, model(filepath.Join(dir, code, "unigrams.pb.bin.zip")), bigrams)
	}
	write(&out, "zs", simplified(model(filepath.Join(dir, "zh", "unigrams.pb.bin.zip")), table), "")
	f, err := os.Create("letters.bin.gz")
	check(err)
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	check(err)
	_, err = z.Write(out.Bytes())
	check(err)
	check(z.Close())
	check(f.Close())
}

// write writes the model of a language: its code, a byte that says whether it has
// pairs, its letters by frequency, the cost of each, and that of each pair.
func write(out *bytes.Buffer, code string, one map[string]float64, bigrams string) {
	pairs := bigrams != ""
	if code == "th" { // the models count letters only
		for _, mark := range "่้ัิีุู็์ืึ" {
			one[string(mark)] = .02
		}
	}
	var letters []rune
	for s, p := range one {
		r, n := utf8.DecodeRuneInString(s)
		if n == len(s) && unicode.In(r, unicode.L, unicode.M) && p > 1e-6 && !foreign(code, r) {
			letters = append(letters, r)
		}
	}
	slices.SortFunc(letters, func(a, b rune) int {
		return cmp.Or(cmp.Compare(one[string(b)], one[string(a)]), cmp.Compare(a, b))
	})
	limit := maxLetters
	if pairs {
		limit = maxAlphabet
	}
	letters = letters[:min(len(letters), limit)]
	log.Printf("%s: %d letters", code, len(letters))
	out.WriteString(code)
	if pairs {
		out.WriteByte(1)
	} else {
		out.WriteByte(0)
	}
	out.Write(binary.AppendUvarint(nil, uint64(len(string(letters)))))
	out.WriteString(string(letters))
	for _, r := range letters {
		out.WriteByte(cost(one[string(r)]))
	}
	if !pairs {
		return
	}
	two := model(bigrams)
	for _, a := range letters {
		for _, b := range letters {
			out.WriteByte(cost(.98*two[string(a)+string(b)] + .02*one[string(b)]))
		}
	}
}

// foreign reports whether a letter is of another script than the language.
func foreign(code string, r rune) bool {
	if unicode.Is(unicode.M, r) {
		return false
	}
	script := unicode.Latin
	switch code {
	case "ru", "uk", "bg", "be", "mk", "sr":
		script = unicode.Cyrillic
	case "el":
		script = unicode.Greek
	case "he":
		script = unicode.Hebrew
	case "ar", "fa":
		script = unicode.Arabic
	case "th":
		script = unicode.Thai
	case "zh", "zs":
		script = unicode.Han
	case "ja":
		return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && r != 'ー'
	case "ko":
		script = unicode.Hangul
	}
	return !unicode.Is(script, r)
}

// simplified returns a model of traditional characters as one of simplified ones.
func simplified(one map[string]float64, table string) map[string]float64 {
	data, err := os.ReadFile(table)
	check(err)
	simple := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 {
			simple[f[0]] = f[1]
		}
	}
	all := map[string]float64{}
	for c, p := range one {
		if s, ok := simple[c]; ok {
			c = s
		}
		all[c] += p
	}
	return all
}

// cost returns the negative logarithm of a probability in sixteenths.
func cost(p float64) byte {
	return byte(min(255, max(0, math.Round(-16*math.Log(max(p, 1e-9))))))
}

// model reads a file of n-grams with their probability.
func model(name string) map[string]float64 {
	z, err := zip.OpenReader(name)
	check(err)
	defer z.Close()
	f, err := z.File[0].Open()
	check(err)
	data, err := io.ReadAll(f)
	check(err)
	all := map[string]float64{}
	fields(data, func(n protowire.Number, set []byte) {
		if n != 4 {
			return
		}
		p := 0.
		fields(set, func(n protowire.Number, v []byte) {
			if n == 1 {
				p = math.Float64frombits(binary.LittleEndian.Uint64(v))
			} else {
				all[string(v)] = p
			}
		})
	})
	return all
}

func fields(b []byte, do func(protowire.Number, []byte)) {
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		check(protowire.ParseError(min(n, 0)))
		b = b[n:]
		n = protowire.ConsumeFieldValue(num, kind, b)
		check(protowire.ParseError(min(n, 0)))
		v := b[:n]
		if kind == protowire.BytesType {
			v, _ = protowire.ConsumeBytes(b)
		}
		do(num, v)
		b = b[n:]
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
