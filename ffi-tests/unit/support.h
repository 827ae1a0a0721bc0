/* What unit tests share: the suite that each file defines, and text helpers. */
#ifndef TSN_UNIT_SUPPORT_H
#define TSN_UNIT_SUPPORT_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"

/* Defined once by each test file. */
Suite *unit_suite(void);

/* A suite of one test case with the given tests; every file's unit_suite() is one call. */
Suite *unit_suite_of(const char *name, const TTest *const *tests, size_t count);

/* How often a loop of chance or of threads goes round: `whole` times in a plain build, a part of
 * that where a sanitizer makes every step many times dearer; ten times as often with
 * TSN_NIGHTLY=1. */
size_t unit_rounds(size_t whole);

struct unit_chance;
/* From one step to the next of a test that goes through all: 1 in a plain build; where a sanitizer
 * makes every step dearer, a chance that takes as small a part of them as unit_rounds. */
size_t unit_step(struct unit_chance *chance);

/* Milliseconds that nothing which ends by itself takes, however busy the machine: who takes longer
 * was waiting for somebody. */
#define UNIT_AGES_MS 5000

/* A slice over a C string literal or other NUL-terminated text. */
tsn_slice unit_slice(const char *text);

/* Fails the running test unless `got` is exactly `want`. */
void unit_expect_text(tsn_slice got, const char *want);
void unit_expect_buf(const tsn_buf *got, const char *want);

#endif
