package write

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"footnote/prompts"
	"footnote/rag/text"
)

// Keys of the objects that models write instead of plain text.
var (
	textKeys  = strings.Fields("answer final_answer response reply result output content message sentences claims statements text sentence claim statement")
	citeKeys  = strings.Fields("citations citation cites cite sources source passages passage passage_number passage_id passage_numbers passage_ids references reference refs ref evidence number id n")
	quoteKeys = strings.Fields("quote quotes quotation evidence excerpt text")
)

// unwrapped returns the text of a reply that is JSON, with its citations as
// marks. The JSON may stand in a code fence and after a preface, and it may be
// cut off. Another reply is returned unchanged.
func unwrapped(s string) string {
	body := strings.TrimSpace(fence.ReplaceAllString(s, ""))
	body = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(body, "```"), "json"))
	from := strings.IndexAny(body, "{[")
	if from < 0 || from > 0 && !strings.HasSuffix(strings.TrimSpace(body[:from]), ":") {
		return s
	}
	if object := strings.TrimSpace(body[from+1:]); object == "" || !strings.ContainsRune(`"{`, rune(object[0])) {
		return s
	}
	body = body[from:]
	var v any
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&v); err != nil {
		if t := brokenObject(body); t != "" {
			return t
		}
		return s
	}
	if t, ok := jsonText(v); ok {
		return t
	}
	return s
}

// jsonText returns the text of a JSON value. It is [prompts.NoAnswer] for an
// answer that is null or empty.
func jsonText(v any) (s string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case nil:
		return prompts.NoAnswer, true
	case []any:
		var parts []string
		for _, one := range v {
			if t, ok := jsonText(one); ok {
				parts = append(parts, t)
			}
		}
		return strings.Join(parts, " "), len(parts) > 0
	case map[string]any:
		return objectText(v)
	}
	return "", false
}

func objectText(object map[string]any) (s string, ok bool) {
	v, ok := field(object, textKeys)
	if !ok {
		return "", false
	}
	if s, ok = jsonText(v); !ok {
		return "", false
	}
	if strings.TrimSpace(s) == "" {
		return prompts.NoAnswer, true
	}
	if text.HasMark(s) {
		return s, true
	}
	quote, _ := field(object, quoteKeys[:len(quoteKeys)-1]) // without "text"
	if cites, ok := field(object, citeKeys); ok {
		s += " " + jsonMarks(cites, quote)
	}
	return s, true
}

// field returns the value of the first of the keys that an object has. Upper and
// lower case are the same.
func field(object map[string]any, keys []string) (v any, ok bool) {
	names := slices.Sorted(maps.Keys(object))
	for _, k := range keys {
		if i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, k) }); i >= 0 {
			return object[names[i]], true
		}
	}
	return nil, false
}

var leadingNumber = regexp.MustCompile(`\d+`)

// jsonMarks returns citations as marks. quote is what the only citation quotes.
func jsonMarks(cites, quote any) string {
	switch v := cites.(type) {
	case float64:
		return jsonMark(strconv.FormatFloat(v, 'f', -1, 64), quote)
	case string:
		if text.HasMark(v) {
			return v
		}
		return jsonMark(leadingNumber.FindString(v), quote)
	case []any:
		var b strings.Builder
		quotes, _ := quote.([]any)
		for i, one := range v {
			q := quote
			if len(quotes) == len(v) {
				q = quotes[i]
			} else if len(v) > 1 {
				q = nil
			}
			b.WriteString(jsonMarks(one, q))
		}
		return b.String()
	case map[string]any:
		number, _ := field(v, citeKeys)
		q, ok := field(v, quoteKeys)
		if !ok {
			q = quote
		}
		if _, nested := number.(map[string]any); nested {
			return ""
		}
		return jsonMarks(number, q)
	}
	return ""
}

func jsonMark(number string, quote any) string {
	if list, ok := quote.([]any); ok && len(list) > 0 {
		quote = list[0]
	}
	switch q, ok := quote.(string); {
	case number == "":
		return ""
	case ok && strings.TrimSpace(q) != "":
		return fmt.Sprintf(`[%s "%s"]`, number, strings.Join(strings.Fields(q), " "))
	}
	return "[" + number + "]"
}

var (
	objectHead = regexp.MustCompile(`^[\[{\s]*"(?i:` + strings.Join(textKeys, "|") + `)"\s*:[\s\[{]*(?:"(?i:` + strings.Join(textKeys, "|") + `)"\s*:\s*)?"`)
	objectTail = regexp.MustCompile(`(?s)(?:^|[^\\])("\s*(?:,\s*"\w+"\s*:.*)?[\]}\s]*)$`)
	jsonEscape = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|.)`)
)

// brokenObject returns the text of an object that is cut off, or whose text has
// quotation marks that are not escaped; "" if s is none.
func brokenObject(s string) string {
	head := objectHead.FindString(s)
	if head == "" {
		return ""
	}
	s = s[len(head):]
	// The tail begins at the last quotation mark that may end the text.
	if at := objectTail.FindStringSubmatchIndex(s); at != nil {
		s = s[:at[2]]
	}
	return jsonEscape.ReplaceAllStringFunc(s, func(e string) string {
		if plain, err := strconv.Unquote(`"` + e + `"`); err == nil {
			return plain
		}
		return e[1:]
	})
}
