package charset

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/unicode/norm"
)

// samples holds a text in each language, and the encodings that it must be
// detected in.
var samples = []struct{ language, encodings, text string }{
	{"en", "windows-1252 macintosh", "The ferry “Margaret” leaves at nine – tickets are £12 at the café on the quay."},
	{"fr", "windows-1252 iso-8859-15 cp850 cp437 macintosh", "Le bac de l'île part à neuf heures, même en février. Les élèves et les retraités payent moitié prix, ça vaut aussi pour les vélos."},
	{"de", "windows-1252 iso-8859-15 cp850 cp437 macintosh", "Die Fähre legt um neun Uhr ab und läuft um elf wieder ein. Für Schüler gilt der ermäßigte Preis, Hunde dürfen nur angeleint über die Brücke."},
	{"es", "windows-1252 iso-8859-15 cp850 cp437 macintosh", "El barco sale mañana a las nueve de la estación marítima. Los niños pequeños viajan gratis y el teléfono de información está en la página."},
	{"pt", "windows-1252 cp850 macintosh", "A balsa não sai amanhã por causa da manutenção. Os bilhetes já comprados são válidos até ao fim do mês, também para automóveis."},
	{"it", "windows-1252 cp850", "Il traghetto partirà alle nove perché la città è in festa. Più tardi ci sarà un'altra corsa, però soltanto per i residenti."},
	{"sv", "windows-1252 cp850 macintosh", "Färjan går klockan nio från hamnen på ön. Barn åker gratis och för vuxna är priset oförändrat även i år."},
	{"da", "windows-1252 cp850", "Færgen sejler klokken ni fra øen, også på søndage. Prisen er uændret, og børn kører gratis på dækket."},
	{"is", "windows-1252 cp850", "Ferjan siglir klukkan níu frá höfninni og kemur aftur síðdegis. Börn ferðast ókeypis með foreldrum sínum, það á líka við um hjól."},
	{"pl", "windows-1250 iso-8859-2 cp852", "Prom odpływa o dziewiątej z głównej przystani. Dzieci jeżdżą bezpłatnie, a zniżka dla uczniów wynosi połowę ceny, również w święta."},
	{"cs", "windows-1250 iso-8859-2 cp852", "Přívoz odplouvá v devět hodin od hlavního mola. Děti jezdí zdarma, žáci platí polovinu a kola se přepravují bez příplatku."},
	{"sk", "windows-1250 iso-8859-2 cp852", "Kompa odchádza o deviatej z hlavného prístaviska. Deti sa vezú zadarmo, žiaci platia polovicu a bicykle sú bez príplatku aj cez víkendy, ľahko sa vojdú."},
	{"hu", "windows-1250 iso-8859-2 cp852", "A komp kilenc órakor indul a fő kikötőből. A gyerekek ingyen utaznak, a diákok féláron, és a kerékpár szállítása is díjtalan, még ünnepnapokon is."},
	{"ro", "windows-1250 iso-8859-2 cp852", "Bacul pleacă la ora nouă din portul principal. Copiii călătoresc gratuit, iar elevii plătesc jumătate din preţ, inclusiv în sărbători. Aşteptaţi pe mal."},
	{"sl", "windows-1250 iso-8859-2", "Trajekt odpluje ob devetih iz glavnega pristanišča. Otroci potujejo brezplačno, učenci plačajo polovico, tudi če so prazniki. Več o cenah piše na plošči."},
	{"ru", "windows-1251 koi8-r cp866 iso-8859-5 x-mac-cyrillic", "Паром отходит в девять часов от главного причала. Дети едут бесплатно, школьники платят половину, велосипеды перевозят без доплаты. Я бы взял билет заранее."},
	{"uk", "windows-1251 koi8-u", "Пором відходить о дев'ятій від головного причалу. Діти їдуть безкоштовно, школярі платять половину, а її вартість не змінилася."},
	{"bg", "windows-1251 iso-8859-5", "Фериботът тръгва в девет часа от главния кей. Децата пътуват безплатно, учениците плащат половината."},
	{"sr", "windows-1251", "Трајект полази у девет сати са главног пристаништа. Деца путују бесплатно, ђаци плаћају пола цене, чак и кад је празник."},
	{"el", "windows-1253 iso-8859-7", "Το πλοίο φεύγει στις εννέα από την κεντρική αποβάθρα. Τα παιδιά ταξιδεύουν δωρεάν και οι μαθητές πληρώνουν τα μισά."},
	{"tr", "windows-1254", "Feribot saat dokuzda ana iskeleden kalkıyor. Çocuklar ücretsiz, öğrenciler yarım bilet öder; bisiklet için ayrıca ücret alınmaz, İstanbul'da da böyledir."},
	{"he", "windows-1255 cp862", "המעבורת יוצאת מהרציף הראשי בשעה תשע. ילדים נוסעים חינם ותלמידים משלמים חצי."},
	{"ar", "windows-1256 iso-8859-6", "تغادر العبارة من الرصيف الرئيسي في الساعة التاسعة. يسافر الأطفال مجانا ويدفع الطلاب نصف الثمن."},
	{"fa", "windows-1256", "کشتي ساعت نه از اسکله اصلي حرکت مي\u200cکند. سفر براي کودکان رايگان است و دانش آموزان نصف مي پردازند."},
	{"lt", "windows-1257", "Keltas išplaukia devintą valandą iš pagrindinės prieplaukos. Vaikai keliauja nemokamai, mokiniai moka pusę kainos, net ir per šventes."},
	{"lv", "windows-1257", "Prāmis atiet deviņos no galvenās piestātnes. Bērni brauc bez maksas, skolēni maksā pusi, arī svētku dienās. Jāierodas laikus."},
	{"et", "windows-1257", "Praam väljub kell üheksa peamiselt kailt. Lapsed sõidavad tasuta, õpilased maksavad poole hinnast, ka pühade ajal. Järgmine läheb õhtul."},
	{"vi", "windows-1258", "Phà rời bến chính lúc chín giờ. Trẻ em đi miễn phí, học sinh trả một nửa giá vé, kể cả ngày lễ."},
	{"th", "windows-874", "เรือข้ามฟากออกจากท่าเรือหลักเวลาเก้าโมง เด็กเดินทางฟรี นักเรียนจ่ายครึ่งราคา"},
	{"ja", "shift_jis euc-jp", "フェリーは九時に港を出ます。子供は無料で、学生は半額です。自転車も料金なしで乗せられます。"},
	{"zs", "gb18030", "渡轮九点从主码头出发。儿童免费，学生半价，自行车不另收费。节假日也是这样。"},
	{"zh", "big5", "渡輪九點從主碼頭出發。兒童免費，學生半價，自行車不另收費。節假日也是這樣。"},
	{"ko", "euc-kr", "여객선은 아홉 시에 주 부두에서 출발합니다. 어린이는 무료이고 학생은 반값이며 자전거는 추가 요금이 없습니다."},
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for name := range strings.FieldsSeq(s.encodings) {
			raw := encode(t, name, s.text)
			for _, data := range []string{raw, "Notes of 2024\r\n\r\n" + strings.Repeat("Plain lines: 1, 2, 3 and more.\r\n", 9) + raw + "\r\n"} {
				e, ok := Detect([]byte(data))
				if !ok {
					t.Errorf("%s in %s: not detected, the most probable is %q", s.language, name, e.Name)
					continue
				}
				if got := e.Decode([]byte(data)); !strings.Contains(got, s.text) {
					t.Errorf("%s in %s: detected %s: %q", s.language, name, e.Name, got)
				}
			}
		}
	}
}

func encode(t *testing.T, name, text string) string {
	t.Helper()
	for _, e := range encodings {
		if e.Name != name {
			continue
		}
		if name == "windows-1258" {
			text = separateTones(text)
		}
		raw, err := encoding.ReplaceUnsupported(e.encoding.NewEncoder()).String(text)
		if err != nil || strings.Contains(raw, "\x1a") {
			t.Fatalf("%s has no form in %s: %v", text, name, err)
		}
		return raw
	}
	t.Fatalf("unknown encoding %s", name)
	return ""
}

// separateTones writes the tones of Vietnamese as characters of their own, and
// keeps the other accents.
func separateTones(s string) string {
	var b strings.Builder
	for _, r := range s {
		var letter, tone string
		for _, part := range norm.NFD.String(string(r)) {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", part) {
				tone = string(part)
			} else {
				letter += string(part)
			}
		}
		b.WriteString(norm.NFC.String(letter) + tone)
	}
	return b.String()
}

// TestDetectNothing checks that no encoding is taken for bytes that are not text.
func TestDetectNothing(t *testing.T) {
	t.Parallel()
	var noise, sound []byte
	for i := range 100 {
		sum := sha256.Sum256(binary.LittleEndian.AppendUint32(nil, uint32(i)))
		noise = append(noise, sum[:]...)
		sound = append(sound, byte(128+i%50), byte(128-i%50))
	}
	for name, data := range map[string][]byte{"noise": noise, "short noise": noise[:40], "sound": sound, "high noise": []byte(strings.Map(func(r rune) rune { return r | 0x80 }, string(noise)))} {
		if e, ok := Detect(data); ok {
			t.Errorf("%s: got %s", name, e.Name)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("caf\xe9"))
	f.Add([]byte("\x1b$B%U%'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, e := range encodings {
			if !utf8.ValidString(e.Decode(data)) {
				t.Errorf("%s: not UTF-8", e.Name)
			}
		}
		Detect(data)
	})
}
