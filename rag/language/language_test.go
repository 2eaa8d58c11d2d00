package language

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts is roughly the same sentence in several languages.
var texts = map[string]string{
	"en": "The council passed the budget on Wednesday evening after nine hours of debate, and seven members voted against it.",
	"es": "El ayuntamiento aprobó los presupuestos el miércoles por la noche después de nueve horas de debate, y siete concejales votaron en contra.",
	"fr": "Le conseil a adopté le budget mercredi soir après neuf heures de débat, et sept membres ont voté contre.",
	"de": "Der Stadtrat hat am Mittwochabend nach neun Stunden den Haushalt beschlossen, sieben Mitglieder stimmten dagegen.",
	"pt": "A câmara aprovou o orçamento na quarta-feira à noite, depois de nove horas de debate, e sete vereadores votaram contra.",
	"it": "Il consiglio ha approvato il bilancio mercoledì sera dopo nove ore di dibattito, e sette membri hanno votato contro.",
	"ru": "Городской совет принял бюджет в среду вечером после девяти часов обсуждения, семь депутатов проголосовали против.",
	"pl": "Rada miasta przyjęła budżet w środę wieczorem po dziewięciu godzinach obrad, siedmiu radnych głosowało przeciw.",
	"ja": "市議会は水曜日の夜、九時間の審議のあと予算を可決した。七人の議員が反対した。",
	"zh": "市议会经过九个小时的辩论，于星期三晚上通过了预算，七名议员投了反对票。",
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for want, text := range texts {
		if got := Detect(strings.Repeat(text+" ", 3)); got != want {
			t.Errorf("%.30s…: got %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "   ", "12345", "\xff\xfe"} {
		if got := Detect(text); got != "" {
			t.Errorf("%q: got %q, want an empty code", text, got)
		}
	}
}

func TestDetectQuestion(t *testing.T) {
	t.Parallel()
	english := func(w string) bool {
		return slices.Contains([]string{"how", "did", "the", "to", "of", "a", "in", "who"}, w)
	}
	for question, want := range map[string]string{
		"how much money did putin offer": "", "": "", "budget 2024": "", "who is la rochefoucauld": "",
		"cuanto dinero ofrecio putin a lukashenko": "es", "combien d argent est ce que poutine a offert": "fr",
		"wie viel geld hat putin angeboten": "de", "сколько денег предложил путин": "ru", "quanto denaro ha offerto putin": "it",
		"quando foi aprovado o orcamento": "pt",
	} {
		if got := DetectQuestion(strings.Fields(question), english); got != want {
			t.Errorf("%s: got %q, want %q", question, got, want)
		}
	}
}

// TestForms checks that a word in a question finds other forms of the word in
// an article.
func TestForms(t *testing.T) {
	t.Parallel()
	for code, pairs := range map[string][][2]string{
		"es": {{"votaron", "votar"}, {"concejal", "concejales"}, {"CANCIÓN", "cancion"}},
		"fr": {{"adoptées", "adopter"}, {"budgets", "budget"}},
		"de": {{"Häuser", "Hauses"}, {"stimmten", "stimmte"}},
		"pt": {{"vereadores", "vereador"}, {"aprovou", "aprovar"}},
		"it": {{"membri", "membro"}, {"votato", "votare"}},
		"ru": {{"депутатов", "депутаты"}, {"бюджета", "бюджет"}},
		"pl": {{"radnych", "radnymi"}, {"budżetu", "budżet"}},
		"ja": {{"市議会は", "市議会"}},
	} {
		for _, pair := range pairs {
			terms := map[string]bool{}
			for _, term := range Terms(code, pair[0]) {
				terms[term] = true
			}
			if !slices.ContainsFunc(Variants(pair[1]), func(v []string) bool { return len(v) == 1 && terms[v[0]] }) {
				t.Errorf("%s: %s does not find %s: variants %v, terms %v", code, pair[1], pair[0], Variants(pair[1]), terms)
			}
		}
	}
	if got := Terms("en", "Words"); got != nil {
		t.Errorf("Terms for English = %v, want none", got)
	}
}

func TestNgrams(t *testing.T) {
	t.Parallel()
	for word, want := range map[string][]string{
		"": {""}, "no": {"no"}, "gmina": {"gmin", "mina"}, "łódź": {"łodz"}, "市議会": {"市議", "議会"},
	} {
		if diff := cmp.Diff(want, ngrams(word)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", word, diff)
		}
	}
}

func FuzzTerms(f *testing.F) {
	for code, text := range texts {
		f.Add(code, text)
	}
	f.Fuzz(func(t *testing.T, code, text string) {
		Detect(text)
		for _, term := range Terms(code, text) {
			if strings.ContainsAny(term, " \n\"") {
				t.Errorf("term contains white space or a quotation mark: %q", term)
			}
		}
		Variants(text)
	})
}
