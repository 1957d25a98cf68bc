package sandbox

import (
	"hash/fnv"
	"time"
)

// defaultStorageLag is what Options.StorageLag is unless it is set.
const defaultStorageLag = 2 * time.Second

// storageLag is how far the repository is behind.
func (s *Server) storageLag() time.Duration {
	if s.opts.StorageLag == 0 {
		return defaultStorageLag
	}
	return max(0, s.opts.StorageLag)
}

// store says when the repository has an accepted invoice for good, and when it can be found there: as with
// KSeF, whose writers work side by side, one that was accepted later can be stored earlier, and one that was
// stored earlier can turn up later.
func (i *invoice) store(lag time.Duration) {
	h := fnv.New64a()
	h.Write([]byte(i.number))
	i.stored = i.acquired
	if ticks := uint64(lag / tick); ticks > 0 {
		i.stored = i.stored.Add(time.Duration(h.Sum64()%ticks+1) * tick)
	}
	i.available = i.acquired.Add(lag)
}

// highWaterMark is the instant up to which the repository is complete: whatever is stored by then can be found
// by now, since no invoice that is not there yet was accepted earlier.
func (s *Server) highWaterMark(now time.Time) time.Time { return now.Add(-s.storageLag()) }
