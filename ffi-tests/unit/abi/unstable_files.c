/* The hook before each step at the disk, as a program in any language can set it. */
#include <tocsin/unstable/files.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>
#include <tocsin/c.h>

#include "support.h"

static int64_t answer;
static int asked;

static int64_t answer_to_writes(int32_t operation, const char *name, int64_t len, void *user)
{
    ck_assert_ptr_eq(user, &answer);
    ck_assert_ptr_nonnull(name);
    if (operation != 3) return 0;
    ck_assert_int_gt(len, 0);
    asked++;
    return answer;
}

static char folder[] = "/tmp/tsn-hook-XXXXXX";

/* What a durable capture says while writes are answered so. */
static tocsin_status capture_with(int64_t answer_then)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "transport", "pull");
    tocsin_option(options, "cache_dir", folder);
    tocsin_option(options, "durability", "spool");
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    answer = answer_then;
    tocsin_status st = tocsin_message(scope, TOCSIN_LEVEL_ERROR, "kept?");
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    tocsin_handle_close(options);
    return st;
}

START_TEST(a_hook_decides_what_becomes_of_a_write) /* D8, IO-1 */
{
    char command[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(tocsin_unstable_set_file_hook(answer_to_writes, &answer), TOCSIN_OK);
    ck_assert_int_eq(capture_with(0), TOCSIN_DURABLE);
    ck_assert_int_eq(capture_with(-EROFS), TOCSIN_OK);
    ck_assert_int_eq(capture_with(7), TOCSIN_OK);
    ck_assert_int_gt(asked, 2);
    asked = 0;
    ck_assert_int_eq(tocsin_unstable_set_file_hook(NULL, NULL), TOCSIN_OK);
    ck_assert_int_eq(capture_with(-EROFS), TOCSIN_DURABLE);
    ck_assert_int_eq(asked, 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {a_hook_decides_what_becomes_of_a_write};
    return unit_suite_of("abi/unstable_files", tests, sizeof tests / sizeof tests[0]);
}
