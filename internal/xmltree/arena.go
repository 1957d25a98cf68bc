package xmltree

// arena hands out memory in blocks: a tree of a thousand nodes costs a dozen allocations. What was handed out never
// moves.
type arena[T any] struct {
	block []T
	from  int // where the run in hand begins in block
}

// A block holds twice what the one before it held, within these bounds.
const (
	firstBlock = 16
	lastBlock  = 1024
)

// expect makes the first block as large as a guess.
func (a *arena[T]) expect(n int) { a.block = make([]T, 0, min(n, lastBlock)) }

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
		size := min(max(2*cap(a.block), firstBlock), lastBlock)
		a.block = append(make([]T, 0, max(size, 2*(len(run)+n))), run...)
		a.from = 0
	}
	a.block = a.block[:len(a.block)+n]
	return a.block[len(a.block)-n:]
}
