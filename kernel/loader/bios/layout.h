/* SPDX-License-Identifier: MIT */
/* layout.h - low memory while the BIOS loader runs; for assembly and C. */
#ifndef LOADER_BIOS_LAYOUT_H
#define LOADER_BIOS_LAYOUT_H

#define START_INFO 0x5000 /* PVH's */
#define MEMORY_MAP 0x6000 /* entries of 24 bytes, as PVH has them */
#define MEMORY_MAP_END 0x7000
#define STACK 0x7c00
#define PARAMS 0x8000 /* params.h; behind it the code of the second stage */
#define STAGE2 0x8400
#define STAGE2_LBA 34 /* behind the GPT */
#define STAGE2_SECTORS 16
#define BOUNCE 0x10000 /* the BIOS reads to here */
#define BOUNCE_SECTORS 64
#define COM1 0x3f8

#endif
