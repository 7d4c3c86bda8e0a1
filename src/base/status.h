/* SPDX-License-Identifier: BSD-2-Clause */
/* src/base/status.h — the one error vocabulary below the SBI and below the command line.
 * A function that can fail returns enum status; what is left behind on each is said where it is
 * declared. */
#ifndef CVMLAB_BASE_STATUS_H
#define CVMLAB_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_END,         /* no more events: the regular end of a stream */
    STATUS_BAD_INPUT,   /* a file or argument breaks its format or range */
    STATUS_BAD_STATE,   /* the object is in a state in which this call is not allowed */
    STATUS_BAD_ADDRESS, /* not aligned, out of range, or of the wrong kind */
    STATUS_DENIED,      /* policy refuses */
    STATUS_FAULT,       /* a guest access faulted; nothing was read */
    STATUS_FULL,        /* a fixed table has no room */
    STATUS_IO,          /* the operating system failed the operation */
};

#endif
