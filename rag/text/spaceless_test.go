package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentencesWithoutSpaces(t *testing.T) {
	t.Parallel()
	thai := strings.Repeat("เรือข้ามฟากออกจากท่าเรือ", 4)
	for _, want := range [][]string{
		{"渡轮九点出发。", "儿童免费！", "自行车呢？", "“节假日也是这样。”他说。", "就这样……"},
		{"船は九時に出ます。", "「早く来て！」と彼は言った。", "（学生は半額です。）", "本当？！", "はい。"},
		{"여객선은 아홉 시에 출발합니다.", "어린이는 무료입니다."},
		{"नाव नौ बजे चलती है।", "बच्चों का टिकट मुफ्त है।"},
		{"دستی نو بجے چلتی ہے۔", "بچے مفت ہیں۔"}, {"هل الأطفال مجانا؟", "نعم، مجانا."},
		{"Նավը մեկնում է։", "Երեխաները անվճար են։"}, {"መርከቡ ይነሳል።", "ልጆች ነጻ ናቸው።"}, {"သင်္ဘောသည် ထွက်သည်။", "ကလေးများ အခမဲ့။"},
		{thai, thai, "เด็ก ฟรี"},
	} {
		joined := strings.Join(want, "")
		if strings.ContainsAny(joined, ".։።။۔؟।") || strings.Contains(joined, "เรือ") {
			joined = strings.Join(want, " ")
		}
		var got []string
		for _, s := range Sentences(joined, Span{0, len(joined)}) {
			got = append(got, s.Of(joined))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
