/* SPDX-License-Identifier: MIT */
/* restore.S - handlers are called and return as functions; nobody comes through here. */
        .text
        .global __restore_rt
        .hidden __restore_rt
        .type   __restore_rt, @function
__restore_rt:
        ud2
        .size   __restore_rt, . - __restore_rt

        .section .note.GNU-stack, "", @progbits
