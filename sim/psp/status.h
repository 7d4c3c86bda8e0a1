/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sim/psp/status.h — numbers and names of the secure processor's commands and of its answers (SEV
 * API, 55766; SEV-SNP firmware ABI, 56860; the numbers as in Linux, include/linux/psp-sev.h). */
#ifndef CVMLAB_SIM_PSP_STATUS_H
#define CVMLAB_SIM_PSP_STATUS_H

/* How a command ended. */
enum psp_status {
    PSP_SUCCESS = 0,
    PSP_INVALID_PLATFORM_STATE = 1,
    PSP_INVALID_GUEST_STATE = 2,
    PSP_INVALID_CONFIG = 3,
    PSP_INVALID_LENGTH = 4,
    PSP_POLICY_FAILURE = 7,
    PSP_INACTIVE = 8,
    PSP_INVALID_ADDRESS = 9,
    PSP_BAD_SIGNATURE = 0xa,
    PSP_BAD_MEASUREMENT = 0xb,
    PSP_ASID_OWNED = 0xc,
    PSP_INVALID_ASID = 0xd,
    PSP_WBINVD_REQUIRED = 0xe,
    PSP_DFFLUSH_REQUIRED = 0xf,
    PSP_INVALID_GUEST = 0x10,
    PSP_INVALID_COMMAND = 0x11,
    PSP_ACTIVE = 0x12,
    PSP_UNSUPPORTED = 0x15,
    PSP_INVALID_PARAM = 0x16,
    PSP_RESOURCE_LIMIT = 0x17,
    PSP_SECURE_DATA_INVALID = 0x18,
    PSP_INVALID_PAGE_SIZE = 0x19,
    PSP_INVALID_PAGE_STATE = 0x1a,
    PSP_INVALID_MDATA_ENTRY = 0x1b,
    PSP_INVALID_PAGE_OWNER = 0x1c,
    PSP_AEAD_OFLOW = 0x1d,
    PSP_RMP_INIT_REQUIRED = 0x20,
    PSP_BAD_SVN = 0x21,
    PSP_BAD_VERSION = 0x22,
    PSP_SHUTDOWN_REQUIRED = 0x23,
    PSP_UPDATE_FAILED = 0x24,
    PSP_RESTORE_REQUIRED = 0x25,
    PSP_RMP_INIT_FAILED = 0x26,
    PSP_INVALID_KEY = 0x27,
};

/* "INVALID_PAGE_STATE"; NULL if there is no such code. */
const char *psp_status_name(unsigned status);

/* The commands. Those with SEV_ are the ones of before SNP. */
enum psp_command {
    PSP_SEV_DECOMMISSION = 0x20,
    PSP_SEV_ACTIVATE = 0x21,
    PSP_SEV_LAUNCH_START = 0x30,
    PSP_SEV_LAUNCH_UPDATE_DATA = 0x31,
    PSP_SEV_LAUNCH_UPDATE_VMSA = 0x32,
    PSP_SEV_LAUNCH_MEASURE = 0x33,
    PSP_SEV_LAUNCH_FINISH = 0x35,
    PSP_INIT = 0x81,
    PSP_SHUTDOWN = 0x82,
    PSP_PLATFORM_STATUS = 0x83,
    PSP_DF_FLUSH = 0x84,
    PSP_INIT_EX = 0x85,
    PSP_DECOMMISSION = 0x90,
    PSP_ACTIVATE = 0x91,
    PSP_GUEST_STATUS = 0x92,
    PSP_GCTX_CREATE = 0x93,
    PSP_GUEST_REQUEST = 0x94,
    PSP_LAUNCH_START = 0xa0,
    PSP_LAUNCH_UPDATE = 0xa1,
    PSP_LAUNCH_FINISH = 0xa2,
    PSP_DBG_DECRYPT = 0xb0,
    PSP_DBG_ENCRYPT = 0xb1,
    PSP_SWAP_OUT = 0xc0,
    PSP_SWAP_IN = 0xc1,
    PSP_PAGE_MOVE = 0xc2,
    PSP_MD_INIT = 0xc3,
    PSP_SET_STATE = 0xc6,
    PSP_RECLAIM = 0xc7,
    PSP_UNSMASH = 0xc8,
    PSP_CONFIG = 0xc9,
    PSP_COMMIT = 0xcb,
    PSP_VLEK_LOAD = 0xcd,
    PSP_FEATURE_INFO = 0xce,
};

/* "LAUNCH_UPDATE"; NULL if there is no such command. */
const char *psp_command_name(unsigned command);

#endif
