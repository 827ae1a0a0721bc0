/* Facts about this machine and process: there, well-formed, and nothing personal among them. */
#include "native/host_context.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/house.h"
#include "data/stamp.h"
#include "support.h"

static tsn_slice value_of(const tsn_buf *object, const char *key)
{
    tsn_slice text = tsn_buf_view(object);
    tsn_buf quoted = TSN_BUF_EMPTY;
    tsn_slice found = TSN_SLICE_ABSENT;
    tsn_buf_printf(&quoted, "\"%s\":", key);
    for (size_t i = 0; i < text.len && tsn_slice_absent(found); i++) {
        tsn_slice rest = tsn_slice_sub(text, i, text.len);
        if (!tsn_slice_starts_with(rest, tsn_buf_view(&quoted))) continue;
        rest = tsn_slice_sub(rest, quoted.len, rest.len);
        bool is_text = rest.data[0] == '"';
        if (is_text) rest = tsn_slice_sub(rest, 1, rest.len);
        size_t end = tsn_slice_find(rest, is_text ? '"' : ',');
        found = tsn_slice_sub(rest, 0, end);
    }
    tsn_buf_fini(&quoted);
    return found;
}

static void gather(tsn_host_info *info)
{
    ck_assert_int_eq(tsn_host_contexts(info), TOCSIN_OK);
}

START_TEST(each_context_is_an_object_without_null)
{
    tsn_host_info info;
    gather(&info);
    const tsn_buf *contexts[] = {&info.os, &info.device, &info.app};
    for (size_t i = 0; i < TSN_ARRAY_LEN(contexts); i++) {
        const tsn_buf *text = contexts[i];
        ck_assert_uint_gt(text->len, 2);
        ck_assert_int_eq(text->data[0], '{');
        ck_assert_int_eq(text->data[text->len - 1], '}');
        ck_assert(!tsn_slice_contains(tsn_buf_view(text), TSN_LIT("null")));
        ck_assert(!tsn_slice_contains(tsn_buf_view(text), TSN_LIT(",,")));
        ck_assert(!tsn_slice_contains(tsn_buf_view(text), TSN_LIT(":\"\"")));
    }
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(system_is_the_one_of_uname)
{
    tsn_host_info info;
    struct utsname system;
    gather(&info);
    ck_assert_int_eq(uname(&system), 0);
    unit_expect_text(value_of(&info.os, "name"), system.sysname);
    unit_expect_text(value_of(&info.os, "kernel_version"), system.release);
    unit_expect_text(value_of(&info.device, "arch"), system.machine);
    tsn_slice version = value_of(&info.os, "version");
    ck_assert_uint_gt(version.len, 0);
    ck_assert(tsn_slice_starts_with(unit_slice(system.release), version));
    ck_assert_uint_eq(tsn_slice_find(version, '-'), version.len);
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(device_has_memory_and_processors)
{
    tsn_host_info info;
    uint64_t number = 0;
    gather(&info);
    ck_assert(tsn_slice_to_u64(value_of(&info.device, "memory_size"), &number));
    ck_assert_uint_gt(number, 1 << 20);
    ck_assert(tsn_slice_to_u64(value_of(&info.device, "processor_count"), &number));
    ck_assert_uint_ge(number, 1);
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(program_started_after_boot_and_before_now)
{
    tsn_host_info info;
    int64_t boot = 0;
    int64_t start = 0;
    gather(&info);
    ck_assert(tsn_stamp_parse(value_of(&info.device, "boot_time"), &boot));
    ck_assert(tsn_stamp_parse(value_of(&info.app, "app_start_time"), &start));
    ck_assert_int_gt(boot, 0);
    ck_assert_int_le(boot, start);
    ck_assert_int_le(start, tsn_clock_wall_us() + 1000000);
    ck_assert_int_ge(start, tsn_clock_wall_us() - INT64_C(600) * 1000000);
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(program_is_named_without_its_directory)
{
    tsn_host_info info;
    gather(&info);
    unit_expect_text(value_of(&info.app, "app_name"), "unit_native_host_context");
    tsn_host_info_fini(&info);
}
END_TEST

static void clear_locale(void)
{
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    unsetenv("LANG");
}

START_TEST(locale_is_the_first_variable_that_is_not_empty)
{
    tsn_host_info info;
    clear_locale();
    setenv("TZ", "Europe/Berlin", 1);
    setenv("LC_ALL", "", 1);
    setenv("LC_MESSAGES", "pt_BR.UTF-8", 1);
    setenv("LANG", "de_DE.UTF-8", 1);
    gather(&info);
    unit_expect_buf(&info.culture, "{\"locale\":\"pt-BR\",\"timezone\":\"Europe/Berlin\"}");
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(culture_of_which_nothing_is_known_is_left_out)
{
    tsn_host_info info;
    clear_locale();
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0", 1);
    gather(&info);
    ck_assert_uint_eq(info.culture.len, 0);
    tsn_host_info_fini(&info);
}
END_TEST

static bool mentions(const tsn_host_info *info, const char *text)
{
    const tsn_buf *contexts[] = {&info->os, &info->device, &info->app, &info->culture};
    for (size_t i = 0; i < TSN_ARRAY_LEN(contexts); i++) {
        if (tsn_slice_contains(tsn_buf_view(contexts[i]), unit_slice(text))) return true;
    }
    return false;
}

/* SEC-9 */
START_TEST(nothing_personal_and_no_environment_is_told)
{
    tsn_host_info info;
    char directory[4096];
    static const char *const names[] = {"HOME", "USER", "LOGNAME", "HOSTNAME", "SECRET"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) setenv(names[i], "alice-0815", 1);
    setenv("TZ", "/home/alice-0815/zone", 1);
    setenv("LC_ALL", "/alice-0815@example.org", 1);
    setenv("LANG", "/home/alice-0815", 1);
    gather(&info);
    ck_assert(!mentions(&info, "alice-0815"));
    ck_assert_ptr_nonnull(getcwd(directory, sizeof directory));
    if (strlen(directory) > 1) ck_assert(!mentions(&info, directory));
    ck_assert(!mentions(&info, "/home"));
    tsn_host_info_fini(&info);
}
END_TEST

/* SEC-9: known only to whoever asks for it by name */
START_TEST(host_name_is_apart)
{
    tsn_host_info info;
    tsn_buf name = TSN_BUF_EMPTY;
    struct utsname system;
    ck_assert_int_eq(uname(&system), 0);
    tsn_host_name(&name);
    unit_expect_buf(&name, system.nodename);
    gather(&info);
    if (name.len > 3) ck_assert(!mentions(&info, system.nodename));
    tsn_host_info_fini(&info);
    tsn_buf_fini(&name);
}
END_TEST

static int64_t fixed_wall(void)
{
    return INT64_C(1767225600123456); /* 2026-01-01T00:00:00.123456Z */
}

static int64_t fixed_mono(void)
{
    return 60100;
}

START_TEST(boot_time_is_now_less_uptime_in_whole_seconds)
{
    static const tsn_clock_source source = {fixed_wall, fixed_mono};
    tsn_host_info info;
    tsn_clock_set_source(&source);
    gather(&info);
    unit_expect_text(value_of(&info.device, "boot_time"), "2025-12-31T23:59:00.000Z");
    tsn_clock_set_source(NULL);
    tsn_host_info_fini(&info);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing_behind)
{
    uint64_t nth = 0;
    tocsin_status st;
    tsn_alloc_track(true);
    int64_t before = tsn_alloc_live();
    do {
        tsn_host_info info;
        tsn_alloc_fail_nth(++nth, false);
        st = tsn_host_contexts(&info);
        if (st != TOCSIN_OK) {
            ck_assert_int_eq(st, TOCSIN_E_NOMEM);
            ck_assert_uint_eq(info.os.len + info.device.len + info.app.len, 0);
        }
        tsn_host_info_fini(&info);
        ck_assert_int_eq(tsn_alloc_live(), before);
    } while (st != TOCSIN_OK);
    tsn_alloc_fail_nth(0, false);
    ck_assert_uint_ge(nth, 4);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_context_is_an_object_without_null,
        system_is_the_one_of_uname,
        device_has_memory_and_processors,
        program_started_after_boot_and_before_now,
        program_is_named_without_its_directory,
        locale_is_the_first_variable_that_is_not_empty,
        culture_of_which_nothing_is_known_is_left_out,
        nothing_personal_and_no_environment_is_told,
        host_name_is_apart,
        boot_time_is_now_less_uptime_in_whole_seconds,
        out_of_memory_leaves_nothing_behind,
    };
    return unit_suite_of("native/host_context", tests, TSN_ARRAY_LEN(tests));
}
