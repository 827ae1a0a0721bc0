//go:build !cgo

// Made from core.go by bindings/go/generate. Without cgo there is no library: every call says so.

package core

const KEEP int = 0
const DROP int = 1
const OK int = 0
const DURABLE int = 1
const DROPPED int = 2
const DISABLED int = 3
const TIMEOUT int = 4
const CANCELLED int = 5
const E_STALE int = -1
const E_KIND int = -2
const E_FOREIGN int = -3
const E_CLOSED int = -4
const E_DENIED int = -5
const E_ARG int = -20
const E_RANGE int = -21
const E_UNKNOWN int = -22
const E_JSON int = -23
const E_TYPE int = -24
const E_DEPTH int = -25
const E_SIZE int = -26
const E_DSN int = -27
const E_NOMEM int = -40
const E_LIMIT int = -41
const E_FULL int = -42
const E_SYSTEM int = -43
const E_REENTRANT int = -44
const E_UNSUPPORTED int = -45
const E_INTERNAL int = -99
const KIND_OPTIONS int = 1
const KIND_CLIENT int = 2
const KIND_SCOPE int = 3
const KIND_EVENT int = 4
const KIND_SPAN int = 5
const KIND_ENVELOPE int = 6
const LEVEL_UNSET int = 0
const LEVEL_TRACE int = 1
const LEVEL_DEBUG int = 2
const LEVEL_INFO int = 3
const LEVEL_WARNING int = 4
const LEVEL_ERROR int = 5
const LEVEL_FATAL int = 6
const CAPTURE_MESSAGE int = 1
const CAPTURE_EXCEPTION int = 2
const CAPTURE_EVENT int = 3
const CAPTURE_HOOKED int = 256
const PROCESSOR_EVENT int = 1
const PROCESSOR_ERROR int = 2
const RIGHT_READ int = 1
const RIGHT_WRITE int = 2
const RIGHT_USER int = 4
const RIGHT_CAPTURE int = 8
const RIGHT_FORK int = 16
const RIGHT_MERGE int = 32
const RIGHT_CLOSE int = 64
const RIGHT_CLIENT int = 128
const RIGHT_ISOLATION int = 256
const RIGHT_ALL int = 511
const EVENT_ID_SIZE int = 33
const ABI_VERSION int = 1

func Scope_capture_message(arg1 int64, arg2 string, arg3 int32, arg4 int64, arg5 []byte) int32 { return int32(E_UNSUPPORTED) }
func Scope_capture_exception(arg1 int64, arg2 string, arg3 int64, arg4 []byte) int32 { return int32(E_UNSUPPORTED) }
func Scope_capture_event(arg1 int64, arg2 string, arg3 int64, arg4 []byte) int32 { return int32(E_UNSUPPORTED) }
func Client_open(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Client_flush(arg1 int64, arg2 int64) int32 { return int32(E_UNSUPPORTED) }
func Client_flush_cancel(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Client_close(arg1 int64, arg2 int64) int32 { return int32(E_UNSUPPORTED) }
func Client_stats(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Client_options(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Client_next_notice(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Client_last_answer(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Client_scope(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Client_global_scope(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Event_prepare(arg1 int64, arg2 int32, arg3 string, arg4 int64) int64 { return int64(E_UNSUPPORTED) }
func Event_json(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Event_set_json(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Event_set_rate(arg1 int64, arg2 int32) int32 { return int32(E_UNSUPPORTED) }
func Event_submit(arg1 int64, arg2 string, arg3 []byte) int32 { return int32(E_UNSUPPORTED) }
func Event_discard(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Client_next_event(arg1 int64, arg2 int64) int64 { return int64(E_UNSUPPORTED) }
func Handle_dup(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Handle_close(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Handle_kind(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Handle_count(arg1 int32) int64 { return int64(E_UNSUPPORTED) }
func Options_new() int64 { return int64(E_UNSUPPORTED) }
func Options_set(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Options_set_json(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Options_problem(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Scope_restrict(arg1 int64, arg2 int64, arg3 string) int64 { return int64(E_UNSUPPORTED) }
func Scope_revoke(arg1 int64, arg2 int64) int32 { return int32(E_UNSUPPORTED) }
func Scope_new(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_new_isolation(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_new_current(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_fork(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_fork_isolation(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_isolation(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_client(arg1 int64) int64 { return int64(E_UNSUPPORTED) }
func Scope_merge(arg1 int64, arg2 int64) int32 { return int32(E_UNSUPPORTED) }
func Scope_clear(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Scope_new_trace(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Scope_json(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Scope_merged_json(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Scope_last_event_id(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Scope_update(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_tag(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_tags(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_remove_tag(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_extra(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_remove_extra(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_context(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_remove_context(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_user(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_request(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_origin(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_fingerprint(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_level(arg1 int64, arg2 int32) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_transaction(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_set_flag(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_add_breadcrumb(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_clear_breadcrumbs(arg1 int64) int32 { return int32(E_UNSUPPORTED) }
func Scope_add_attachment(arg1 int64, arg2 string, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_continue_trace(arg1 int64, arg2 string) int32 { return int32(E_UNSUPPORTED) }
func Scope_trace_headers(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Scope_request_headers(arg1 int64, arg2 string, arg3 string, arg4 []byte) int64 { return int64(E_UNSUPPORTED) }
func Client_next_envelope(arg1 int64, arg2 int64) int64 { return int64(E_UNSUPPORTED) }
func Envelope_text(arg1 int64, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Envelope_done(arg1 int64, arg2 int32, arg3 string) int32 { return int32(E_UNSUPPORTED) }
func Version(arg1 []byte) int64 { return int64(E_UNSUPPORTED) }
func Abi_version() int32 { return int32(E_UNSUPPORTED) }
func Instance_id() int64 { return int64(E_UNSUPPORTED) }
func Status_text(arg1 int32, arg2 []byte) int64 { return int64(E_UNSUPPORTED) }
func Supports(arg1 string) int32 { return int32(E_UNSUPPORTED) }
func Constant(arg1 string) int64 { return int64(E_UNSUPPORTED) }
