package text

import "math/bits"

// shingle is the number of consecutive words that are hashed together.
const shingle = 3

// Fingerprint returns the SimHash of a text's runs of three words (Charikar,
// Similarity Estimation Techniques from Rounding Algorithms, 2002). The more
// two texts share, the fewer of the 64 bits differ. It returns 0 for a text
// without words.
func Fingerprint(text string) uint64 {
	var weight [64]int
	for _, h := range Shingles(text) {
		for i := range weight {
			if h>>i&1 == 1 {
				weight[i]++
			} else {
				weight[i]--
			}
		}
	}
	var fingerprint uint64
	for i, w := range weight {
		if w > 0 {
			fingerprint |= 1 << i
		}
	}
	return fingerprint
}

// Distance returns the number of bits in which two fingerprints differ, 0 to
// 64.
func Distance(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// Shingles returns a hash of each run of three words, in order. A text of one
// or two words has one run, and a text without words none.
func Shingles(text string) []uint64 {
	ws := Words(text)
	if len(ws) == 0 {
		return nil
	}
	n := min(shingle, len(ws))
	all := make([]uint64, 0, len(ws)-n+1)
	for i := 0; i+n <= len(ws); i++ {
		h := uint64(fnvOffset)
		for _, w := range ws[i : i+n] {
			for j := range len(w) {
				h = (h ^ uint64(w[j])) * fnvPrime
			}
			h = (h ^ ' ') * fnvPrime
		}
		all = append(all, mix(h))
	}
	return all
}

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv. Stores keep fingerprints
// in files, so the hash must be the same on every machine.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// mix spreads a hash over all 64 bits, which FNV does not do for short input.
// It is the finaliser of SplitMix64.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
