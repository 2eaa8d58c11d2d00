package text

// Distinct returns the content words and numbers, without repetitions.
func Distinct(all []Token) []Token {
	var some []Token
	seen := map[string]bool{}
	for _, t := range all {
		if (t.Content || t.Number) && !seen[t.Key] {
			seen[t.Key] = true
			some = append(some, t)
		}
	}
	return some
}

// Cover returns the rarity-weighted share of want for whose keys has is true; 1
// if want is empty.
func Cover(want []Token, has func(key string) bool) float64 {
	return CoverBy(want, func(t Token) bool { return has(t.Key) })
}

// CoverBy returns the rarity-weighted share of want for which has is true; 1 if
// want is empty.
func CoverBy(want []Token, has func(Token) bool) float64 {
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
