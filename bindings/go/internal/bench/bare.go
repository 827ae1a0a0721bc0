package main

/*
enum { ID_SIZE = 33 };

// The bare calls: they take and answer what set_tag and a capture do.

static int bare_set_tag(long long scope, _GoString_ key, _GoString_ value)
{
    (void)scope, (void)key, (void)value;
    return 0;
}

static int bare_capture(long long scope, _GoString_ text, int level, long long overlay, char *id)
{
    (void)scope, (void)text, (void)level, (void)overlay;
    for (int i = 0; i < ID_SIZE - 1; i++) id[i] = '0';
    id[ID_SIZE - 1] = '\0';
    return 0;
}
*/
import "C"

import "unsafe"

func bareSetTag(scope int64, key, value string) int32 {
	return int32(C.bare_set_tag(C.longlong(scope), key, value))
}

func bareCapture(scope int64, text string, level int32, overlay int64, id []byte) int32 {
	digits := (*C.char)(unsafe.Pointer(&id[0]))
	return int32(C.bare_capture(C.longlong(scope), text, C.int(level), C.longlong(overlay), digits))
}
