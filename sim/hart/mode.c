/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/hart/mode.c — names of modes. */
#include "hart/hart.h"

const char *hart_mode_name(struct hart_mode mode)
{
    if (mode.privilege == PRIVILEGE_M)
        return "M";
    if (mode.privilege == PRIVILEGE_S)
        return mode.is_virtual ? "VS" : "HS";
    return mode.is_virtual ? "VU" : "U";
}
