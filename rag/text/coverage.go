package text

// Distinct returns the content words and numbers among tokens. Of tokens with
// equal keys it returns the first.
func Distinct(tokens []Token) []Token {
	var distinct []Token
	seen := map[string]bool{}
	for _, t := range tokens {
		if (t.Content || t.Number) && !seen[t.Key] {
			seen[t.Key] = true
			distinct = append(distinct, t)
		}
	}
	return distinct
}

// Coverage returns the share of want whose keys are in a text, according to
// has. Each token counts by its rarity. The share is 1 if want is empty.
func Coverage(want []Token, has func(key string) bool) float64 {
	return CoverageFunc(want, func(t Token) bool { return has(t.Key) })
}

// CoverageFunc is [Coverage] with a function of the whole token.
func CoverageFunc(want []Token, has func(Token) bool) float64 {
	have, all := 0., 0.
	for _, t := range want {
		all += t.Rarity
		if has(t) {
			have += t.Rarity
		}
	}
	if all == 0 {
		return 1
	}
	return have / all
}
