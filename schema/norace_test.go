//go:build !race

package schema

const racing = false
