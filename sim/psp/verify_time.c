/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/verify_time.c — times in UTC, and never that of the clock. */
#define _DEFAULT_SOURCE /* timegm */
#include "psp/verify_parts.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool asn1_seconds(const ASN1_TIME *time, int64_t *seconds)
{
    struct tm parts;

    if (!time || ASN1_TIME_to_tm(time, &parts) != 1)
        return false;
    *seconds = (int64_t)timegm(&parts);
    return true;
}

bool certificate_times(X509 *certificate, int64_t *not_before, int64_t *not_after)
{
    return asn1_seconds(X509_get0_notBefore(certificate), not_before) &&
           asn1_seconds(X509_get0_notAfter(certificate), not_after);
}

/* Whether text has digits where the pattern has 0, and else its characters. */
static bool text_fits(const char *text, const char *pattern)
{
    for (; *pattern; text++, pattern++)
        if (*pattern == '0' ? *text < '0' || *text > '9' : *text != *pattern)
            return false;
    return *text == '\0';
}

bool time_parse(const char *text, int64_t *seconds)
{
    struct tm parts = {0}, again;
    time_t value;

    if (!text_fits(text, "0000-00-00") && !text_fits(text, "0000-00-00T00:00:00Z"))
        return false;
    (void)sscanf(text, "%d-%d-%dT%d:%d:%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                 &parts.tm_hour, &parts.tm_min, &parts.tm_sec);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    again = parts;
    value = timegm(&again); /* 31 April becomes 1 May: refused below */
    if (again.tm_mon != parts.tm_mon || again.tm_mday != parts.tm_mday ||
        again.tm_hour != parts.tm_hour || again.tm_min != parts.tm_min)
        return false;
    *seconds = (int64_t)value;
    return true;
}

void time_format(int64_t seconds, char text[TIME_TEXT_BYTES])
{
    time_t value = (time_t)seconds;
    struct tm parts;

    if (!gmtime_r(&value, &parts) ||
        strftime(text, TIME_TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        strcpy(text, "?");
}
