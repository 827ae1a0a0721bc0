/* The patterns of typemaps.i for Go.
 *
 * A text in is a Go string whose bytes are used where they lie; Go has no absent text, so the layer
 * above takes another call where one is needed. A text out fills the caller's []byte. Results stay
 * numbers: the layer above makes errors of them. The package is private to the module. */

%insert(cgo_comment) %{
#cgo pkg-config: tocsin
%}

%typemap(gotype) (const char *STR, int64_t LEN) "string"
%typemap(in) (const char *STR, int64_t LEN) %{
    $1 = ($1_ltype)$input.p;
    $2 = ($2_ltype)$input.n;
%}

%typemap(gotype) (char *BUF, int64_t CAP) "[]byte"
%typemap(in) (char *BUF, int64_t CAP) %{
    $1 = ($1_ltype)$input.array;
    $2 = ($2_ltype)$input.len;
%}

/* TOCSIN_EVENT_ID_SIZE bytes, or an empty slice where the id is not wanted. */
%typemap(gotype) char *EVENT_ID "[]byte"
%typemap(in) char *EVENT_ID %{
    $1 = $input.len < TOCSIN_EVENT_ID_SIZE ? NULL : ($1_ltype)$input.array;
%}
%typemap(freearg) char *EVENT_ID ""  /* SWIG's own would free Go's memory */

%typemap(in, numinputs=0) const void *HINT %{ $1 = NULL; %}

%typemap(gotype) int64_t HANDLE, int64_t COUNT, tocsin_length "int64"
%typemap(gotype) int32_t COUNT, tocsin_status "int32"
%typemap(gotype) int64_t, const int64_t & "int64"
%typemap(gotype) int32_t "int32"
