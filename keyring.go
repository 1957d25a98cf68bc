package ksef

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// keyring is the cache of the ministry's keys. What it holds is never changed,
// only replaced.
type keyring struct {
	gate gate // held while fetching

	mu      sync.Mutex
	keys    []PublicKey
	edition int       // how often keys were fetched
	fetched time.Time // zero when the keys must be fetched anew
	spared  time.Time // until when KSeF is not asked again, having failed
}

const (
	keyringLife  = 24 * time.Hour
	keyringPause = time.Minute // after keys could not be fetched, and others are valid
)

// currentKey is a key out of the cache.
type currentKey struct {
	*PublicKey
	edition int
}

// key returns the current key of a usage, fetching the keys when the cache is
// empty or old. Concurrent callers fetch once.
func (c *conn) key(ctx context.Context, usage KeyUsage) (currentKey, error) {
	if k, fresh := c.keys.current(usage, c.now()); fresh {
		return k, nil
	}
	if err := c.keys.gate.enter(ctx); err != nil {
		return currentKey{}, fmt.Errorf("ksef: public keys: %w", err)
	}
	defer c.keys.gate.leave()
	cached, fresh := c.keys.current(usage, c.now())
	if fresh {
		return cached, nil
	}
	keys, err := c.fetchKeys(ctx)
	if err != nil {
		if cached.PublicKey == nil {
			return currentKey{}, err
		}
		c.keys.spare(c.now()) // old, but valid: better than not working
		return cached, nil
	}
	c.keys.store(keys, c.now())
	k, _ := c.keys.current(usage, c.now())
	if k.PublicKey == nil {
		return currentKey{}, fmt.Errorf("ksef: %w for %s", ErrNoKey, usage)
	}
	return k, nil
}

// current returns the best valid key, and whether the cache is fresh enough to
// use it without asking.
func (r *keyring) current(usage KeyUsage, now time.Time) (best currentKey, fresh bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	best.edition = r.edition
	life := keyringLife
	for i, k := range r.keys {
		if now.Before(k.ValidFrom) || !now.Before(k.ValidTo) {
			continue
		}
		if slices.Contains(k.Usage, usage) && (best.PublicKey == nil || k.ValidFrom.After(best.ValidFrom)) {
			best.PublicKey = &r.keys[i]
		}
	}
	if best.PublicKey != nil && best.ValidTo.Sub(now) < keyringLife {
		life = time.Hour // its successor is announced by now
	}
	fetched := !r.fetched.IsZero() && now.Sub(r.fetched) < life
	return best, best.PublicKey != nil && (fetched || now.Before(r.spared))
}

func (r *keyring) store(keys []PublicKey, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys, r.fetched, r.spared = keys, now, time.Time{}
	r.edition++
}

// spare has the cached keys used for a while without asking.
func (r *keyring) spare(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spared = now.Add(keyringPause)
}

// forget makes the next use fetch the keys anew, unless that happened since
// the key in question was read.
func (r *keyring) forget(refused currentKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.edition != refused.edition {
		return
	}
	r.keys = slices.DeleteFunc(slices.Clone(r.keys), func(k PublicKey) bool { return k.PublicKeyID == refused.PublicKeyID })
	r.fetched, r.spared = time.Time{}, time.Time{}
}

// withKey calls send with the current key of a usage. When KSeF does not know
// the key (it was withdrawn since it was read), the keys are read again and
// send is called once more: the refusal said that nothing was done
// (ksef-docs, emergency rotation).
func (c *conn) withKey(ctx context.Context, usage KeyUsage, send func(*PublicKey) error) error {
	k, err := c.key(ctx, usage)
	if err != nil {
		return err
	}
	err = send(k.PublicKey)
	if !errors.Is(err, CodeUnknownKey) {
		return err
	}
	c.keys.forget(k)
	if k, err = c.key(ctx, usage); err != nil {
		return err
	}
	return send(k.PublicKey)
}
