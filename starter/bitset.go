package starter

// bitset holds one bit for each row of a file.
type bitset struct{ words []uint64 }

func (b *bitset) set(n int) {
	for n/64 >= len(b.words) {
		b.words = append(b.words, make([]uint64, 1+len(b.words))...)
	}
	b.words[n/64] |= 1 << (n % 64)
}

func (b *bitset) has(n int) bool { return n/64 < len(b.words) && b.words[n/64]&(1<<(n%64)) != 0 }

func (b *bitset) any() bool { return len(b.words) > 0 }
