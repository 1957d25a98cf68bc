package sandbox

import "time"

// challengeLife is how long a challenge is good for.
const challengeLife = 10 * time.Minute

// challenges are those made lately. They are forgotten a while after they expired, whenever a new one is
// made, so that any number of them that nobody uses cost no more than twenty minutes' worth.
type challenges struct {
	made  map[string]*made
	order []string // by age
}

type made struct {
	at   time.Time
	used bool
}

// add remembers a new challenge.
func (l *challenges) add(challenge string, now time.Time) {
	old := 0
	for old < len(l.order) && now.Sub(l.made[l.order[old]].at) >= 2*challengeLife {
		delete(l.made, l.order[old])
		old++
	}
	l.order = append(l.order[old:], challenge)
	l.made[challenge] = &made{at: now}
}

// use returns when a challenge was made, the zero time when it is unknown, and makes it unusable. It is
// good when it was not used before and has not expired.
func (l *challenges) use(challenge string, now time.Time) (at time.Time, good bool) {
	m := l.made[challenge]
	if m == nil {
		return time.Time{}, false
	}
	good = !m.used && now.Sub(m.at) < challengeLife
	m.used = true
	return m.at, good
}

// challenge answers POST /auth/challenge.
func (s *Server) challenge(c *call) (any, error) {
	challenge := s.source.reference(kindChallenge, c.now)
	s.mu.Lock()
	s.state.challenges.add(challenge, c.now)
	s.mu.Unlock()
	return struct {
		Challenge   string    `json:"challenge"`
		Timestamp   timestamp `json:"timestamp"`
		TimestampMS int64     `json:"timestampMs"`
		ClientIP    string    `json:"clientIp"`
	}{challenge, timestamp(c.now), c.now.UnixMilli(), c.clientIP()}, nil
}
