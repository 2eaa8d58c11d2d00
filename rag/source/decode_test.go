package source

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	jp "golang.org/x/text/encoding/japanese"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	const (
		english  = "He said “no” – and that was £5.\nAll of it.\n"
		russian  = "Она сказала «нет».\nВот и всё.\n"
		japanese = "吾輩は猫である。\n名前は　まだ無い。\n"
	)
	as := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	tests := []struct{ name, in, want string }{
		{"UTF-8", english, english},
		{"UTF-8 with a byte order mark", "\ufeff" + russian, russian},
		{"UTF-8 cut off within a rune", russian[:len(russian)-3], "Она сказала «нет».\nВот и вс\ufffd"},
		{"UTF-8 with an invalid byte", "a“b”c\xff", "a“b”c\ufffd"},
		{"UTF-16 LE with a byte order mark", "\xff\xfe" + as(littleEndian, russian), russian},
		{"UTF-16 BE with a byte order mark", "\xfe\xff" + as(bigEndian, russian), russian},
		{"UTF-16 LE, English", as(littleEndian, english), english},
		{"UTF-16 BE, English", as(bigEndian, english), english},
		{"UTF-16 LE, Russian", as(littleEndian, russian), russian},
		{"UTF-16 BE, Russian", as(bigEndian, russian), russian},
		{"UTF-16 LE, Japanese", as(littleEndian, japanese), japanese},
		{"UTF-16 BE, Japanese", as(bigEndian, japanese), japanese},
		{"UTF-16 with half a code unit at the end", as(littleEndian, english) + "a", english + "\ufffd"},
		{"Windows-1252", as(charmap.Windows1252, english), english},
		{"Windows-1251", as(charmap.Windows1251, russian), russian},
		{"Shift-JIS", as(jp.ShiftJIS, japanese), japanese},
		{"ISO-2022-JP", as(jp.ISO2022JP, japanese), japanese},
		{"Windows-1252, a doubtful byte in a long text", strings.Repeat("Words of a long text. ", 20) + "5 m\xb3", strings.Repeat("Words of a long text. ", 20) + "5 m³"},
		{"Windows-1252, German", "Stra\xdfe in K\xf6ln", "Straße in Köln"},
		{"line ends", "a\r\nb\rc\u2028d\u0085e\ff\vg\n\r\n", "a\nb\nc\nd\ne\nf\ng\n\n"},
		{"invisible characters", "a\tb, pass\u00adword, \u202eabc\u202c, \u2067x\u2069 and \ufeff\x1bso on \U000e0041it goes for a while", "a\tb, password, abc, x and so on it goes for a while"},
		{"joiners are kept", "👩\u200d🔬 می\u200cخواهم", "👩\u200d🔬 می\u200cخواهم"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(tt.in))
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// TestDecodeBinary checks that decode rejects data that is not text: a program,
// sound samples and random bytes.
func TestDecodeBinary(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	var sound, noise []byte
	for i := range 4000 {
		sound = binary.LittleEndian.AppendUint16(sound, uint16(int16((i%100-50)*300)))
		sum := sha256.Sum256(binary.LittleEndian.AppendUint32(nil, uint32(i)))
		noise = append(noise, sum[:]...)
	}
	for name, data := range map[string][]byte{
		"a program": program[:min(len(program), 1<<20)], "sound": sound, "noise": noise,
		"noise without NULs": []byte(strings.ReplaceAll(string(noise), "\x00", "")),
		"a NUL in a text":    []byte("Words and \x00 words."), "NULs": make([]byte, 100),
	} {
		var got *Skipped
		if text, err := decode(data); !errors.As(err, &got) || got.Reason != Binary {
			t.Errorf("%s: got %.40q, %v, want a *Skipped for %q", name, text, err, Binary)
		}
	}
}
