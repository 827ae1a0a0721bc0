/* The value of a number is left to strtod, which rounds correctly but takes the locale's decimal
 * separator. So the number is respelled without one: its significant digits as an integer, and
 * an exponent that makes up for it ("-12.50e3" is "-1250e1"). Digits beyond the 800th cannot
 * change the result but by being there (a double is told from its neighbour by at most 767), so
 * one '1' stands for them. */
#include "data/json_number.h"

#include "base/house.h"
#include "data/json_scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DIGITS_KEPT 800
#define EXPONENT_CAP 100000000   /* more than any number of digits that is read can make up for */
#define INTEGER_DIGITS_SMALL 308 /* 10^308 is still below the largest double */

typedef struct respelled {
    char text[DIGITS_KEPT + 32]; /* sign, digits, 'e', exponent, NUL */
    size_t len;
    size_t digits;
    int64_t exponent;
    bool has_more; /* digits other than 0 were left out */
} respelled;

/* `at` is behind the 'e'. */
static const char *exponent_end(const char *at, const char *end)
{
    if (at < end && (*at == '+' || *at == '-')) at++;
    const char *digits = at;
    at = tsn_json_skip_digits(at, end);
    return at == digits ? NULL : at;
}

const char *tsn_json_number_end(const char *at, const char *end, bool *is_small)
{
    if (at < end && *at == '-') at++;
    const char *integer = at;
    at = tsn_json_skip_digits(at, end);
    if (at == integer || (*integer == '0' && at - integer > 1)) return NULL;
    *is_small = at - integer <= INTEGER_DIGITS_SMALL;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        at = tsn_json_skip_digits(at, end);
        if (at == fraction) return NULL;
    }
    if (at == end || (*at != 'e' && *at != 'E')) return at;
    *is_small = false;
    return exponent_end(at + 1, end);
}

/* Takes the next digit, or leaves it out and lets the exponent make up for it. */
static void add_digit(respelled *number, char digit, bool is_fraction)
{
    if (number->digits == 0 && digit == '0') {
        number->exponent -= is_fraction;
    } else if (number->digits < DIGITS_KEPT) {
        number->text[number->len++] = digit;
        number->digits++;
        number->exponent -= is_fraction;
    } else {
        number->has_more = number->has_more || digit != '0';
        number->exponent += !is_fraction;
    }
}

static int64_t read_exponent(const char *at, const char *end)
{
    bool is_negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    int64_t exponent = 0;
    for (; at < end; at++) {
        if (exponent < EXPONENT_CAP) exponent = exponent * 10 + (*at - '0');
    }
    return is_negative ? -exponent : exponent;
}

static void respell(tsn_slice spelled, respelled *number)
{
    const char *at = spelled.data;
    const char *end = at + spelled.len;
    number->len = number->digits = 0;
    number->exponent = 0;
    number->has_more = false;
    if (*at == '-') number->text[number->len++] = *at++;

    bool is_fraction = false;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            is_fraction = true;
        } else {
            add_digit(number, *at, is_fraction);
        }
    }
    if (at < end) number->exponent += read_exponent(at + 1, end);
    if (number->digits == 0) {
        number->text[number->len++] = '0';
        number->exponent = 0;
    }
    if (number->has_more) {
        number->text[number->len++] = '1';
        number->exponent--;
    }
    int tail = snprintf(number->text + number->len, sizeof number->text - number->len, "e%lld",
                        (long long)number->exponent);
    TSN_ASSERT(tail > 0 && (size_t)tail < sizeof number->text - number->len);
}

bool tsn_json_number_value(tsn_slice spelled, double *value)
{
    respelled number;
    respell(spelled, &number);
    double nearest = strtod(number.text, NULL);
    if (!isfinite(nearest)) return false;
    *value = nearest;
    return true;
}
