/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/spec/words.h — the vocabulary of a profile: one list of words per enum, in the enum's order.
 */
#ifndef CVMLAB_SIM_SPEC_WORDS_H
#define CVMLAB_SIM_SPEC_WORDS_H

#include "spec/spec.h"

/* Words end with NULL; the index is the enum value. */
extern const char *const route_words[],
    *const pc_words[], *const inject_words[], *const narrow_words[], *const sbi_type_words[],
                                                                         *const cause_words[];

/* Index of word in words, or -1. */
int word_index(const char *const *words, const char *word);

#endif
