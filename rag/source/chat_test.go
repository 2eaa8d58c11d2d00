package source

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

const discordExport = `{"guild": {"id": "1", "name": "Garden club"}, "channel": {"id": "2", "type": "GuildTextChat", "name": "help"}, "messages": [
{"id": "10", "type": "Default", "timestamp": "2024-05-01T10:00:00.123+02:00", "content": "Hi <@7>, **when** do I sow ` + "`beans`" + `?\nAnd <:pea:99> peas?", "author": {"id": "5", "name": "bo", "nickname": "Bo"}, "attachments": [{"fileName": "bed.jpg"}], "mentions": [{"id": "7", "name": "cy"}]},
{"id": "11", "type": "GuildMemberJoin", "timestamp": "2024-05-01T10:01:00+02:00", "content": "Joined the server.", "author": {"id": "8", "name": "dd"}},
{"id": "12", "type": "Default", "timestamp": "2024-05-01T10:01:00+02:00", "content": "Beep", "author": {"id": "9", "name": "robot", "isBot": true}},
{"id": "13", "type": "Reply", "timestamp": "2024-05-01T10:02:00+02:00", "content": "In May, <@5>:\n` + "```sh\\nsow --beans\\n\\nwater <bed>\\n```" + `", "author": {"id": "6", "name": "anna", "nickname": "Anna"}, "reference": {"messageId": "10"}},
{"id": "14", "type": "Reply", "timestamp": "2024-05-02T18:00:00+02:00", "content": "Thanks.", "author": {"id": "5", "name": "bo", "nickname": "Bo"}, "reference": {"messageId": "13"}},
{"id": "15", "type": "Default", "timestamp": "2024-05-04T08:00:00+02:00", "content": "# Frost tonight", "author": {"id": "7", "name": "cy", "nickname": null}},
{"id": "16", "type": "Reply", "timestamp": "2024-05-04T08:05:00+02:00", "content": "Even for beans?", "author": {"id": "6", "name": "anna", "nickname": "Anna"}, "reference": {"messageId": "10"}}
], "messageCount": 7}`

var slackExport = zipOf(
	"users.json", `[{"id": "U1", "name": "bo", "profile": {"display_name": "Bo", "real_name": "Bo B."}}, {"id": "U2", "name": "anna", "profile": {"display_name": "", "real_name": "Anna A."}}, {"id": "U3", "name": "robot", "is_bot": true}]`,
	"channels.json", `[{"id": "C1", "name": "general"}]`,
	"dms.json", `[{"id": "D123456", "members": ["U1", "U2"]}]`,
	"general/2024-05-01.json", `[{"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined the channel", "ts": "1714557600.000100"},
{"type": "message", "user": "U1", "text": "When is the <https://example.org/fair|fair>, <@U2>? &lt;urgent&gt;", "ts": "1714557660.000100", "thread_ts": "1714557660.000100"},
{"type": "message", "user": "U2", "text": "Lunch in <#C1>", "ts": "1714557720.000100", "files": [{"name": "menu.pdf"}]},
{"type": "message", "user": "U3", "text": "Beep", "ts": "1714557730.000100"}, {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "ts": "1714557740.000100"}]`,
	"general/2024-05-03.json", `[{"type": "message", "user": "U2", "text": "On *Sunday*.", "ts": "1714730460.000100", "thread_ts": "1714557660.000100", "parent_user_id": "U1"},
{"type": "message", "user": "U1", "text": "New day", "ts": "1714734060.000100"}]`,
	"groups.json", `[{"id": "G1", "name": "board"}]`, "board/2024-05-01.json", "[]",
	"D123456/2024-05-01.json", `[{"type": "message", "user": "U1", "text": "A secret", "ts": "1714557600.000100"}]`)

const telegramExport = `{"name": "Hikers", "type": "public_supergroup", "id": 7, "messages": [
{"id": 1, "type": "service", "date": "2024-05-01T09:00:00", "date_unixtime": "1714546800", "actor": "Bo", "action": "create_group", "text": ""},
{"id": 2, "type": "message", "date": "2024-05-01T10:00:00", "date_unixtime": "1714550400", "from": "Bo", "from_id": "user1", "text": ["Where do we ", {"type": "bold", "text": "meet"}, "?"], "text_entities": []},
{"id": 3, "type": "message", "date": "2024-05-01T10:05:00", "date_unixtime": "1714550700", "from": "Anna", "from_id": "user2", "reply_to_message_id": 2, "text": "At the mill.", "file": "files/map.pdf", "mime_type": "application/pdf"},
{"id": 4, "type": "message", "date": "2024-05-01T10:06:00", "date_unixtime": "1714550760", "from": "Anna", "from_id": "user2", "text": "", "media_type": "sticker", "file": "stickers/a.webp"}
]}`

// readCase is a file and what is read from it.
type readCase struct {
	name string
	data []byte
	want []rag.Document // without ID and Language
	errs []string
}

// day returns the beginning of a day in UTC.
func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func checkReads(t *testing.T, tests []readCase) {
	t.Helper()
	for i, tt := range tests {
		t.Run(fmt.Sprint(i, " ", tt.name), func(t *testing.T) {
			t.Parallel()
			docs, errs := all(t, Reader{}, tt.name, tt.data)
			if diff := cmp.Diff(tt.want, docs, cmpopts.IgnoreFields(rag.Document{}, "ID", "Language")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errs, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChats(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time { return time.Date(2024, 5, day, hour, minute, 0, 0, time.UTC) }
	hikers := rag.Document{Title: "Hikers, 1 May 2024", Author: "Bo, Anna", Published: at(1, 8, 0),
		Text: "Bo, 10:00: Where do we meet?\n\nAnna, 10:05, to Bo: At the mill.\n(attached: map.pdf)\n"}
	one, of := hikers, hikers
	one.Source, of.Source = "result.json/2024-05-01", "all.json/Hikers/2024-05-01"
	checkReads(t, []readCase{
		{"any.json", []byte(discordExport), []rag.Document{
			{Source: "any.json/2024-05-01", Title: "#help, 1 May 2024", Site: "Garden club", Author: "Bo, Anna", URL: "https://discord.com/channels/1/2/10", Published: at(1, 8, 0).Add(123 * time.Millisecond),
				Text: "Bo, 10:00: Hi @cy, when do I sow beans?\nAnd :pea: peas?\n(attached: bed.jpg)\n\n" +
					"Anna, 10:02, to Bo: In May, @Bo:\n    sow --beans\n\n    water <bed>\n\n" +
					"Bo, 2 May 2024, 18:00, to Anna: Thanks.\n"},
			{Source: "any.json/2024-05-04", Title: "#help, 4 May 2024", Site: "Garden club", Author: "cy, Anna", URL: "https://discord.com/channels/1/2/15", Published: at(4, 6, 0),
				Text: "cy, 08:00: # Frost tonight\n\nAnna, 08:05, to Bo (“Hi @cy, when do I sow beans? And :pea: peas?”): Even for beans?\n"},
		}, nil},
		{"export.zip", slackExport, []rag.Document{
			{Source: "export.zip/general/2024-05-01", Title: "#general, 1 May 2024", Author: "Bo, Anna A.", Published: at(1, 10, 1),
				Text: "Bo, 10:01: When is the fair, @Anna A.? <urgent>\n\nAnna A., 3 May 2024, 10:01, to Bo: On Sunday.\n\nAnna A., 10:02: Lunch in #general\n(attached: menu.pdf)\n"},
			{Source: "export.zip/general/2024-05-03", Title: "#general, 3 May 2024", Author: "Bo", Published: at(3, 11, 1), Text: "Bo, 11:01: New day\n"},
		}, []string{"export.zip/board: private messages: to include this channel, unpack the export and add its folder", "export.zip/D123456: private messages"}},
		{"result.json", []byte(telegramExport), []rag.Document{one}, nil},
		{"all.json", []byte(`{"about": "x", "chats": {"list": [` + telegramExport + `, {"name": "Ann", "type": "personal_chat", "id": 9, "messages": []}]}}`), []rag.Document{of},
			[]string{"all.json/Ann: private messages: to include this chat, export it by itself"}},
		{"general/2024-05-01.json", []byte(`[{"type": "message", "user": "U1", "text": "Hello", "ts": "1714557600.000100", "user_profile": {"real_name": "Bo"}}]`), []rag.Document{
			{Source: "general/2024-05-01.json/2024-05-01", Title: "#general, 1 May 2024", Author: "Bo", Published: at(1, 10, 0), Text: "Bo, 10:00: Hello\n"}}, nil},
		{"users.json", []byte(`[{"id": "U0123456", "team_id": "T1", "name": "bo"}]`), nil, []string{"users.json: pictures, code and settings are not read"}},
		{"D0123456/2024-05-01.json", []byte(`[{"type": "message", "ts": "1714557600.000100"}]`), nil, []string{"D0123456/2024-05-01.json: private messages"}},
	})
}

// TestConversations checks where a busy channel and a thread are cut.
func TestConversations(t *testing.T) {
	t.Parallel()
	start := time.Date(2024, 5, 1, 23, 0, 0, 0, time.UTC)
	posts := func(n int, step time.Duration) []post {
		all := make([]post, n)
		for i := range all {
			all[i] = post{id: fmt.Sprint(i), author: "a", at: start.Add(time.Duration(i) * step), text: "x"}
		}
		return all
	}
	for name, tt := range map[string]struct {
		c    channel
		want []int
	}{
		"across midnight":  {channel{messages: posts(5, time.Hour)}, []int{5}},
		"every other day":  {channel{messages: posts(3, 48*time.Hour)}, []int{1, 1, 1}},
		"a thread":         {channel{messages: posts(3, 48*time.Hour), thread: true}, []int{3}},
		"a busy day":       {channel{messages: posts(250, 11*time.Minute)}, []int{101, 101, 48}},
		"without any rest": {channel{messages: posts(500, time.Second)}, []int{401, 99}},
	} {
		var got []int
		for _, talk := range tt.c.conversations() {
			got = append(got, len(talk))
		}
		if !cmp.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// FuzzChats checks that no chat export causes a panic or text that is not tidy.
func FuzzChats(f *testing.F) {
	for _, s := range []string{discordExport, telegramExport, `{"chats": {"list": [` + telegramExport + `]}}`, `[{"type": "message", "user": "U1", "text": "<@U2|b> <!here> <#C1>", "ts": "1714557600.000100"}]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFuzzed(t, "a.json", []byte(s))
		checkFuzzed(t, "a.zip", zipOf("users.json", "[]", "a/2024-05-01.json", s))
	})
}

// checkFuzzed checks that a file causes no panic and no text that is not tidy.
func checkFuzzed(t *testing.T, name string, data []byte) {
	t.Helper()
	for d, err := range (Reader{}).Bytes(t.Context(), name, "", data) {
		if err == nil && tidy(d.Text) != d.Text {
			t.Errorf("text is not tidy: %q", d.Text)
		} else if err != nil && (strings.Contains(err.Error(), "the parser crashed") || strings.Contains(err.Error(), errParseTimeout.Error())) {
			t.Error(err)
		}
	}
}
