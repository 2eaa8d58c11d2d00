package text

import (
	_ "embed"
	"math"
	"strings"
	"sync"
)

// Rarity returns the logarithm of a stem's rank among the commonest,
// scaled to 0 … 1. By Zipf's law this is proportional to the logarithm of its
// inverse frequency. It returns 1 for a stem that is not among them.
func Rarity(stem string) float64 {
	rank := ranks()[stem]
	if rank == 0 {
		return 1
	}
	return math.Log(float64(rank)+50) / math.Log(12000)
}

// IsCommon reports whether a stem is among the 6,000 commonest English words.
func IsCommon(stem string) bool { return ranks()[stem] > 0 }

// ranks returns the rank of each of the commonest stems. The rank of the
// commonest is 1.
var ranks = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, w := range strings.Fields(commonWords) {
		if s := Stem(w); m[s] == 0 {
			m[s] = i + 1
		}
	}
	return m
})

// commonWords holds the 6,000 commonest English words of two letters or more,
// by decreasing frequency. They are from the encoder's WordPiece vocabulary,
// rag/internal/bert/vocab.txt from line 1,997, which is sorted by frequency.
//
//go:embed common.txt
var commonWords string
