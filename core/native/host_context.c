/* Four writers, one a context, each a list of facts. A fact is a small function or call that yields
 * nothing when the system does not tell; putting nothing writes nothing, so the lists read straight
 * down. */
#include "native/host_context.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/house.h"
#include "data/json_text.h"
#include "data/stamp.h"
#include "native/culture.h"
#include "native/os_release.h"
#include "native/sysfile.h"

#define OS_RELEASE_CAP 8192
#define CPUINFO_CAP 4096
#define PATH_CAP 4096
#define STAT_CAP 1024
#define US_PER_S 1000000

static void put_text(tsn_buf *out, tsn_slice key, tsn_slice text)
{
    if (text.len == 0) return;
    tsn_json_append_key(out, key);
    tsn_json_append_string(out, text);
}

static void put_number(tsn_buf *out, tsn_slice key, int64_t number)
{
    if (number <= 0) return;
    tsn_json_append_key(out, key);
    tsn_buf_i64(out, number);
}

static void put_time(tsn_buf *out, tsn_slice key, int64_t unix_us)
{
    if (unix_us <= 0) return;
    tsn_json_append_key(out, key);
    tsn_buf_byte(out, '"');
    tsn_stamp_append_ms(out, unix_us);
    tsn_buf_byte(out, '"');
}

/* An object without members is no context. */
static void close_object(tsn_buf *out)
{
    if (out->len > 1) {
        tsn_buf_byte(out, '}');
    } else {
        tsn_buf_truncate(out, 0);
    }
}

/* "6.1.0-13-amd64" is version 6.1.0, build 13-amd64. */
static void put_kernel(tsn_buf *out, tsn_slice release)
{
    size_t dash = tsn_slice_find(release, '-');
    put_text(out, TSN_LIT("version"), tsn_slice_sub(release, 0, dash));
    put_text(out, TSN_LIT("build"), tsn_slice_sub(release, dash + 1, release.len));
    put_text(out, TSN_LIT("kernel_version"), release);
}

static void put_distribution(tsn_buf *out)
{
    static const struct {
        tsn_slice key;
        tsn_slice name;
    } rows[] = {
        {{"distribution_name", 17}, {"ID", 2}},
        {{"distribution_version", 20}, {"VERSION_ID", 10}},
        {{"distribution_pretty_name", 24}, {"PRETTY_NAME", 11}},
    };
    char file[OS_RELEASE_CAP];
    tsn_slice text = {file, tsn_sysfile_head("/etc/os-release", file, sizeof file)};
    if (text.len == 0) text.len = tsn_sysfile_head("/usr/lib/os-release", file, sizeof file);
    tsn_buf value = TSN_BUF_EMPTY;
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_buf_clear(&value);
        if (tsn_os_release_value(text, rows[i].name, &value))
            put_text(out, rows[i].key, tsn_buf_view(&value));
        out->failed = out->failed || value.failed;
    }
    tsn_buf_fini(&value);
}

static void write_os(tsn_buf *out, const struct utsname *system)
{
    tsn_buf_byte(out, '{');
    put_text(out, TSN_LIT("name"), tsn_slice_of(system->sysname));
    put_kernel(out, tsn_slice_of(system->release));
    put_distribution(out);
    close_object(out);
}

/* The first processor's name as the kernel spells it; absent on some architectures. */
static tsn_slice cpu_name(tsn_slice cpuinfo)
{
    while (!tsn_slice_absent(cpuinfo)) {
        tsn_slice value = tsn_slice_split(&cpuinfo, '\n');
        tsn_slice name = tsn_slice_split(&value, ':');
        if (tsn_slice_absent(cpuinfo)) break; /* maybe cut off by the end of what was read */
        if (tsn_slice_equal(tsn_slice_trim(name), TSN_LIT("model name")))
            return tsn_slice_trim(value);
    }
    return TSN_SLICE_ABSENT;
}

static int64_t memory_size(void)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || page <= 0 || pages > INT64_MAX / page) return 0;
    return (int64_t)pages * page;
}

/* Two clocks are read one after the other, so the last digits mean nothing: whole seconds. */
static int64_t boot_time_us(void)
{
    int64_t boot_us = tsn_clock_wall_us() - tsn_clock_mono_ms() * 1000;
    return boot_us - boot_us % US_PER_S;
}

static void write_device(tsn_buf *out, const struct utsname *system)
{
    char cpuinfo[CPUINFO_CAP];
    tsn_slice text = {cpuinfo, tsn_sysfile_head("/proc/cpuinfo", cpuinfo, sizeof cpuinfo)};
    tsn_buf_byte(out, '{');
    put_text(out, TSN_LIT("arch"), tsn_slice_of(system->machine));
    put_number(out, TSN_LIT("memory_size"), memory_size());
    put_number(out, TSN_LIT("processor_count"), sysconf(_SC_NPROCESSORS_ONLN));
    put_time(out, TSN_LIT("boot_time"), boot_time_us());
    put_text(out, TSN_LIT("cpu_description"), cpu_name(text));
    close_object(out);
}

/* Field 22 of /proc/self/stat in clock ticks after boot. The second field is a name in parentheses
 * that may hold anything, so fields are counted from the last closing one, behind which the third
 * begins. */
static bool start_ticks(tsn_slice stat, uint64_t *ticks)
{
    size_t at = stat.len;
    while (at > 0 && stat.data[at - 1] != ')') at--;
    if (at == 0) return false;
    tsn_slice fields = tsn_slice_trim(tsn_slice_sub(stat, at, stat.len));
    for (int field = 3; field < 22; field++) tsn_slice_split(&fields, ' ');
    return !tsn_slice_absent(fields) && tsn_slice_to_u64(tsn_slice_split(&fields, ' '), ticks);
}

static int64_t app_start_time_us(void)
{
    char text[STAT_CAP];
    uint64_t ticks = 0;
    long per_second = sysconf(_SC_CLK_TCK);
    tsn_slice stat = {text, tsn_sysfile_head("/proc/self/stat", text, sizeof text)};
    if (per_second <= 0 || !start_ticks(stat, &ticks)) return 0;
    if (ticks > INT64_MAX / US_PER_S / 1000) return 0;
    return boot_time_us() + (int64_t)ticks * US_PER_S / per_second;
}

/* The last part of the path alone: directories tell whose home they are. */
static tsn_slice program_name(char *path, size_t cap)
{
    tsn_slice rest = {path, tsn_sysfile_program(path, cap)};
    tsn_slice name = rest;
    while (!tsn_slice_absent(rest)) name = tsn_slice_split(&rest, '/');
    return name;
}

static void write_app(tsn_buf *out)
{
    char path[PATH_CAP];
    tsn_buf_byte(out, '{');
    put_text(out, TSN_LIT("app_name"), program_name(path, sizeof path));
    put_time(out, TSN_LIT("app_start_time"), app_start_time_us());
    close_object(out);
}

/* Of the variables that rule messages the first that is set and not empty, as for setlocale. */
static tsn_slice locale_setting(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        tsn_slice value = tsn_slice_of(getenv(names[i]));
        if (value.len > 0) return value;
    }
    return TSN_SLICE_ABSENT;
}

/* TZ rules where it is set; else the link that the C library follows; else a file that says the
 * same on some systems. */
static void find_timezone(tsn_culture_name *out)
{
    char text[PATH_CAP];
    tsn_slice setting = tsn_slice_of(getenv("TZ"));
    if (tsn_slice_absent(setting)) {
        setting = (tsn_slice){text, tsn_sysfile_link("/etc/localtime", text, sizeof text)};
        if (setting.len == 0) setting.len = tsn_sysfile_head("/etc/timezone", text, sizeof text);
        setting = tsn_slice_trim(setting);
        if (setting.len == 0) setting = TSN_SLICE_ABSENT;
    }
    tsn_culture_timezone(setting, out);
}

static void write_culture(tsn_buf *out)
{
    tsn_culture_name locale;
    tsn_culture_name timezone_name;
    tsn_culture_locale(locale_setting(), &locale);
    find_timezone(&timezone_name);
    tsn_buf_byte(out, '{');
    put_text(out, TSN_LIT("locale"), (tsn_slice){locale.text, locale.len});
    put_text(out, TSN_LIT("timezone"), (tsn_slice){timezone_name.text, timezone_name.len});
    close_object(out);
}

tocsin_status tsn_host_contexts(tsn_host_info *out)
{
    struct utsname system;
    *out = (tsn_host_info){TSN_BUF_EMPTY, TSN_BUF_EMPTY, TSN_BUF_EMPTY, TSN_BUF_EMPTY};
    if (uname(&system) != 0) memset(&system, 0, sizeof system);
    write_os(&out->os, &system);
    write_device(&out->device, &system);
    write_app(&out->app);
    write_culture(&out->culture);
    if (!out->os.failed && !out->device.failed && !out->app.failed && !out->culture.failed)
        return TOCSIN_OK;
    tsn_host_info_fini(out);
    return TOCSIN_E_NOMEM;
}

void tsn_host_info_fini(tsn_host_info *info)
{
    tsn_buf_fini(&info->os);
    tsn_buf_fini(&info->device);
    tsn_buf_fini(&info->app);
    tsn_buf_fini(&info->culture);
}

void tsn_host_name(tsn_buf *out)
{
    char name[256];
    if (gethostname(name, sizeof name) != 0) return;
    tsn_buf_append(out, name, strnlen(name, sizeof name));
}
