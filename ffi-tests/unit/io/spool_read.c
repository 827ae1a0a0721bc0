/* Files read back: what is believed, what is not, and that nothing altered ever comes through. */
#include <sys/socket.h>
#include <sys/un.h>

#include "chance.h"
#include "disk.h"
#include "io/spool.h"

static tsn_spool *open_in(const char *folder)
{
    static tsn_spool spool;
    tsn_spool_config config = unit_spool_config(folder);
    unit_stop_clock();
    tsn_spool_init(&spool, &config);
    return &spool;
}

static tsn_spool *open_new(void)
{
    return open_in(unit_disk_new());
}

static tsn_spool *open_quick(void)
{
    return open_in(unit_disk_quick());
}

static void finish(tsn_spool *spool)
{
    tsn_spool_fini(spool);
    unit_disk_remove();
}

static tsn_spool_outcome outcome_of(tsn_spool *spool, tsn_stored *stored)
{
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_slice envelope;
    tsn_spool_outcome outcome = tsn_spool_read(spool, stored, &file, &envelope);
    tsn_buf_fini(&file);
    return outcome;
}

/* Puts these bytes in place of the only file's. */
static void overwrite(const void *bytes, size_t len)
{
    int fd = open(unit_only_file(".envelope"), O_WRONLY | O_TRUNC);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

/* A file with a right checksum around any text. */
static void overwrite_with(const char *envelope)
{
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_spool_file_begin(&file, strlen(envelope));
    tsn_buf_slice(&file, unit_slice(envelope));
    ck_assert(tsn_spool_file_end(&file));
    overwrite(file.data, file.len);
    tsn_buf_fini(&file);
}

START_TEST(an_envelope_reads_back_without_a_time_of_sending) /* */
{
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_slice envelope;
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 7, NULL);
    ck_assert_int_eq(tsn_spool_read(spool, stored, &file, &envelope), TSN_SPOOL_READ);
    unit_expect_text(envelope, "{\"event_id\":\"01000000000000000000000000000007\"," UNIT_IDENTITY
                               "}\n{\"type\":\"event\",\"content_type\":\"application/json\","
                               "\"length\":7}\n{\"n\":7}\n");
    tsn_buf_fini(&file);
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

START_TEST(what_a_leftover_counts_for_is_read_from_it) /* P6 */
{
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 1, NULL);
    stored->is_counted = false;
    stored->load = (tsn_load){9, 9};
    overwrite_with("{" UNIT_IDENTITY "}\n{\"type\":\"event\",\"length\":2}\n{}\n"
                   "{\"type\":\"attachment\",\"length\":5}\nhello\n"
                   "{\"type\":\"attachment\",\"length\":0}\n\n"
                   "{\"type\":\"client_report\",\"length\":2}\n{}\n");
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_READ);
    ck_assert_uint_eq(stored->load.errors, 1);
    ck_assert_uint_eq(stored->load.attachments, 6);
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

/* One file, cut at every byte, then with every bit flipped; as it was it is good. */
static void damage_everywhere(tsn_spool *spool, tsn_stored *stored, unit_chance *chance)
{
    char bytes[2048];
    int fd = open(unit_only_file(".envelope"), O_RDONLY);
    ssize_t len = read(fd, bytes, sizeof bytes);
    close(fd);
    ck_assert_int_gt(len, 100);
    ck_assert_int_lt(len, (ssize_t)sizeof bytes);
    for (ssize_t cut = 0; cut < len; cut += (ssize_t)unit_step(chance)) {
        overwrite(bytes, (size_t)cut);
        ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
    }
    for (ssize_t bit = 0; bit < len * 8; bit += (ssize_t)unit_step(chance)) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        overwrite(bytes, (size_t)len);
        ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    overwrite(bytes, (size_t)len);
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_READ);
}

START_TEST(a_file_cut_at_any_byte_or_with_any_bit_flipped_is_damaged) /* SPL-3 */
{
    enum { FILES = 20 };
    unit_chance chance = unit_chance_begin("spool_read");
    tsn_spool *spool = open_quick();
    for (unsigned number = 0; number < FILES; number++) {
        char text[64];
        tsn_envelope envelope;
        UNIT_FORMAT(text, "{\"n\":%u,\"m\":\"%.*s\"}", number, (int)number,
                    "\x7f\xc3\xa4{}[]\\n,:0");
        unit_envelope(&envelope, number, text);
        tsn_spool_entry entry = {.envelope = &envelope, .identity = TSN_LIT(UNIT_IDENTITY)};
        tsn_stored *stored = tsn_spool_store(spool, &entry, NULL, NULL, NULL);
        tsn_envelope_fini(&envelope);
        damage_everywhere(spool, stored, &chance);
        tsn_spool_remove(spool, stored);
    }
    finish(spool);
}
END_TEST

START_TEST(a_right_checksum_around_no_envelope_is_damaged) /* SPL-3 */
{
    static const char *const texts[] = {
        "",
        "\n",
        "{}",
        "no JSON\n",
        "[]\n",
        "{" UNIT_IDENTITY "}\n{\"type\":\"event\",\"length\":2}\n{}",
        "{" UNIT_IDENTITY "}\n{\"type\":\"event\",\"length\":4}\n{}\n",
        "{" UNIT_IDENTITY "}\n{\"length\":2}\n{}\n",
        "{" UNIT_IDENTITY "}\n{\"type\":\"event\",\"length\":-2}\n{}\n",
        "{" UNIT_IDENTITY "}\n\n",
        "{" UNIT_IDENTITY "} \n",
    };
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 3, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        overwrite_with(texts[i]);
        ck_assert_msg(outcome_of(spool, stored) == TSN_SPOOL_DAMAGED, "%s", texts[i]);
    }
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

START_TEST(one_for_another_project_is_not_ours) /* SPL-5 */
{
    static const char *const headers[] = {
        "{\"dsn\":\"http://abc@127.0.0.1:1/41\"}\n",
        "{\"dsn\":\"http://abd@127.0.0.1:1/42\"}\n",
        "{\"dsn\":42}\n",
        "{}\n",
    };
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 3, NULL);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        overwrite_with(headers[i]);
        ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_FOREIGN);
    }
    overwrite_with("{\"dsn\":\"http:\\/\\/abc@127.0.0.1:1\\/42\"}\n");
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_READ);
    spool->config.dsn = TSN_SLICE_ABSENT;
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_FOREIGN);
    overwrite_with("{}\n");
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_READ);
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

START_TEST(what_is_no_plain_file_is_damaged_and_what_is_gone_is_gone) /* SPL-2 */
{
    char path[512];
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 3, NULL);
    UNIT_FORMAT(path, "%s", unit_only_file(".envelope"));
    unlink(path);
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_GONE);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
    unlink(path);
    ck_assert_int_eq(symlink("/etc/passwd", path), 0);
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
    rmdir(path);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_eq(ftruncate(fd, (off_t)1 << 30), 0); /* no memory is spent on it */
    ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_DAMAGED);
    close(fd);
    tsn_spool_set_aside(spool, stored);
    ck_assert_uint_eq(unit_count_files(".envelope"), 1);
    finish(spool);
}
END_TEST

START_TEST(trouble_that_may_pass_is_no_damage) /* IO-1 */
{
    static const int64_t answers[] = {-EIO, -EMFILE, -EACCES, -ENFILE};
    tsn_spool *spool = open_new();
    tsn_stored *stored = unit_store(spool, 3, NULL);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        unit_fault fault = {-1, answers[i], 1, false, 0};
        tsn_file_set_hook(unit_fault_hook, &fault);
        ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_TROUBLE);
        ck_assert_int_eq(outcome_of(spool, stored), TSN_SPOOL_READ);
        tsn_file_set_hook(NULL, NULL);
    }
    tsn_spool_remove(spool, stored);
    finish(spool);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_envelope_reads_back_without_a_time_of_sending,
        what_a_leftover_counts_for_is_read_from_it,
        a_file_cut_at_any_byte_or_with_any_bit_flipped_is_damaged,
        a_right_checksum_around_no_envelope_is_damaged,
        one_for_another_project_is_not_ours,
        what_is_no_plain_file_is_damaged_and_what_is_gone_is_gone,
        trouble_that_may_pass_is_no_damage,
    };
    return unit_suite_of("io/spool_read", tests, sizeof tests / sizeof tests[0]);
}
