//go:build cgo

package tocsin

// Available says whether this build has the library in it. Without cgo it has not: everything
// compiles, and nothing is reported.
const Available = true
