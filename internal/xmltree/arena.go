package xmltree

// arena hands out memory in blocks: a tree of a thousand nodes costs a dozen allocations. What was handed out never
// moves.
type arena[T any] struct {
	block []T
	from  int // where the run in hand begins in block
	room  int // what all blocks hold together
}

// A block holds a quarter of what those before it held together, within these bounds.
const (
	firstBlock = 8
	lastBlock  = 1024
)

// expect makes the first block as large as a guess.
func (a *arena[T]) expect(n int) {
	a.room = min(n, lastBlock)
	a.block = make([]T, 0, a.room)
}

// begin starts a run.
func (a *arena[T]) begin() { a.from = len(a.block) }

// run returns the run in hand, nil when empty; it stays valid.
func (a *arena[T]) run() []T {
	if a.from == len(a.block) {
		return nil
	}
	return a.block[a.from:len(a.block):len(a.block)]
}

// extend makes room for n more values in the run and returns them, zeroed.
func (a *arena[T]) extend(n int) []T {
	if len(a.block)+n > cap(a.block) {
		run := a.block[a.from:]
		size := max(min(max(a.room/4, firstBlock), lastBlock), 2*(len(run)+n))
		a.block = append(make([]T, 0, size), run...)
		a.from = 0
		a.room += size
	}
	a.block = a.block[:len(a.block)+n]
	return a.block[len(a.block)-n:]
}
