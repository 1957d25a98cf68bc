//go:build race

package schema

// racing says that the race detector is on. It makes pools forget.
const racing = true
