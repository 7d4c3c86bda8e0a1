/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/guid.h — GUIDs as UEFI stores them: the first three groups little-endian. */
#ifndef CVMLAB_SIM_PSP_GUID_H
#define CVMLAB_SIM_PSP_GUID_H

#include <stdbool.h>
#include <stdint.h>

enum { GUID_BYTES = 16 };

/* text is a constant of ours: "9438d606-4f22-4cc9-b479-a793d411fd21" (UEFI 2.10, appendix A). */
void guid_encode(const char *text, uint8_t bytes[GUID_BYTES]);

/* Whether bytes are this GUID. */
bool guid_equal(const uint8_t bytes[GUID_BYTES], const char *text);

#endif
